package toystore.frontend.http.parse;

import java.util.List;
import toystore.common.Abbreviated;
import toystore.frontend.http.Fields;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Status;

/**
 * The part of a request before its content. It tells where the request ends.
 *
 * @param framing where the content ends
 * @param awaitsContinue whether the client waits for {@code 100 Continue} before it sends content (RFC 9110 §10.1.1)
 * @param keepAlive whether the client wants the connection to stay open (RFC 9112 §9.3)
 */
public record Head(
        RequestLine line,
        RequestTarget target,
        Fields fields,
        Framing framing,
        boolean awaitsContinue,
        boolean keepAlive) {

    /** @param confidential whether the request is sent over TLS */
    static Head of(RequestLine line, Fields fields, boolean confidential) throws HttpException {
        RequestTarget target = RequestTarget.of(line, confidential);
        int minorVersion = line.minorVersion();
        requireHost(fields, minorVersion);
        Framing framing = Framing.of(fields, minorVersion);
        boolean awaitsContinue = expectsContinue(fields, minorVersion) && !framing.isEmpty();
        return new Head(line, target, fields, framing, awaitsContinue, keepAlive(fields, minorVersion));
    }

    /** The head of a request with the same fields and the same version as this one. */
    Head with(RequestLine other, boolean confidential) throws HttpException {
        return new Head(other, RequestTarget.of(other, confidential), fields, framing, awaitsContinue, keepAlive);
    }

    /** RFC 9112 §3.2. */
    private static void requireHost(Fields fields, int minorVersion) throws HttpException {
        List<String> hosts = fields.all("Host");
        if (hosts.size() > 1 || (hosts.isEmpty() && minorVersion == 1)) {
            throw new HttpException(
                    Status.BAD_REQUEST, "the field Host is given " + hosts.size() + " times; expected once");
        }
        if (!hosts.isEmpty() && !RequestTarget.isAuthority(hosts.get(0))) {
            throw new HttpException(
                    Status.BAD_REQUEST,
                    "Host is " + Abbreviated.quoted(hosts.get(0)) + "; expected a host, or a host and a port");
        }
    }

    /** HTTP/1.0 has no expectations. */
    private static boolean expectsContinue(Fields fields, int minorVersion) throws HttpException {
        List<String> expectations = fields.all("Expect");
        if (expectations.isEmpty() || minorVersion == 0) {
            return false;
        }
        if (expectations.size() > 1 || !expectations.get(0).equalsIgnoreCase("100-continue")) {
            throw new HttpException(
                    Status.EXPECTATION_FAILED,
                    "Expect is " + Abbreviated.quoted(String.join(", ", expectations))
                            + "; only 100-continue is supported");
        }
        return true;
    }

    private static boolean keepAlive(Fields fields, int minorVersion) {
        if (fields.hasMember("Connection", "close")) {
            return false;
        }
        return minorVersion == 1 || fields.hasMember("Connection", "keep-alive");
    }
}

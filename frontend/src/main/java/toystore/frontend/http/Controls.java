package toystore.frontend.http;

import java.util.List;
import toystore.common.Abbreviated;

/**
 * What the fields of a request say about the request itself, and not about what it asks for.
 *
 * @param framing where its content ends
 * @param awaitsContinue whether the peer waits for {@code 100 Continue} before it sends the content (RFC 9110 §10.1.1)
 * @param keepAlive whether the peer wants the connection to stay open (RFC 9112 §9.3)
 */
record Controls(Framing framing, boolean awaitsContinue, boolean keepAlive) {

    /** @param minorVersion of HTTP/1, in which the request is */
    static Controls of(Fields fields, int minorVersion, Limits limits) throws HttpException {
        requireHost(fields, minorVersion);
        Framing framing = Framing.of(fields, minorVersion, limits);
        return new Controls(
                framing, awaitsContinue(fields, minorVersion) && !framing.isEmpty(), keepAlive(fields, minorVersion));
    }

    /** RFC 9112 §3.2. */
    private static void requireHost(Fields fields, int minorVersion) throws HttpException {
        List<String> hosts = fields.all("Host");
        if (hosts.size() > 1 || (hosts.isEmpty() && minorVersion == 1)) {
            throw new HttpException(
                    Status.BAD_REQUEST, "the field Host is given " + hosts.size() + " times; expected once");
        }
        if (!hosts.isEmpty() && !Authority.is(hosts.get(0))) {
            throw new HttpException(
                    Status.BAD_REQUEST,
                    "Host is " + Abbreviated.quoted(hosts.get(0)) + "; expected a host, and maybe a port");
        }
    }

    /** HTTP/1.0 has no expectations. */
    private static boolean awaitsContinue(Fields fields, int minorVersion) throws HttpException {
        List<String> expectations = fields.all("Expect");
        if (expectations.isEmpty() || minorVersion == 0) {
            return false;
        }
        if (expectations.size() > 1 || !expectations.get(0).equalsIgnoreCase("100-continue")) {
            throw new HttpException(
                    Status.EXPECTATION_FAILED,
                    "Expect is " + Abbreviated.quoted(String.join(", ", expectations))
                            + "; only 100-continue can be met");
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

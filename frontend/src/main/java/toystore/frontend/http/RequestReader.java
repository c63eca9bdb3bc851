package toystore.frontend.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Reads requests from a connection (RFC 9112): the {@link RequestLine}, the {@link Fields}, and the content as
 * {@link Framing} says. What could be understood in two ways is refused: where one request ends and the next begins
 * must not be a matter of opinion. After a refusal nothing more can be read.
 */
final class RequestReader {
    private final HttpInput input;
    private final Limits limits;

    /** @param beforeWait is run before it is waited for the peer to send more */
    RequestReader(InputStream in, Limits limits, HttpInput.BeforeWait beforeWait) {
        this.input = new HttpInput(in, beforeWait);
        this.limits = limits;
    }

    /** Waits for the first byte of a request; false if the peer has closed instead. */
    boolean awaitRequest() throws IOException {
        return input.hasMore();
    }

    /** Whether the peer has sent more than was read. */
    boolean hasUnread() throws IOException {
        return input.hasUnread();
    }

    RequestLine readLine() throws IOException, HttpException {
        return RequestLine.read(input, limits);
    }

    Fields readFields() throws IOException, HttpException {
        return Fields.read(input, limits);
    }

    /** What the two say together, if they make sense. */
    Head head(RequestLine line, Fields fields) throws HttpException {
        Target target = Target.of(line);
        requireHost(line, fields);
        Framing framing = Framing.of(line, fields, limits);
        return new Head(line, target, fields, framing, awaitsContinue(line, fields) && !framing.isEmpty());
    }

    /** Reads the content that belongs to the head. */
    Request readRest(Head head) throws IOException, HttpException {
        return new Request(head, head.framing().read(input, limits));
    }

    /** RFC 9112 §3.2. */
    private static void requireHost(RequestLine line, Fields fields) throws HttpException {
        List<String> hosts = fields.all("Host");
        if (hosts.size() > 1 || (hosts.isEmpty() && line.minorVersion() == 1)) {
            throw new HttpException(
                    Status.BAD_REQUEST, "the field Host is given " + hosts.size() + " times; expected once");
        }
        if (!hosts.isEmpty() && !Authority.is(hosts.get(0))) {
            throw new HttpException(
                    Status.BAD_REQUEST, "Host is \"" + hosts.get(0) + "\"; expected a host, and maybe a port");
        }
    }

    /** RFC 9110 §10.1.1: HTTP/1.0 has no expectations. */
    private static boolean awaitsContinue(RequestLine line, Fields fields) throws HttpException {
        List<String> expectations = fields.all("Expect");
        if (expectations.isEmpty() || line.minorVersion() == 0) {
            return false;
        }
        if (expectations.size() > 1 || !expectations.get(0).equalsIgnoreCase("100-continue")) {
            throw new HttpException(
                    Status.EXPECTATION_FAILED,
                    "Expect is \"" + String.join(", ", expectations) + "\"; only 100-continue can be met");
        }
        return true;
    }
}

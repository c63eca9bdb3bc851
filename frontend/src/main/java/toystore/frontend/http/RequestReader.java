package toystore.frontend.http;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads requests from a connection (RFC 9112): the {@link RequestLine}, the {@link HeaderCache}, and the content as
 * {@link Framing} says. What could be understood in two ways is refused: where one request ends and the next begins
 * must not be a matter of opinion. After a refusal nothing more can be read.
 */
final class RequestReader {
    private final HttpInput input;
    private final Limits limits;
    private HeaderCache fields; // of the last request; null before the first

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

    HeaderCache readFields() throws IOException, HttpException {
        fields = HeaderCache.read(fields, input, limits);
        return fields;
    }

    /** What the two say together, if they make sense. */
    Head head(RequestLine line, HeaderCache section) throws HttpException {
        return new Head(line, Target.of(line), section.fields(), section.controls(line.minorVersion(), limits));
    }

    /** Reads the content that belongs to the head. */
    Request readRest(Head head) throws IOException, HttpException {
        return new Request(head, head.controls().framing().read(input, limits));
    }
}

package toystore.frontend.http.parse;

import java.io.IOException;
import java.io.InputStream;
import toystore.frontend.http.Fields;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Peer;
import toystore.frontend.http.Request;

/**
 * Reads requests from a connection (RFC 9112), part by part: the request line, the fields, the content. A request
 * that could be understood in two ways is refused, because all readers must agree where one request ends and the next
 * begins. After an {@link HttpException} nothing more can be read. Not thread-safe.
 */
public final class RequestReader {

    /** Runs before the reader waits for bytes from the client. */
    @FunctionalInterface
    public interface BeforeWait {
        void run() throws IOException;
    }

    private final HttpInput input;
    private final FieldReader fields;
    private final Peer peer;
    private Head last; // null before the first request

    /** @param peer that sends the requests */
    public RequestReader(InputStream in, Peer peer, BeforeWait beforeWait) {
        this.peer = peer;
        this.input = new HttpInput(in, beforeWait);
        this.fields = new FieldReader(input);
    }

    /** Waits for the first byte of a request. Returns false if the client has closed the connection instead. */
    public boolean awaitRequest() throws IOException {
        return input.hasMore();
    }

    /** Returns whether bytes have arrived that were not read. */
    public boolean hasUnread() throws IOException {
        return input.hasUnread();
    }

    public RequestLine readLine() throws IOException, HttpException {
        return RequestLine.read(input);
    }

    /** Reads the fields. Returns the same object as for the last request if the client has sent the same bytes. */
    public Fields readFields() throws IOException, HttpException {
        return fields.readHeader();
    }

    /** Makes the head from its two parts, and checks them. */
    @SuppressWarnings("ReferenceEquality") // readFields() returns the same object for the same bytes
    public Head head(RequestLine line, Fields itsFields) throws HttpException {
        boolean sameFields =
                last != null && last.fields() == itsFields && last.line().minorVersion() == line.minorVersion();
        last = sameFields ? last.with(line, peer.encrypted()) : Head.of(line, itsFields, peer.encrypted());
        return last;
    }

    /** Reads the content that belongs to the head, and makes the request. */
    public Request readContent(Head head) throws IOException, HttpException {
        return new Request(
                head.line().method(),
                head.line().target(),
                head.target().path(),
                head.target().query(),
                head.fields(),
                head.framing().announcesContent(),
                head.framing().read(input),
                peer);
    }
}

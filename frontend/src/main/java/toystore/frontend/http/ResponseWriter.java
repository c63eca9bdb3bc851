package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.time.Clock;

/** Makes the bytes of responses, so that each leaves with one write (RFC 9112 §4, §6). Thread-safe. */
final class ResponseWriter {
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);

    private final HttpDate date;

    /** @param clock for {@code Date} (RFC 9110 §6.6.1) */
    ResponseWriter(Clock clock) {
        this.date = new HttpDate(clock);
    }

    /** What the peer is told about the connection (RFC 9110 §7.6.1). */
    enum Connection {
        /** It stays open, as is usual: nothing is said. */
        PERSISTENT,
        /** It stays open, for a peer of HTTP/1.0 that asked for that. */
        KEEP_ALIVE,
        /** It is closed after this response. */
        CLOSE
    }

    /** The interim response to a peer that waits with its content (RFC 9110 §15.2.1). */
    byte[] interim() {
        return CONTINUE;
    }

    /**
     * The bytes of a response.
     *
     * @param id of the request
     * @param head whether this answers HEAD: everything but the content (RFC 9110 §9.3.2)
     */
    byte[] bytes(Response response, String id, Connection connection, boolean head) {
        StringBuilder lines = new StringBuilder(256);
        lines.append("HTTP/1.1 ")
                .append(response.status().code())
                .append(' ')
                .append(response.status().reason());
        append(lines, "Date", date.now());
        if (response.status() != Status.NO_CONTENT) { // RFC 9110 §8.6
            append(lines, "Content-Type", response.contentType());
            append(lines, "Content-Length", Integer.toString(response.body().length));
        }
        append(lines, RequestId.FIELD, id);
        response.fields().forEach(field -> append(lines, field.name(), field.value()));
        switch (connection) {
            case PERSISTENT -> {}
            case KEEP_ALIVE -> append(lines, "Connection", "keep-alive");
            case CLOSE -> append(lines, "Connection", "close");
        }
        lines.append("\r\n\r\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(lines.length() + response.body().length);
        bytes.writeBytes(lines.toString().getBytes(US_ASCII));
        if (!head) {
            bytes.writeBytes(response.body());
        }
        return bytes.toByteArray();
    }

    private static void append(StringBuilder lines, String name, String value) {
        lines.append("\r\n").append(name).append(": ").append(value);
    }
}

package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes responses to a connection, each with one write (RFC 9112 §4, §6). */
final class ResponseWriter {
    /** RFC 9110 §5.6.7. */
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private ResponseWriter() {}

    /** What the peer is told about the connection (RFC 9110 §7.6.1). */
    enum Connection {
        /** It stays open, as is usual: nothing is said. */
        PERSISTENT,
        /** It stays open, for a peer of HTTP/1.0 that asked for that. */
        KEEP_ALIVE,
        /** It is closed after this response. */
        CLOSE
    }

    /** @param head whether this answers HEAD: everything but the content (RFC 9110 §9.3.2) */
    static byte[] bytes(Response response, Connection connection, boolean head, Clock clock) {
        StringBuilder lines = new StringBuilder(256);
        lines.append("HTTP/1.1 ")
                .append(response.status().code())
                .append(' ')
                .append(response.status().reason());
        append(lines, "Date", IMF_FIXDATE.format(clock.instant()));
        append(lines, "Content-Type", "application/json");
        append(lines, "Content-Length", Integer.toString(response.body().length));
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

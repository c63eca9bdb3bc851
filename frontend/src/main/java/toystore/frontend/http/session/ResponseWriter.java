package toystore.frontend.http.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import toystore.common.CachedPerSecond;
import toystore.frontend.http.Response;

/**
 * Makes the bytes of responses (RFC 9112 §4, §6), and collects them until they leave in one write. Not thread-safe.
 */
final class ResponseWriter {
    /** The field with the id of the request. */
    static final String ID_FIELD = "X-Request-Id";

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] ID = ("\r\n" + ID_FIELD + ": ").getBytes(US_ASCII);
    /** RFC 6797 §6.1: for a year, browsers use HTTPS for this host. */
    private static final byte[] STRICT_TRANSPORT = "\r\nStrict-Transport-Security: max-age=31536000".getBytes(US_ASCII);

    private static final byte[] NOTHING = {};
    private static final byte[] END = "\r\n\r\n".getBytes(US_ASCII);
    private static final int MAX_KEPT = 2 * 1024; // bytes of a buffer that is kept for the next write

    private final DateLine date;
    private final byte[] transportLine;
    private byte[] bytes = new byte[512];
    private int length;

    /** The connection option of a response (RFC 9110 §7.6.1). */
    enum Connection {
        /** It stays open, as is the default of HTTP/1.1: the response has no field for that. */
        PERSISTENT(""),
        /** It stays open, as a client of HTTP/1.0 has asked. */
        KEEP_ALIVE("\r\nConnection: keep-alive"),
        /** The server closes it after this response. */
        CLOSE("\r\nConnection: close");

        @SuppressWarnings("ImmutableEnumChecker") // never changed
        private final byte[] line;

        Connection(String line) {
            this.line = line.getBytes(US_ASCII);
        }
    }

    /** The field line {@code Date} (RFC 9110 §5.6.7, §6.6.1), made once a second for all sessions. Thread-safe. */
    static final class DateLine {
        private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                        "'\r\nDate: 'EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);

        private final Clock clock;
        private final CachedPerSecond<byte[]> lines = new CachedPerSecond<>(
                second -> IMF_FIXDATE.format(Instant.ofEpochSecond(second)).getBytes(US_ASCII));

        DateLine(Clock clock) {
            this.clock = clock;
        }

        private byte[] bytes() {
            return lines.of(Math.floorDiv(clock.millis(), 1000L));
        }
    }

    /** @param confidential whether the responses are sent over TLS */
    ResponseWriter(DateLine date, boolean confidential) {
        this.date = date;
        this.transportLine = confidential ? STRICT_TRANSPORT : NOTHING;
    }

    /** Makes an id for a request that has none: 16 hexadecimal digits. */
    static String newId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    /**
     * Appends a response.
     *
     * @param id of the request
     * @param toHead whether the request is HEAD: its response has no content (RFC 9110 §9.3.2)
     */
    void append(Response response, String id, Connection connection, boolean toHead) {
        append(response.status().line());
        append(date.bytes());
        append(response.fieldLines());
        append(ID);
        append(id);
        append(transportLine);
        append(connection.line);
        append(END);
        if (!toHead) {
            append(response.body());
        }
    }

    /** Appends the interim response to a client that waits with its content (RFC 9110 §15.2.1). */
    void appendContinue() {
        append(CONTINUE);
    }

    /** The number of bytes that were not written yet. */
    int length() {
        return length;
    }

    /** Writes all bytes. They are discarded afterwards, even if the write fails. */
    void writeTo(OutputStream out) throws IOException {
        try {
            out.write(bytes, 0, length);
        } finally {
            length = 0;
            if (bytes.length > MAX_KEPT) {
                bytes = new byte[MAX_KEPT];
            }
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void append(byte[] more) {
        makeRoom(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private void append(String ascii) {
        makeRoom(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
    }

    private void makeRoom(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}

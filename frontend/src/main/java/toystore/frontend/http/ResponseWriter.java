package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Clock;

/** Makes the bytes of responses (RFC 9112 §4, §6), most of them made before. Thread-safe. */
final class ResponseWriter {
    /** The interim response to a peer that waits with its content (RFC 9110 §15.2.1). */
    static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);

    private static final byte[] ID = ("\r\n" + RequestId.FIELD + ": ").getBytes(US_ASCII);
    private static final byte[] END = "\r\n\r\n".getBytes(US_ASCII);

    private final HttpDate date;

    /** @param clock for {@code Date} (RFC 9110 §6.6.1) */
    ResponseWriter(Clock clock) {
        this.date = new HttpDate(clock);
    }

    /** What the peer is told about the connection (RFC 9110 §7.6.1). */
    enum Connection {
        /** It stays open, as is usual: nothing is said. */
        PERSISTENT(""),
        /** It stays open, for a peer of HTTP/1.0 that asked for that. */
        KEEP_ALIVE("\r\nConnection: keep-alive"),
        /** It is closed after this response. */
        CLOSE("\r\nConnection: close");

        @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
        private final byte[] line;

        Connection(String line) {
            this.line = line.getBytes(US_ASCII);
        }
    }

    /**
     * Appends a response.
     *
     * @param id of the request
     * @param head whether this answers HEAD: everything but the content (RFC 9110 §9.3.2)
     */
    void append(OutputBuffer output, Response response, String id, Connection connection, boolean head) {
        output.append(response.status().line())
                .append(date.line())
                .append(response.lines())
                .append(ID)
                .append(id)
                .append(connection.line)
                .append(END);
        if (!head) {
            output.append(response.body());
        }
    }
}

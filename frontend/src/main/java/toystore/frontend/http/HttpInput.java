package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The bytes of a connection, as lines that end in CRLF and as content of a known length. For one thread. */
final class HttpInput {
    private final InputStream in;
    private final byte[] buffer = new byte[8192];
    private int position;
    private int filled;

    HttpInput(InputStream in) {
        this.in = in;
    }

    /** Waits for a byte; false if the stream has ended instead. */
    boolean hasMore() throws IOException {
        if (position == filled) {
            int count = in.read(buffer); // may time out, and be asked for again: nothing has changed then
            position = 0;
            filled = Math.max(0, count);
        }
        return position < filled;
    }

    /** Whether bytes have come that were not read; does not wait for any. */
    boolean hasUnread() throws IOException {
        return position < filled || in.available() > 0;
    }

    /**
     * Reads a line. It must end in CRLF: a CR or LF alone ends lines for some and not for others (RFC 9112 §2.2).
     *
     * @param limit bytes in it, its end left out
     * @param tooLong thrown if there are more
     * @return the line without its end, one character for each byte
     */
    String line(int limit, HttpException tooLong) throws IOException, HttpException {
        byte[] line = new byte[128];
        int length = 0;
        for (byte b = next(); b != '\r'; b = next()) {
            if ((b >= 0 && b < ' ' && b != '\t') || b == 127) {
                throw new HttpException(
                        Status.BAD_REQUEST, String.format("the head of the request contains the byte 0x%02x", b));
            }
            if (length == limit) {
                throw tooLong;
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = b;
        }
        if (next() != '\n') {
            throw new HttpException(
                    Status.BAD_REQUEST, "a carriage return in the head of the request is not followed by a line feed");
        }
        return new String(line, 0, length, ISO_8859_1);
    }

    /** Reads so many bytes. */
    byte[] content(int length) throws IOException {
        byte[] content = new byte[length];
        int buffered = Math.min(length, filled - position);
        System.arraycopy(buffer, position, content, 0, buffered);
        position += buffered;
        int read = in.readNBytes(content, buffered, length - buffered);
        if (buffered + read < length) {
            throw new EOFException("the stream ended within a request's content");
        }
        return content;
    }

    private byte next() throws IOException {
        if (!hasMore()) {
            throw new EOFException("the stream ended within a request's head");
        }
        return buffer[position++];
    }
}

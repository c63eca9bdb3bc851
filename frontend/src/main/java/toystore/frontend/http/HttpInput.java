package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * The bytes of a connection, as lines that end in CRLF and as content of a known length. It reads at most 8 KiB ahead,
 * however much a peer sends at once. For one thread.
 */
final class HttpInput {
    private static final int LEAST = 1024;
    private static final int MOST = 8192;
    private static final int LOST = -1;

    /** Does something before it is waited for the peer. */
    interface BeforeWait {
        void run() throws IOException;
    }

    /** Makes the error for a line that is longer than the limit. Its beginning has as many bytes as the limit allows. */
    interface TooLong {
        HttpException refusal(int limit, String beginning);
    }

    private final InputStream in;
    private final BeforeWait beforeWait;
    private byte[] buffer = new byte[LEAST];
    private byte[] line = new byte[256];
    private int position;
    private int filled;
    private int mark = LOST;

    HttpInput(InputStream in, BeforeWait beforeWait) {
        this.in = in;
        this.beforeWait = beforeWait;
    }

    /** Waits for a byte; false if the stream has ended instead. */
    boolean hasMore() throws IOException {
        if (position == filled) {
            beforeWait.run();
            if (filled == LEAST && buffer.length == LEAST) {
                buffer = new byte[MOST]; // the peer sends much
            } else if (filled < LEAST && buffer.length == MOST) {
                buffer = new byte[LEAST]; // no more
            }
            int count = in.read(buffer);
            mark = LOST;
            position = 0;
            filled = Math.max(0, count);
        }
        return position < filled;
    }

    /** Whether bytes have come that were not read; does not wait for any. */
    boolean hasUnread() throws IOException {
        return position < filled || in.available() > 0;
    }

    /** Skips these bytes, if they are the next ones, and have come already; says whether it did. */
    boolean skip(byte[] expected) {
        int end = position + expected.length;
        if (expected.length == 0
                || end > filled
                || !Arrays.equals(buffer, position, end, expected, 0, expected.length)) {
            return false;
        }
        position = end;
        return true;
    }

    /** Remembers this place, for {@link #marked}. */
    void mark() {
        mark = position;
    }

    /** What was read since the mark; nothing if that is more, or if it did not come at once. */
    byte[] marked(int most) {
        return mark == LOST || position - mark > most ? new byte[0] : Arrays.copyOfRange(buffer, mark, position);
    }

    /**
     * Reads a line. It must end in CRLF: a CR or LF alone ends lines for some and not for others (RFC 9112 §2.2). It is
     * refused at its first wrong byte, not at its end.
     *
     * @param limit bytes in it, its end left out
     * @param tooLong makes the error that is thrown if there are more
     * @return the line without its end, one character for each byte
     */
    String line(int limit, TooLong tooLong) throws IOException, HttpException {
        int end = endOfWholeLine();
        if (end < 0 || end - position > limit) {
            return lineInParts(limit, tooLong);
        }
        String whole = new String(buffer, position, end - position, ISO_8859_1);
        position = end + 2;
        return whole;
    }

    /** Where the line ends, if all of it has come and nothing is wrong with it; else -1. */
    private int endOfWholeLine() {
        for (int i = position; i < filled - 1; i++) {
            if (buffer[i] == '\r') {
                return buffer[i + 1] == '\n' ? i : -1;
            }
            if (isControl(buffer[i])) {
                return -1;
            }
        }
        return -1;
    }

    private static boolean isControl(byte b) {
        return (b >= 0 && b < ' ' && b != '\t') || b == 127;
    }

    private String lineInParts(int limit, TooLong tooLong) throws IOException, HttpException {
        int length = 0;
        for (byte b = next(); b != '\r'; b = next()) {
            if (b == '\n') {
                throw new HttpException(
                        Status.BAD_REQUEST, "a line ends in a line feed alone; expected a carriage return before it");
            }
            if (isControl(b)) {
                throw new HttpException(
                        Status.BAD_REQUEST,
                        String.format(
                                Locale.ROOT, "the request contains the byte 0x%02x where a line was expected", b));
            }
            if (length == limit) {
                throw tooLong.refusal(limit, new String(line, 0, length, ISO_8859_1));
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = b;
        }
        expectLineFeed();
        return new String(line, 0, length, ISO_8859_1);
    }

    /** Reads the line end that must come now. */
    void lineEnd() throws IOException, HttpException {
        if (next() != '\r') {
            throw new HttpException(Status.BAD_REQUEST, "a chunk is longer than it said");
        }
        expectLineFeed();
    }

    /** Reads so many bytes into a place. */
    void content(byte[] target, int offset, int length) throws IOException {
        int buffered = Math.min(length, filled - position);
        System.arraycopy(buffer, position, target, offset, buffered);
        position += buffered;
        if (buffered == length) {
            return;
        }
        beforeWait.run();
        if (in.readNBytes(target, offset + buffered, length - buffered) < length - buffered) {
            throw new EOFException("the request ends within its content");
        }
    }

    private void expectLineFeed() throws IOException, HttpException {
        if (next() != '\n') {
            throw new HttpException(Status.BAD_REQUEST, "a carriage return is not followed by a line feed");
        }
    }

    private byte next() throws IOException {
        if (!hasMore()) {
            throw new EOFException("the request ends within a line");
        }
        return buffer[position++];
    }
}

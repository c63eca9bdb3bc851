package toystore.frontend.http.parse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Status;
import toystore.frontend.http.parse.RequestReader.BeforeWait;

/**
 * Reads lines that end in CRLF, and content of a known length, from a connection. Reads at most 8 KiB ahead, however
 * much the client sends at once. Not thread-safe.
 */
final class HttpInput {
    private static final int SMALL_BUFFER = 1024;
    private static final int LARGE_BUFFER = 8192;
    private static final int NO_MARK = -1;

    /** Makes the error for a line that is too long from its first bytes, as many as the limit allows. */
    @FunctionalInterface
    interface TooLong {
        HttpException error(int limit, String beginning);
    }

    private final InputStream in;
    private final BeforeWait beforeWait;
    private byte[] buffer = new byte[SMALL_BUFFER];
    private byte[] line = new byte[256];
    private int position;
    private int filled;
    private int mark = NO_MARK;

    HttpInput(InputStream in, BeforeWait beforeWait) {
        this.in = in;
        this.beforeWait = beforeWait;
    }

    /** Waits for a byte. Returns false if the stream has ended instead. */
    boolean hasMore() throws IOException {
        if (position == filled) {
            beforeWait.run();
            if (filled == SMALL_BUFFER && buffer.length == SMALL_BUFFER) {
                buffer = new byte[LARGE_BUFFER]; // the client sends much
            } else if (filled < SMALL_BUFFER && buffer.length == LARGE_BUFFER) {
                buffer = new byte[SMALL_BUFFER]; // it does so no longer
            }
            int count = in.read(buffer);
            mark = NO_MARK;
            position = 0;
            filled = Math.max(0, count);
        }
        return position < filled;
    }

    /** Returns whether bytes have arrived that were not read. Does not wait for any. */
    boolean hasUnread() throws IOException {
        return position < filled || in.available() > 0;
    }

    /** Skips these bytes if they have already arrived and come next. Returns whether it has skipped them. */
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

    /** Remembers this position for {@link #marked}. */
    void mark() {
        mark = position;
    }

    /** The bytes read since the mark. Empty if there are more than this, or if they did not arrive at once. */
    byte[] marked(int max) {
        return mark == NO_MARK || position - mark > max ? new byte[0] : Arrays.copyOfRange(buffer, mark, position);
    }

    /**
     * Reads a line. It must end in CRLF, because some readers take a CR or LF alone for a line end and others do not
     * (RFC 9112 §2.2). A line is refused at its first wrong byte, not at its end.
     *
     * @param limit bytes of the line without its end
     * @param tooLong makes the error for a line with more bytes
     * @return the line without its end, one character per byte
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

    /** The end of the line if all of it has arrived and is valid; else -1. */
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
                throw tooLong.error(limit, new String(line, 0, length, ISO_8859_1));
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = b;
        }
        expectLineFeed();
        return new String(line, 0, length, ISO_8859_1);
    }

    /** Reads the line end after a chunk. */
    void chunkEnd() throws IOException, HttpException {
        if (next() != '\r') {
            throw new HttpException(Status.BAD_REQUEST, "a chunk is longer than its size");
        }
        expectLineFeed();
    }

    /** Reads this many bytes of content into the target. */
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

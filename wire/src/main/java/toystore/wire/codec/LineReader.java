package toystore.wire.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Splits a stream of bytes into lines, each of which is a message: a JSON object. Not thread-safe.
 *
 * <p>Another protocol, such as HTTP or TLS, is refused at the first byte of a line, and the bytes after it are never
 * read as a message: a web page may have made a browser send them.
 */
public final class LineReader {
    private static final Pattern HTTP = Pattern.compile("[\\r\\n]*[A-Za-z]+ [!-~]+ HTTP/");

    private final InputStream in;
    private final int limit;
    private byte[] buffer = new byte[1024];
    private int start; // of the bytes that were read and not returned
    private int end;

    /**
     * A reader of the stream.
     *
     * @param limit bytes in a line, its line feed included
     */
    public LineReader(InputStream in, int limit) {
        this.in = in;
        this.limit = limit;
    }

    /**
     * Waits for the next line.
     *
     * @return the line without its line feed; {@code null} if the stream has ended, and ended between two lines
     * @throws MalformedMessageException if the line does not begin an object, or is longer than the limit; nothing that
     *     follows may be read then
     * @throws EOFException if the stream ended within a line
     */
    public byte[] next() throws IOException, MalformedMessageException {
        int scanned = start;
        while (true) {
            if (start < end && buffer[start] != '{') {
                throw new MalformedMessageException("expected a JSON object, but the line begins with " + firstByte());
            }
            for (; scanned < end; scanned++) {
                if (buffer[scanned] == '\n') {
                    byte[] line = Arrays.copyOfRange(buffer, start, scanned);
                    start = scanned + 1;
                    return line;
                }
            }
            if (end - start >= limit) {
                throw new MalformedMessageException("the line is longer than " + limit + " bytes");
            }
            scanned -= makeRoom();
            int count = in.read(buffer, end, Math.min(buffer.length, start + limit) - end);
            if (count < 0) {
                if (start == end) {
                    return null;
                }
                throw new EOFException("the stream ended within a line, after " + (end - start) + " bytes");
            }
            end += count;
        }
    }

    /** Returns whether the bytes that were read and not returned begin an HTTP request. */
    public boolean isHttp() {
        return HTTP.matcher(new String(buffer, start, Math.min(end - start, 100), ISO_8859_1))
                .lookingAt();
    }

    private String firstByte() {
        byte first = buffer[start];
        return first > ' ' && first <= '~'
                ? "'" + (char) first + "'"
                : "the byte 0x" + HexFormat.of().toHexDigits(first);
    }

    /** Returns whether all bytes that were read were returned. */
    public boolean isEmpty() {
        return start == end;
    }

    /** Returns whether {@link #next} returns without waiting. */
    public boolean hasLine() {
        for (int i = start; i < end; i++) {
            if (buffer[i] == '\n') {
                return true;
            }
        }
        return false;
    }

    /** Moves the remaining bytes to the front, or grows the buffer. Returns by how much they moved. */
    private int makeRoom() {
        int moved = start;
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }
        if (end == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.min(limit, buffer.length * 2));
        }
        return moved;
    }
}

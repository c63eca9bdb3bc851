package toystore.durable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads a file line by line and knows where it is. A line stays in the buffer it was read into, until the next one is
 * asked for; the buffer grows to the longest line. Once it has seen the end of the file it stays there, even if the
 * file grows: what is added then may be the rest of a line that was handed out as cut off.
 */
final class LineScanner {
    private final StoredFile file;
    private byte[] buffer = new byte[1 << 18];
    private int filled;
    private long bufferAt; // where in the file the buffer begins
    private int start;
    private int end; // of the line, where its line feed is
    private int next;
    private boolean atEnd;

    LineScanner(StoredFile file, long from) {
        this.file = file;
        this.bufferAt = from;
    }

    /** Goes on to the next line; {@code false} at the end of the file. */
    boolean next() throws IOException {
        start = next;
        for (end = start; ; end++) {
            if (end == filled && !fill()) {
                next = end;
                return end > start;
            }
            if (buffer[end] == '\n') {
                next = end + 1;
                return true;
            }
        }
    }

    /** Whether the line has a line feed at its end. */
    boolean whole() {
        return next > end;
    }

    /** Where the line begins in the file. */
    long offset() {
        return bufferAt + start;
    }

    /** Where it ends in the file, its line feed included. */
    long endOffset() {
        return bufferAt + next;
    }

    /** Bytes in the line, its line feed included. */
    int size() {
        return next - start;
    }

    /** What is wrong with the line, or {@code null} if nothing is. */
    String fault() {
        return whole() ? LogLine.fault(buffer, start, end - start) : "the line is cut off";
    }

    /** Whether this is the {@link Room} at the end of the file, and no line. */
    boolean isRoom() {
        return !whole() && Room.startOfBlanks(buffer, start, end) == start;
    }

    /** See {@link Room#shows}. */
    boolean showsRoom() {
        return Room.shows(buffer, start, end, offset());
    }

    /** Where what was written ends in the file: the room behind the last line left out. */
    long writtenEnd() {
        return bufferAt + (whole() ? next : Room.startOfBlanks(buffer, start, end));
    }

    /** See {@link LogLine#soundStart}. */
    int soundStart() {
        return LogLine.soundStart(buffer, start, end - start);
    }

    /** The JSON of a sound line. */
    byte[] json() {
        return LogLine.json(buffer, start, end - start);
    }

    /** Reads more behind what is left of the buffer; {@code false} at the end of the file. */
    private boolean fill() throws IOException {
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, filled - start);
            bufferAt += start;
            filled -= start;
            end -= start;
            start = 0;
        } else if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = atEnd ? -1 : file.read(ByteBuffer.wrap(buffer, filled, buffer.length - filled), bufferAt + filled);
        atEnd = read < 0;
        filled += Math.max(read, 0);
        return !atEnd;
    }
}

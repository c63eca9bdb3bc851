package toystore.durable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads a file line by line and knows where it is. Not thread-safe. A line stays in the buffer until the next one is asked
 * for. Of a line that is longer than any record only the beginning is kept, so that no file takes more memory than a record
 * does. Once it has seen the end of the file it stays there, even if the file grows: what is added then may be the rest of a
 * line that was handed out as cut off.
 */
final class LineScanner {
    private static final int FIRST_BUFFER = 1 << 18;
    private static final int CHUNK = 1 << 16;

    private final StoredFile file;
    private byte[] buffer = new byte[FIRST_BUFFER];
    private int filled;
    private long bufferAt; // where in the file the buffer begins
    private int start; // of the line in the buffer
    private int end; // of what the buffer has of the line; its line feed is there, if it is all of it
    private long lineEnd; // in the file, its line feed included
    private long writtenEnd; // in the file, the line feed or the blanks at its end not included
    private boolean whole; // it has a line feed
    private boolean atEnd;

    LineScanner(StoredFile file, long from) {
        this.file = file;
        this.bufferAt = from;
        this.lineEnd = from;
    }

    /** Goes on to the next line; {@code false} at the end of the file. */
    boolean next() throws IOException {
        goTo(lineEnd);
        for (end = start; ; end++) {
            if (end == filled && !fill()) {
                return endOfFile();
            }
            if (buffer[end] == '\n') {
                whole = true;
                lineEnd = bufferAt + end + 1;
                writtenEnd = lineEnd - 1;
                return true;
            }
            if (end - start == LogLine.MAX_BYTES) {
                skipToLineFeed();
                return true;
            }
        }
    }

    /** Whether the line has a line feed at its end. */
    boolean isWhole() {
        return whole;
    }

    /** Whether it has none, and nothing else but {@linkplain Preallocation blanks}. */
    boolean isBlank() {
        return !whole && writtenEnd == offset();
    }

    /** Whether it has none, and ends with a blank. */
    boolean endsWithBlank() {
        return !whole && writtenEnd < lineEnd;
    }

    /** Where the line begins in the file. */
    long offset() {
        return bufferAt + start;
    }

    /** Where it ends in the file, its line feed included. */
    long endOffset() {
        return lineEnd;
    }

    /** Where it ends in the file, its line feed included, but not the blanks at the end of the file. */
    long writtenEnd() {
        return whole ? lineEnd : writtenEnd;
    }

    /** Bytes in a sound line, its line feed included. */
    int size() {
        return (int) (lineEnd - offset());
    }

    /** What is wrong with the line, or {@code null} if nothing is. */
    String fault() {
        String fault = LogLine.fault(buffer, start, end - start);
        return whole || end - start == LogLine.MAX_BYTES ? fault : "the line is cut off";
    }

    /** See {@link Preallocation#hasBlankSector}. */
    boolean hasBlankSector() {
        return Preallocation.hasBlankSector(buffer, start, end, offset());
    }

    /** See {@link LogLine#soundStart}. */
    int soundStart() {
        return LogLine.soundStart(buffer, start, end - start);
    }

    /** The JSON of a sound line. */
    byte[] json() {
        return LogLine.json(buffer, start, end - start);
    }

    /** Where in the file the batch began that a sound line, or the sound start of a faulty one, was written in. */
    long batchOffset() {
        return offset() - LogLine.batchDistance(buffer, start);
    }

    /** The checksum of a sound line. */
    int checksum() {
        return LogLine.checksum(buffer, start);
    }

    private void goTo(long position) {
        long ahead = position - bufferAt;
        if (ahead > filled) { // behind a line that was skipped
            bufferAt = position;
            filled = 0;
            ahead = 0;
        }
        start = (int) ahead;
    }

    private boolean endOfFile() {
        whole = false;
        lineEnd = bufferAt + end;
        writtenEnd = bufferAt + Preallocation.startOfBlanks(buffer, start, end);
        return end > start;
    }

    private void skipToLineFeed() throws IOException {
        whole = false;
        lineEnd = bufferAt + end;
        writtenEnd = bufferAt + Preallocation.startOfBlanks(buffer, start, end);
        byte[] chunk = new byte[CHUNK];
        for (int read = read(chunk, lineEnd); read > 0; read = read(chunk, lineEnd)) {
            for (int i = 0; i < read; i++) {
                lineEnd++;
                if (chunk[i] == '\n') {
                    whole = true;
                    writtenEnd = lineEnd - 1;
                    return;
                }
                writtenEnd = Preallocation.isBlank(chunk[i]) ? writtenEnd : lineEnd;
            }
        }
    }

    private int read(byte[] into, long position) throws IOException {
        int read = file.read(ByteBuffer.wrap(into), position);
        atEnd |= read < 0;
        return read;
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

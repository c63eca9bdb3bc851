package toystore.durable;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file line by line from its start, and knows where it is. */
final class LineScanner implements Closeable {
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int filled;
    private long offset; // of the line that next() returns next
    private boolean whole = true;

    LineScanner(Path file) throws IOException {
        in = Files.newInputStream(file);
    }

    /** The next line without its line feed, or {@code null} at the end of the file. */
    byte[] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        while (true) {
            int start = position;
            while (position < filled && buffer[position] != '\n') {
                position++;
            }
            line.write(buffer, start, position - start);
            if (position < filled) {
                position++;
                offset += line.size() + 1;
                return line.toByteArray();
            }
            filled = in.read(buffer);
            position = 0;
            if (filled < 0) {
                filled = 0;
                whole = line.size() == 0;
                offset += line.size();
                return whole ? null : line.toByteArray();
            }
        }
    }

    /** Whether the last line had a line feed at its end. */
    boolean whole() {
        return whole;
    }

    /** Bytes read, up to the end of the last line. */
    long offset() {
        return offset;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}

package toystore.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Lines as long as the messages between the services, that mean nothing. */
final class SampleMessage {
    /** As long as those of a query: {@code {"type":"get","name":"Tux","trace":…}} and its reply. */
    static final byte[] QUERY = line(64);
    /** As long as those of an order: {@code {"type":"place","name":"Tux","quantity":1,"key":…}} and its reply. */
    static final byte[] ORDER = line(128);
    /** Longer than any of them. */
    static final int LONGEST = 1024;

    private SampleMessage() {}

    /** Reads a line, in one piece if it comes in one; returns its length, or -1 if there are no more. */
    static int read(InputStream in, byte[] line) throws IOException {
        int length = 0;
        do {
            int read = in.read(line, length, line.length - length);
            if (read <= 0) {
                return -1;
            }
            length += read;
        } while (line[length - 1] != '\n');
        return length;
    }

    private static byte[] line(int length) {
        byte[] line = new byte[length];
        Arrays.fill(line, (byte) 'x');
        line[length - 1] = '\n';
        return line;
    }
}

package toystore.frontend.http;

import java.io.IOException;
import java.util.Arrays;

/** The content of a request as it comes. Memory is taken for bytes that are there, not because they were announced. */
final class Content {
    private static final int STEP = 8 * 1024;

    private byte[] bytes = new byte[0];
    private int length;

    int length() {
        return length;
    }

    /** Reads so many bytes more. */
    void read(HttpInput input, int count) throws IOException {
        int end = length + count;
        while (length < end) {
            int step = Math.min(end - length, Math.max(length, STEP));
            if (length + step > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.max(length + step, 2 * bytes.length));
            }
            input.content(bytes, length, step);
            length += step;
        }
    }

    byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}

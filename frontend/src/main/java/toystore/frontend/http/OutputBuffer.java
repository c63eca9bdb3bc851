package toystore.frontend.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Bytes that will leave in one write. For one thread. */
final class OutputBuffer {
    private static final int KEPT = 2 * 1024;

    private byte[] bytes = new byte[512];
    private int length;

    int length() {
        return length;
    }

    OutputBuffer append(byte[] more) {
        makeRoom(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    OutputBuffer append(String ascii) {
        makeRoom(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[length++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    /** All of them; it is empty after that, also if that fails. */
    void writeTo(OutputStream out) throws IOException {
        try {
            out.write(bytes, 0, length);
        } finally {
            length = 0;
            if (bytes.length > KEPT) {
                bytes = new byte[KEPT];
            }
        }
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void makeRoom(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}

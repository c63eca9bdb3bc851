package toystore.durable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes a file from its start on. Closing it leaves the file open. */
final class StoredOutput extends OutputStream {
    private final StoredFile file;
    private long position;

    StoredOutput(StoredFile file) {
        this.file = file;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        file.writeAll(ByteBuffer.wrap(bytes, offset, length), position);
        position += length;
    }
}

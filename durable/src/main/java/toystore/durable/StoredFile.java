package toystore.durable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file of a {@link Storage}, for one thread at a time. Positions and sizes are bytes from its start; buffers are
 * backed by arrays.
 */
public interface StoredFile extends Closeable {
    /** So many writes in a row may take nothing before the disk counts as failed. */
    int FUTILE_WRITES = 100;

    /**
     * Writes some of the bytes, as many as the disk takes at once; says how many. Whether they are on disk then, how it was
     * opened tells.
     */
    int write(ByteBuffer bytes, long position) throws IOException;

    /** Reads some bytes and says how many; -1 at the end of the file. */
    int read(ByteBuffer bytes, long position) throws IOException;

    /** Returns once everything that was written, and the length of the file, is on disk. */
    void force() throws IOException;

    long size() throws IOException;

    /** Cuts off what lies beyond {@code size}. */
    void truncate(long size) throws IOException;

    /** Writes all of the bytes, in as many writes as it takes. */
    default void writeAll(ByteBuffer bytes, long position) throws IOException {
        int futile = 0;
        for (long at = position; bytes.hasRemaining(); ) {
            int written = write(bytes, at);
            at += written;
            futile = written == 0 ? futile + 1 : 0;
            if (futile == FUTILE_WRITES) {
                throw new IOException(
                        futile + " writes at byte " + at + " took none of the " + bytes.remaining() + " bytes left");
            }
        }
    }

    /** Reads until the buffer is full or the file ends. */
    default void readAll(ByteBuffer bytes, long position) throws IOException {
        for (long at = position; bytes.hasRemaining(); ) {
            int read = read(bytes, at);
            if (read < 0) {
                return;
            }
            at += read;
        }
    }
}

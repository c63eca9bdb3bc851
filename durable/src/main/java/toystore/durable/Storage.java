package toystore.durable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The operations that this module needs from a disk. A test can replace the disk by one that fails. Thread-safe. */
public interface Storage {
    /** The disk of this machine. */
    Storage DISK = new Disk();

    /**
     * Opens an existing file for reading and writing. A write to it returns when its bytes, and the new length of the
     * file if it has grown, are on disk. Opening a file does not force bytes that were written before.
     */
    StoredFile open(Path file) throws IOException;

    /** Opens an existing file for reading only: another process may own it. */
    StoredFile openToRead(Path file) throws IOException;

    /** Creates a file, or empties an existing one. Bytes written to it are not on disk before they are forced. */
    StoredFile create(Path file) throws IOException;

    /** Renames a file in one step, and replaces the file that had the new name. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file if it exists. */
    void delete(Path file) throws IOException;

    /** Makes the names in a folder durable: a file that was created or renamed is found after a power cut. */
    void forceFolder(Path folder) throws IOException;

    /**
     * An open file. Not thread-safe. Positions and sizes are bytes from the start of the file; buffers are backed by
     * arrays.
     */
    interface StoredFile extends Closeable {
        /** The disk counts as failed after so many writes in a row that took no bytes. */
        int MAX_EMPTY_WRITES = 100;

        /**
         * Writes as many of the bytes as the disk takes at once, and returns how many these are. {@link Storage#open}
         * and {@link Storage#create} say whether they are on disk then.
         */
        int write(ByteBuffer bytes, long position) throws IOException;

        /** Reads some bytes, and returns how many; -1 at the end of the file. */
        int read(ByteBuffer bytes, long position) throws IOException;

        /** Returns when all bytes that were written, and the length of the file, are on disk. */
        void force() throws IOException;

        long size() throws IOException;

        /** Shortens the file to {@code size} bytes. */
        void truncate(long size) throws IOException;

        /** Writes all of the bytes, in as many writes as that takes. */
        default void writeAll(ByteBuffer bytes, long position) throws IOException {
            int emptyWrites = 0;
            for (long at = position; bytes.hasRemaining(); ) {
                int written = write(bytes, at);
                at += written;
                emptyWrites = written == 0 ? emptyWrites + 1 : 0;
                if (emptyWrites == MAX_EMPTY_WRITES) {
                    throw new IOException(emptyWrites + " writes at byte " + at + " took none of the "
                            + bytes.remaining() + " bytes left");
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
}

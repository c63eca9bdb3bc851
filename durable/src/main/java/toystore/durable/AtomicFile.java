package toystore.durable;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import toystore.durable.Storage.StoredFile;

/**
 * Creates or replaces a whole file in one step: temporary file, force, rename, force the folder.
 *
 * <p>If the process or the machine stops at any moment, the file has either the old contents or the new ones, never a
 * mixture.
 */
public final class AtomicFile {

    /** Writes the contents of the file. */
    public interface Contents {
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    /** Does {@link #replace(Storage, Path, Contents)} on the disk of this machine. */
    public static void replace(Path file, Contents contents) throws IOException {
        replace(Storage.DISK, file, contents);
    }

    /**
     * Creates a file that does not exist. Returns when it is on disk. No other process may write to the folder.
     *
     * @throws FileAlreadyExistsException if it exists
     * @throws IOException if it may not be on disk; then it is there as a whole, or not at all
     */
    public static void create(Storage storage, Path file, Contents contents) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file + " is there already, and would be overwritten");
        }
        replace(storage, file, contents);
    }

    /**
     * Returns when the new contents are on disk.
     *
     * @throws IOException if they may not be on disk. The file still has whole contents: the old ones or, if only the
     *     folder could not be forced, the new ones. The temporary file is deleted.
     */
    public static void replace(Storage storage, Path file, Contents contents) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            write(storage, temporary, contents);
            storage.rename(temporary, file); // Commit
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, storage, temporary);
            throw e;
        }
        storage.forceFolder(file.toAbsolutePath().getParent());
    }

    private static void deleteAfter(Exception failure, Storage storage, Path temporary) {
        try {
            storage.delete(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static void write(Storage storage, Path temporary, Contents contents) throws IOException {
        try (StoredFile file = storage.create(temporary)) {
            OutputStream out = new BufferedOutputStream(new FileOutput(file), 1 << 16);
            contents.writeTo(out);
            out.flush();
            file.force();
        }
    }

    /** Writes a file from its start. Closing this stream leaves the file open. */
    private static final class FileOutput extends OutputStream {
        private final StoredFile file;
        private long position;

        FileOutput(StoredFile file) {
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
}

package toystore.durable;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Makes or replaces a whole file so that, whenever the process or the machine stops, either the old contents or the new ones
 * are there, never a mixture: temporary file, force, rename, force the folder.
 */
public final class AtomicFile {

    /** What the file shall contain. */
    public interface Contents {
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    /** {@link #replace(Storage, Path, Contents)} on the real disk. */
    public static void replace(Path file, Contents contents) throws IOException {
        replace(Storage.DISK, file, contents);
    }

    /**
     * Makes a file that is not there. Returns once it is on disk. The folder must be the caller's alone.
     *
     * @throws FileAlreadyExistsException if it is there
     * @throws IOException if it may not be on disk: either nothing of it is, or all of it
     */
    public static void create(Storage storage, Path file, Contents contents) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(file + " is there already, and would be overwritten");
        }
        replace(storage, file, contents);
    }

    /**
     * Returns once the new contents are on disk.
     *
     * @throws IOException if they may not be. Whole contents are there even then: the old ones, or, if only the folder
     *     could not be forced, the new ones. The temporary file is gone.
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
            OutputStream out = new BufferedOutputStream(new StoredOutput(file), 1 << 16);
            contents.writeTo(out);
            out.flush();
            file.force();
        }
    }
}

package toystore.durable;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Replaces a whole file so that, whenever the process or the machine stops, either the old contents or the new ones
 * are there, never a mixture: temporary file, force, rename, force the folder.
 */
public final class AtomicFile {

    /** What the file shall contain. */
    public interface Contents {
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    /** Returns once the new contents are on disk. On failure the old ones stay, and the temporary file is gone. */
    public static void replace(Path file, Contents contents) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            write(temporary, contents);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE); // Commit
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, temporary);
            throw e;
        }
        forceFolder(file.toAbsolutePath().getParent());
    }

    /** Makes the names in a folder durable: a file that was created or renamed is found after a power cut. */
    static void forceFolder(Path folder) throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static void deleteAfter(Exception failure, Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private static void write(Path temporary, Contents contents) throws IOException {
        try (FileChannel channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            contents.writeTo(out);
            out.flush();
            channel.force(true);
        }
    }
}

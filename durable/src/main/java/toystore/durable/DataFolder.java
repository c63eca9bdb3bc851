package toystore.durable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder that a service keeps its files in, for it alone: a lock on {@code <service>.lock} keeps a second process
 * of the same service out until this one is closed or dead.
 */
public final class DataFolder implements Closeable {
    private final Path path;
    private final FileChannel lockFile;

    private DataFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Takes the folder, which is made if it is missing, and those above it.
     *
     * @throws IOException if it cannot be used, or another process has it; the message says which
     */
    public static DataFolder take(Storage storage, Path path, String service) throws IOException {
        try {
            make(storage, path.toAbsolutePath());
        } catch (FileAlreadyExistsException e) {
            throw new IOException(path + " is not a folder", e);
        } catch (IOException e) {
            throw new IOException("the data folder " + path + " cannot be made: " + e, e);
        }
        Path lockPath = path.resolve(service + ".lock");
        FileChannel channel;
        try {
            channel = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException("the data folder " + path + " cannot be written to: " + e, e);
        }
        boolean taken = false;
        try {
            taken = lock(channel);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        if (!taken) {
            throw new IOException("the data folder " + path + " is in use by another " + service + " process (it holds "
                    + lockPath + ")");
        }
        return new DataFolder(path, channel);
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
    }

    /** A folder survives a power cut only if the one that it is in was forced. */
    private static void make(Storage storage, Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            make(storage, parent);
        }
        Files.createDirectories(folder);
        if (parent != null) {
            storage.forceFolder(parent);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldInThisProcess) {
            return false;
        }
    }
}

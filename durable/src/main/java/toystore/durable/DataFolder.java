package toystore.durable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that a service keeps its files in, for it alone: a lock on {@code <service>.lock} keeps a second process
 * of the same service out until this one is closed or dead.
 */
public final class DataFolder implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);
    /** Lock files that this process holds: to close another channel of one of them would give its lock up (fcntl(2)). */
    private static final Set<Path> TAKEN = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lockFile;
    private final Path taken;

    private DataFolder(Path path, FileChannel lockFile, Path taken) {
        this.path = path;
        this.lockFile = lockFile;
        this.taken = taken;
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
        Path taken = path.toRealPath().resolve(service + ".lock");
        if (!TAKEN.add(taken)) {
            throw inUse(path, service, lockPath);
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
        } catch (IOException e) {
            throw new IOException("the data folder " + path + " cannot be written to: " + e, e);
        } finally {
            if (!locked) {
                TAKEN.remove(taken);
                if (channel != null) {
                    channel.close();
                }
            }
        }
        if (!locked) {
            throw inUse(path, service, lockPath);
        }
        return new DataFolder(path, channel, taken);
    }

    private static IOException inUse(Path path, String service, Path lockPath) {
        return new IOException("the data folder " + path + " is in use by another " + service + " process (it holds "
                + lockPath + ")");
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        lockFile.close();
        TAKEN.remove(taken);
    }

    /** Makes a folder and forces its parent, also for an existing folder: its creator may not have forced the parent. */
    private static void make(Storage storage, Path folder) throws IOException {
        Path above = folder.getParent();
        if (above != null && Files.notExists(folder)) {
            make(storage, above);
        }
        Files.createDirectories(folder);
        try {
            if (above != null) {
                storage.forceFolder(above);
            }
        } catch (AccessDeniedException e) {
            log.debug("{} cannot be forced: {}", above, e.toString());
        }
    }
}

package toystore.durable;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 * The folder with the files of a service, which one process at a time may use.
 *
 * <p>A lock on {@code <service>.lock} refuses the folder to a second process of the same service until this one closes
 * the folder or ends. The file holds the id of the process that locked it last.
 */
public final class DataFolder implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);
    /** Lock files of this process. Closing another channel of such a file would release its lock (fcntl(2)). */
    private static final Set<Path> LOCKED = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lockChannel;
    private final Path lockedFile;

    private DataFolder(Path path, FileChannel lockChannel, Path lockedFile) {
        this.path = path;
        this.lockChannel = lockChannel;
        this.lockedFile = lockedFile;
    }

    /**
     * Locks the folder. Creates it, and the folders above it, if it does not exist.
     *
     * @throws IOException if it cannot be used, or another process uses it; the message says which
     */
    public static DataFolder take(Storage storage, Path path, String service) throws IOException {
        try {
            create(storage, path.toAbsolutePath());
        } catch (FileAlreadyExistsException e) {
            throw new IOException(path + " is not a folder", e);
        } catch (IOException e) {
            throw new IOException("the data folder " + path + " cannot be made: " + e, e);
        }
        Path lockPath = path.resolve(service + ".lock");
        Path lockedFile = path.toRealPath().resolve(service + ".lock");
        if (!LOCKED.add(lockedFile)) {
            throw inUse(path, service, lockPath);
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            if (locked) {
                writeProcessId(channel, lockPath);
            }
        } catch (IOException e) {
            throw new IOException("the data folder " + path + " cannot be written to: " + e, e);
        } finally {
            if (!locked) {
                LOCKED.remove(lockedFile);
                if (channel != null) {
                    channel.close();
                }
            }
        }
        if (!locked) {
            throw inUse(path, service, lockPath);
        }
        return new DataFolder(path, channel, lockedFile);
    }

    /** For {@code ./toystore status}; a service also runs on a disk that is full. */
    private static void writeProcessId(FileChannel lockFile, Path lockPath) {
        String line = ProcessHandle.current().pid() + "\n";
        try {
            lockFile.truncate(0);
            lockFile.write(ByteBuffer.wrap(line.getBytes(US_ASCII)));
        } catch (IOException e) {
            log.warn("{} does not name this process: {}", lockPath, e.toString());
        }
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
        lockChannel.close();
        LOCKED.remove(lockedFile);
    }

    /**
     * Forces the folder above even if the folder exists: it survives a power cut only then, and the process that
     * created it may not have done so.
     */
    private static void create(Storage storage, Path folder) throws IOException {
        Path above = folder.getParent();
        if (above != null && Files.notExists(folder)) {
            create(storage, above);
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

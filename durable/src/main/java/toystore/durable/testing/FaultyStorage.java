package toystore.durable.testing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import toystore.durable.Storage;
import toystore.durable.StoredFile;

/**
 * The real disk, with faults that a test plans; for tests only, and in no jar that runs. What is counted is counted from the call that plans it, over all
 * files; a fault happens once, so that whoever tries again wrongly succeeds, as on a real disk.
 *
 * <pre>
 *   FaultyStorage disk = new FaultyStorage();
 *   … new AppendLog.Options(disk, folder, "orders", 1024) …
 *   disk.failsForce(3);
 * </pre>
 */
public final class FaultyStorage implements Storage {
    @GuardedBy("this")
    private final Map<Path, Long> forced = new HashMap<>(); // file → bytes that are safe

    @GuardedBy("this")
    private int forces;

    @GuardedBy("this")
    private int forcesUntilFault;

    @GuardedBy("this")
    private int writesUntilFault;

    @GuardedBy("this")
    private int bytesPerWrite = Integer.MAX_VALUE;

    @GuardedBy("this")
    private long room = Long.MAX_VALUE;

    private volatile Semaphore mayForce; // volatile: the test plans, the log thread obeys; so for the next ones
    private volatile Runnable onWrite = FaultyStorage::nothing;
    private volatile Runnable onForce = FaultyStorage::nothing;
    private volatile Runnable onRename = FaultyStorage::nothing;

    /** The {@code nth} force of a file from now on fails. */
    public synchronized FaultyStorage failsForce(int nth) {
        forcesUntilFault = nth;
        return this;
    }

    /** The {@code nth} write from now on fails, and writes nothing. */
    public synchronized FaultyStorage failsWrite(int nth) {
        writesUntilFault = nth;
        return this;
    }

    /** Every write takes at most so many bytes. */
    public synchronized FaultyStorage shortWrites(int mostBytesPerWrite) {
        bytesPerWrite = mostBytesPerWrite;
        return this;
    }

    /** The disk is full when so many more bytes are written; the write that meets its end fails half done. */
    public synchronized FaultyStorage fullAfter(long bytes) {
        room = bytes;
        return this;
    }

    /** Every force of a file waits for a permit; {@link #forces()} tells that one does. */
    public FaultyStorage slowForce(Semaphore permits) {
        mayForce = permits;
        return this;
    }

    /** Runs before every write; what it throws, the writer gets. */
    public FaultyStorage onWrite(Runnable hook) {
        onWrite = hook;
        return this;
    }

    /** Runs before every force of a file. */
    public FaultyStorage onForce(Runnable hook) {
        onForce = hook;
        return this;
    }

    /** Runs before every rename. */
    public FaultyStorage onRename(Runnable hook) {
        onRename = hook;
        return this;
    }

    /** How many forces of files have begun. */
    public synchronized int forces() {
        return forces;
    }

    /** Takes from every file what was written to its end and never forced. To be called when nobody writes any more. */
    public synchronized void powerCut() throws IOException {
        for (Map.Entry<Path, Long> file : forced.entrySet()) {
            if (Files.exists(file.getKey())) {
                try (StoredFile stored = DISK.open(file.getKey())) {
                    stored.truncate(Math.min(stored.size(), file.getValue()));
                }
            }
        }
    }

    @Override
    public StoredFile open(Path file) throws IOException {
        StoredFile opened = DISK.open(file);
        long size = opened.size();
        synchronized (this) {
            forced.putIfAbsent(file, size);
        }
        return new FaultyFile(file, opened);
    }

    @Override
    public StoredFile openToRead(Path file) throws IOException {
        return DISK.openToRead(file);
    }

    @Override
    public StoredFile create(Path file) throws IOException {
        StoredFile created = DISK.create(file);
        synchronized (this) {
            forced.put(file, 0L);
        }
        return new FaultyFile(file, created);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        onRename.run();
        DISK.rename(from, to);
        synchronized (this) {
            Long safe = forced.remove(from);
            if (safe != null) {
                forced.put(to, safe);
            }
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        DISK.delete(file);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        DISK.forceFolder(folder);
    }

    private static void nothing() {}

    private synchronized int bytesToWrite(int wanted) throws IOException {
        if (--writesUntilFault == 0) {
            throw new IOException("this write was to fail");
        }
        if (room == 0) {
            throw new IOException("No space left on device");
        }
        int bytes = (int) Math.min(Math.min(wanted, bytesPerWrite), room);
        room -= bytes;
        return bytes;
    }

    private synchronized boolean nextForceFails() {
        forces++;
        return --forcesUntilFault == 0;
    }

    private synchronized void forced(Path path, long size) {
        forced.put(path, size);
    }

    private final class FaultyFile implements StoredFile {
        private final Path path;
        private final StoredFile file;

        FaultyFile(Path path, StoredFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            onWrite.run();
            ByteBuffer some = bytes.slice().limit(bytesToWrite(bytes.remaining()));
            int written = file.write(some, position);
            bytes.position(bytes.position() + written);
            return written;
        }

        @Override
        public void force() throws IOException {
            boolean fails = nextForceFails();
            onForce.run();
            if (mayForce != null) {
                mayForce.acquireUninterruptibly();
            }
            if (fails) {
                throw new IOException("this force was to fail");
            }
            file.force();
            forced(path, file.size());
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            return file.read(bytes, position);
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}

package toystore.durable.testing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongPredicate;
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
    private static final int SECTOR = 512;

    @GuardedBy("this")
    private final Map<Path, Long> forced = new HashMap<>(); // file → bytes that are safe, but for what was unforced

    @GuardedBy("this")
    private final Map<Path, Deque<Overwritten>> unforced = new HashMap<>(); // the last write first

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

    /** What a write that was not forced has overwritten. */
    private record Overwritten(long position, byte[] bytes) {}

    /** The {@code nth} force of a file from now on fails; a write that is to be on disk when it returns forces, too. */
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

    /** Takes from every file what was written and never forced. To be called when nobody writes any more. */
    public void powerCut() throws IOException {
        powerCut(sector -> true);
    }

    /**
     * The same, but of what lies within the length that a file had when it was forced, only some sectors are lost.
     *
     * @param lost sectors, by their number in the file
     */
    public synchronized void powerCut(LongPredicate lost) throws IOException {
        for (Map.Entry<Path, Long> file : forced.entrySet()) {
            if (Files.exists(file.getKey())) {
                try (StoredFile stored = DISK.open(file.getKey())) {
                    stored.truncate(Math.min(stored.size(), file.getValue()));
                    undo(stored, unforced.getOrDefault(file.getKey(), new ArrayDeque<>()), lost);
                }
            }
        }
    }

    private static void undo(StoredFile file, Deque<Overwritten> writes, LongPredicate lost) throws IOException {
        for (Overwritten write : writes) {
            long end = Math.min(write.position() + write.bytes().length, file.size());
            for (long at = write.position(); at < end; at = (at / SECTOR + 1) * SECTOR) {
                if (lost.test(at / SECTOR)) {
                    int offset = (int) (at - write.position());
                    int length = (int) (Math.min(end, (at / SECTOR + 1) * SECTOR) - at);
                    file.writeAll(ByteBuffer.wrap(write.bytes(), offset, length).slice(), at);
                }
            }
        }
        writes.clear();
    }

    @Override
    public StoredFile open(Path file) throws IOException {
        StoredFile opened = DISK.open(file);
        long size = opened.size();
        synchronized (this) {
            forced.putIfAbsent(file, size);
        }
        return new FaultyFile(file, opened, true);
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
        return new FaultyFile(file, created, false);
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
        unforced.remove(path);
    }

    private synchronized void overwrites(Path path, long position, byte[] bytes) {
        unforced.computeIfAbsent(path, first -> new ArrayDeque<>()).push(new Overwritten(position, bytes));
    }

    private final class FaultyFile implements StoredFile {
        private final Path path;
        private final StoredFile file;
        private final boolean forcesWrites;

        FaultyFile(Path path, StoredFile file, boolean forcesWrites) {
            this.path = path;
            this.file = file;
            this.forcesWrites = forcesWrites;
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            onWrite.run();
            ByteBuffer some = bytes.slice().limit(bytesToWrite(bytes.remaining()));
            ByteBuffer before = ByteBuffer.allocate(some.remaining());
            file.readAll(before, position);
            overwrites(path, position, Arrays.copyOf(before.array(), before.position()));
            int written = file.write(some, position);
            bytes.position(bytes.position() + written);
            if (forcesWrites) {
                force();
            }
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

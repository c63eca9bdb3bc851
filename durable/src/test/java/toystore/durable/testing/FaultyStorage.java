package toystore.durable.testing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.LongPredicate;
import toystore.durable.Storage;

/**
 * Real files with faults that a test plans. Thread-safe.
 *
 * <p>Writes and forces are counted over all files, from the call that plans the fault. A fault happens once, so that a
 * caller that tries again wrongly succeeds, as on a real disk.
 *
 * <pre>
 *   FaultyStorage disk = new FaultyStorage();
 *   … new AppendLog.Options(disk, folder, "orders", 1024) …
 *   disk.failsForce(3);
 * </pre>
 */
public final class FaultyStorage implements Storage {
    private static final Storage FILES = new UnforcedStorage();
    private static final int SECTOR = 512;

    @GuardedBy("this")
    private final Map<Path, Platter> platters = new HashMap<>();

    @GuardedBy("this")
    private final List<Path> forcedFolders = new ArrayList<>();

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

    private volatile Semaphore mayForce; // volatile, like the next: the test writes it, the log thread reads it
    private volatile Runnable onWrite = FaultyStorage::nothing;
    private volatile Runnable onForce = FaultyStorage::nothing;
    private volatile Runnable onRename = FaultyStorage::nothing;

    /**
     * The bytes of a file that are on the disk itself. The real file is the page cache in front of it: readers see its
     * bytes, on disk or not. A write or force that fails leaves its bytes in the cache marked clean, as Linux does: a
     * later force has nothing to write and succeeds.
     */
    private static final class Platter {
        private byte[] bytes;
        private final BitSet dirty = new BitSet(); // sectors that a force would write

        Platter(byte[] bytes) {
            this.bytes = bytes;
        }

        void written(long position, int length) {
            if (length > 0) {
                dirty.set((int) (position / SECTOR), (int) ((position + length - 1) / SECTOR) + 1);
            }
        }

        void force(byte[] cached) {
            bytes = merged(cached, Arrays.copyOf(bytes, cached.length), sector -> false);
            dirty.clear();
        }

        /** The bytes after a power cut: sectors that a force would have written may be on disk, too. */
        byte[] afterPowerCut(byte[] cached, LongPredicate lost) {
            return merged(cached, bytes.clone(), lost);
        }

        private byte[] merged(byte[] cached, byte[] into, LongPredicate lost) {
            dirty.stream().filter(sector -> !lost.test(sector)).forEach(sector -> {
                int start = sector * SECTOR;
                int end = Math.min(start + SECTOR, Math.min(cached.length, into.length));
                if (start < end) {
                    System.arraycopy(cached, start, into, start, end - start);
                }
            });
            return into;
        }
    }

    /** The {@code nth} force of a file from now on fails. A write to a file of {@link #open} forces, too. */
    public synchronized FaultyStorage failsForce(int nth) {
        forcesUntilFault = nth;
        return this;
    }

    /**
     * The {@code nth} write from now on fails: readers see its bytes until the power fails, and no force writes them.
     */
    public synchronized FaultyStorage failsWrite(int nth) {
        writesUntilFault = nth;
        return this;
    }

    /** Every write takes at most this number of bytes. */
    public synchronized FaultyStorage shortWrites(int mostBytesPerWrite) {
        bytesPerWrite = mostBytesPerWrite;
        return this;
    }

    /**
     * The disk is full after this number of bytes. The write that reaches the limit writes a part of its bytes, and
     * fails.
     */
    public synchronized FaultyStorage fullAfter(long bytes) {
        room = bytes;
        return this;
    }

    /** Every force of a file waits for a permit; {@link #forces()} counts it before. */
    public FaultyStorage slowForce(Semaphore permits) {
        mayForce = permits;
        return this;
    }

    /** Runs before every write; an exception from it goes to the writer. */
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

    /** The folders that were forced, in this order. */
    public synchronized List<Path> forcedFolders() {
        return List.copyOf(forcedFolders);
    }

    /** The number of forces of files that have begun. */
    public synchronized int forces() {
        return forces;
    }

    /** Removes from every file the bytes that were never forced. No thread may write any more. */
    public void powerCut() throws IOException {
        powerCut(sector -> true);
    }

    /**
     * Does the same, but loses only some of the sectors within the length that a file had when it was forced.
     *
     * @param lost sectors, by number in the file
     */
    public synchronized void powerCut(LongPredicate lost) throws IOException {
        for (Map.Entry<Path, Platter> file : platters.entrySet()) {
            if (Files.exists(file.getKey())) {
                Files.write(file.getKey(), file.getValue().afterPowerCut(Files.readAllBytes(file.getKey()), lost));
            }
        }
        platters.clear();
    }

    @Override
    public StoredFile open(Path file) throws IOException {
        StoredFile opened = FILES.open(file);
        synchronized (this) {
            if (!platters.containsKey(file)) {
                platters.put(file, new Platter(Files.readAllBytes(file)));
            }
        }
        return new FaultyFile(file, opened, true);
    }

    @Override
    public StoredFile openToRead(Path file) throws IOException {
        return FILES.openToRead(file);
    }

    @Override
    public StoredFile create(Path file) throws IOException {
        StoredFile created = FILES.create(file);
        synchronized (this) {
            platters.put(file, new Platter(new byte[0]));
        }
        return new FaultyFile(file, created, false);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        onRename.run();
        FILES.rename(from, to);
        synchronized (this) {
            Platter platter = platters.remove(from);
            if (platter != null) {
                platters.put(to, platter);
            }
        }
    }

    @Override
    public void delete(Path file) throws IOException {
        FILES.delete(file);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        FILES.forceFolder(folder);
        synchronized (this) {
            forcedFolders.add(folder);
        }
    }

    private static void nothing() {}

    private synchronized int bytesToWrite(int wanted) throws IOException {
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

    private synchronized boolean nextWriteFails() {
        return --writesUntilFault == 0;
    }

    private synchronized void written(Path path, long position, int length) {
        platters.computeIfAbsent(path, first -> new Platter(new byte[0])).written(position, length);
    }

    private synchronized void forced(Path path, boolean onDisk) throws IOException {
        Platter platter = platters.computeIfAbsent(path, first -> new Platter(new byte[0]));
        if (onDisk) {
            platter.force(Files.readAllBytes(path));
        } else {
            platter.dirty.clear();
        }
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
            boolean fails = nextWriteFails();
            ByteBuffer some = bytes.slice().limit(bytesToWrite(bytes.remaining()));
            int written = file.write(some, position);
            if (fails) {
                throw new IOException("this write was to fail");
            }
            written(path, position, written);
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
            forced(path, !fails);
            if (fails) {
                throw new IOException("this force was to fail");
            }
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

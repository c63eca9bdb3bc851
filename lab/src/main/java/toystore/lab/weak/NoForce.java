package toystore.lab.weak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import toystore.client.StoreClient.Receipt;
import toystore.durable.Storage;
import toystore.lab.store.LabStore.Service;

/**
 * Does not force the lines of the log to disk.
 *
 * <p>{@code kill -9} alone does not show that: written bytes are in the page cache of the kernel, and only a power cut
 * loses them. So this disk has a page cache in the process, which dies with it.
 */
final class NoForce implements WeakMode {
    @Override
    public String name() {
        return "no-force";
    }

    @Override
    public Rule rule() {
        return new Rule(
                "the line of an order is forced to disk before the reply",
                "docs/guarantees.md#guarantees",
                "durable/src/main/java/toystore/durable/Disk.java",
                "FaultyDiskTest#hasForcedAllAcknowledgedRecordsWhenThePowerFails");
    }

    @Override
    public Storage storage(Setting setting) {
        return setting.correct() ? Storage.DISK : new PageCache();
    }

    /** Keeps written bytes in memory until they are forced. */
    private static final class PageCache implements ForwardingStorage {
        private final Map<Path, CachedFile> files = new ConcurrentHashMap<>(); // those that are open for writing

        @Override
        public StoredFile open(Path file) throws IOException {
            CachedFile cached = new CachedFile(Storage.DISK.open(file));
            files.put(file, cached);
            return cached;
        }

        @Override
        public StoredFile openToRead(Path file) throws IOException {
            CachedFile cached = files.get(file);
            return cached == null ? Storage.DISK.openToRead(file) : new Reader(cached);
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            files.remove(to);
            Storage.DISK.rename(from, to);
        }
    }

    /** A file whose bytes are in memory. A real disk returns from a write when its bytes are on disk; this one does not. */
    private static final class CachedFile implements Storage.StoredFile {
        private final Storage.StoredFile disk;

        @GuardedBy("this")
        private byte[] bytes;

        CachedFile(Storage.StoredFile disk) throws IOException {
            this.disk = disk;
            this.bytes = new byte[(int) disk.size()];
            disk.readAll(ByteBuffer.wrap(bytes), 0);
        }

        @Override
        public synchronized int write(ByteBuffer from, long position) {
            int length = from.remaining();
            int end = (int) position + length;
            bytes = end > bytes.length ? Arrays.copyOf(bytes, end) : bytes;
            from.get(bytes, (int) position, length);
            return length;
        }

        @Override
        public synchronized int read(ByteBuffer into, long position) {
            int length = Math.min(into.remaining(), bytes.length - (int) position);
            if (length <= 0) {
                return -1;
            }
            into.put(bytes, (int) position, length);
            return length;
        }

        @Override
        public synchronized void force() throws IOException {
            disk.truncate(bytes.length);
            disk.writeAll(ByteBuffer.wrap(bytes), 0);
            disk.force();
        }

        @Override
        public synchronized long size() {
            return bytes.length;
        }

        @Override
        public synchronized void truncate(long size) {
            bytes = Arrays.copyOf(bytes, (int) size);
        }

        @Override
        public void close() throws IOException {
            force(); // a process that stops leaves its bytes to the kernel
            disk.close();
        }
    }

    /** A cached file for one reader. */
    private record Reader(CachedFile file) implements Storage.StoredFile {
        @Override
        public int write(ByteBuffer bytes, long position) {
            throw new UnsupportedOperationException("it is open to read");
        }

        @Override
        public int read(ByteBuffer bytes, long position) {
            return file.read(bytes, position);
        }

        @Override
        public void force() {}

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public void truncate(long size) {
            throw new UnsupportedOperationException("it is open to read");
        }

        @Override
        public void close() {}
    }

    @Override
    public Optional<String> run(Experiment x) throws IOException, InterruptedException {
        Timeline timeline = x.timeline();
        x.start();
        x.order(x.shopper(), x.between(1, 20));
        x.pause();
        String unlucky = x.shopper();
        long number = x.order(unlucky, x.between(1, 20)).number();
        x.awaitApplied();
        timeline.add(unlucky, "looks up order " + number + ": " + found(x.lookUp(number)));
        x.restart(Service.ORDERS);
        Optional<Receipt> found = x.lookUp(number);
        timeline.decide(
                unlucky,
                "looks up order " + number + ": " + found(found),
                found.isEmpty(),
                "its line was never forced",
                "its line was forced before the reply");
        x.addRefusalOfLog();
        return x.check().loss();
    }

    private static String found(Optional<Receipt> order) {
        return order.isPresent() ? "found" : "not found";
    }
}

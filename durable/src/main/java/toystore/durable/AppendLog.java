package toystore.durable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Records with numbers 1, 2, 3 … that are added and read, and never changed. An append returns when its record is on
 * disk. Thread-safe: callers queue what they append; one thread, the log thread, takes all that is queued, writes it,
 * forces it once, and wakes those who wait. What comes meanwhile is its next batch.
 *
 * <p>A write or a force that fails ends it for good: whether the bytes are on disk is not known then, and a force that
 * is tried again may wrongly succeed. Reading goes on.
 */
public final class AppendLog implements Closeable {
    private final LogFile file;
    private final Consumer<IOException> onFailure;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Queue<Entry> queue = new ArrayDeque<>();

    @GuardedBy("lock")
    private long next;

    @GuardedBy("lock")
    private IOException closed; // why nothing is taken any more; null while it is open

    private record Entry(long number, byte[] line, CompletableFuture<Long> durable) {}

    private AppendLog(LogFile file, Consumer<IOException> onFailure) {
        this.file = file;
        this.onFailure = onFailure;
        this.next = file.last() + 1;
        this.thread = new Thread(this::writeBatches, "log");
    }

    /**
     * Opens the log in the folder, or begins one.
     *
     * @param name how its files' names begin
     * @param onFailure told once, by the log thread, if a write or a force fails
     * @throws DamagedLogException if a file is not what was written
     */
    public static AppendLog open(Path folder, String name, Consumer<IOException> onFailure) throws IOException {
        AppendLog log = new AppendLog(LogFile.open(folder.resolve(String.format("%s-%020d.log", name, 1))), onFailure);
        log.thread.start();
        return log;
    }

    /**
     * Appends a record.
     *
     * @param json makes the record's JSON, one object without line feeds, from the number that it gets
     * @return its number, once it is on disk
     * @throws IOException if it may not be: the log has failed or is closed
     */
    public long append(LongFunction<byte[]> json) throws IOException {
        Entry entry = enqueue(json);
        try {
            return entry.durable().join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** The number of the last record that is on disk; 0 if there is none. */
    public long last() {
        return file.last();
    }

    /** The JSON of a record, from 1 to {@link #last()}. */
    public byte[] read(long number) throws IOException {
        return file.read(number);
    }

    /** The file that records are added to, for messages. */
    public Path file() {
        return file.path();
    }

    /** Takes nothing more, writes what was taken, and closes the file. */
    @Override
    public void close() throws IOException {
        refuseFromNowOn(new IOException("the log is closed"));
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }

    private Entry enqueue(LongFunction<byte[]> json) throws IOException {
        lock.lock();
        try {
            if (closed != null) {
                throw new IOException(closed.getMessage(), closed);
            }
            Entry entry = new Entry(next, LogLine.of(json.apply(next)), new CompletableFuture<>());
            next++;
            queue.add(entry);
            changed.signal();
            return entry;
        } finally {
            lock.unlock();
        }
    }

    private void writeBatches() {
        for (List<Entry> batch = nextBatch(); !batch.isEmpty(); batch = nextBatch()) {
            try {
                file.add(batch.stream().map(Entry::line).toList());
            } catch (Throwable e) { // whatever it is: those who wait must not wait forever
                fail(batch, new IOException(file.path() + " could not be written: " + e.getMessage(), e));
                return;
            }
            batch.forEach(entry -> entry.durable().complete(entry.number()));
        }
    }

    /** Waits for entries; an empty batch says that the log is closed and nothing is left. */
    private List<Entry> nextBatch() {
        lock.lock();
        try {
            while (queue.isEmpty() && closed == null) {
                changed.awaitUninterruptibly();
            }
            List<Entry> batch = new ArrayList<>(queue);
            queue.clear();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void fail(List<Entry> batch, IOException reason) {
        refuseFromNowOn(reason);
        batch.forEach(entry -> entry.durable().completeExceptionally(reason));
        nextBatch().forEach(entry -> entry.durable().completeExceptionally(reason));
        onFailure.accept(reason);
    }

    private void refuseFromNowOn(IOException reason) {
        lock.lock();
        try {
            closed = closed == null ? reason : closed;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}

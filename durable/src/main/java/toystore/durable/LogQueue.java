package toystore.durable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * Where records get their numbers and wait to be written. Thread-safe; one lock guards all of it, which is the
 * log's lock in what {@link AppendLog} promises.
 */
final class LogQueue {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Queue<Entry> entries = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean writing; // somebody writes what it took

    @GuardedBy("lock")
    private long next;

    @GuardedBy("lock")
    private String fence; // null if no fenced record may be added

    @GuardedBy("lock")
    private IOException closed; // why nothing is taken any more; null while it is open

    /** A record that waits to be on disk. */
    record Entry(long number, byte[] json, CompletableFuture<Long> durable) {}

    /**
     * A record that was added.
     *
     * @param taken nobody else was there: who added it is to write it, and to say {@link #written}
     */
    record Added(Entry entry, boolean taken) {}

    LogQueue(long next) {
        this.next = next;
    }

    /** @param wanted whether the caller would write the record itself, if nobody else is there */
    Added add(LongFunction<byte[]> json, boolean wanted) throws IOException {
        lock.lock();
        try {
            if (closed != null) {
                throw new IOException(closed.getMessage(), closed);
            }
            byte[] record = LogLine.requireRecord(json.apply(next));
            boolean taken = wanted && !writing && entries.isEmpty();
            Added added = new Added(new Entry(next, record, new CompletableFuture<>()), taken);
            if (taken) {
                writing = true;
            } else {
                entries.add(added.entry());
                changed.signal();
            }
            next++; // last: if there is no memory for one of the steps, no number is missing
            return added;
        } finally {
            lock.unlock();
        }
    }

    Added add(String given, LongFunction<byte[]> json, boolean wanted) throws IOException, FencedException {
        Objects.requireNonNull(given, "a fence");
        lock.lock();
        try {
            if (!given.equals(fence)) {
                throw new FencedException(given, fence);
            }
            return add(json, wanted);
        } finally {
            lock.unlock();
        }
    }

    /** Makes a fence the current one; the number of the last record that has one. */
    long fence(String nextFence) {
        lock.lock();
        try {
            fence = nextFence;
            return next - 1;
        } finally {
            lock.unlock();
        }
    }

    boolean fenceOff(String stale) {
        lock.lock();
        try {
            boolean current = stale.equals(fence);
            fence = current ? null : fence;
            return current;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until nobody writes and there are entries, and takes the first of them, as many as a batch may have: lines of
     * {@value LogLine#MAX_BYTES} bytes together. None says that the queue is closed and nothing is left in it.
     */
    List<Entry> takeBatch() {
        lock.lock();
        try {
            while (writing || (entries.isEmpty() && closed == null)) {
                changed.awaitUninterruptibly();
            }
            writing = !entries.isEmpty();
            List<Entry> batch = new ArrayList<>(entries.size());
            int room = LogLine.MAX_BYTES;
            while (!entries.isEmpty() && LogLine.size(entries.peek().json()) <= room) {
                room -= LogLine.size(entries.peek().json());
                batch.add(entries.remove());
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** What was taken is written, or never will be. */
    void written() {
        lock.lock();
        try {
            writing = false;
            if (!entries.isEmpty() || closed != null) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes all that is there. */
    List<Entry> drain() {
        lock.lock();
        try {
            List<Entry> all = new ArrayList<>(entries);
            entries.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more. The first reason counts. */
    void close(IOException reason) {
        lock.lock();
        try {
            closed = closed == null ? reason : closed;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}

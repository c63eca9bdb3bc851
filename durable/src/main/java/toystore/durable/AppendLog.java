package toystore.durable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * A log on disk: records with numbers 1, 2, 3 … that are appended and read, and never changed. Thread-safe.
 *
 * <p><b>Group commit.</b> Callers queue records. One thread, the log thread, takes all that are queued, writes them,
 * forces them once, and completes their futures. Records that are queued meanwhile are its next batch.
 *
 * <pre>
 *   caller       number the record under the lock, queue it ──▶ get a future
 *   log thread   take a batch ──▶ write, force ──▶ publish the last number ──▶ complete the futures ──▶ seal if full
 * </pre>
 *
 * One thread at a time writes. A caller that waits anyway can write its record itself if the log is idle: {@link
 * #writeOrSubmit} and {@link #append}.
 *
 * <p><b>Failures.</b> After a write or a force that failed, the log accepts no record any more: it is not known whether
 * the bytes are on disk, and a force that is tried again may wrongly succeed. Records can still be read.
 *
 * <p><b>Fences.</b> A record may depend on a state that ends at some time, an epoch for example, and carries a fencing
 * token for it. The log knows the current token, none when it is opened, and refuses a record with another one. The
 * token changes under the lock that gives out numbers. So after {@link #fence} or {@link #fenceOff} has returned, no
 * record with an older token can be appended, however late its caller comes.
 */
public final class AppendLog implements Closeable {
    private static final long IDLE = 0;

    private final Segments segments; // the thread that is writing appends, all threads read
    private final Executor completions;
    private final Consumer<IOException> onFailure;
    private final Thread thread;
    private final Recovery recovery;

    private final ReentrantLock lock = new ReentrantLock(); // no other lock, and no disk access, while it is held
    private final Condition queued = lock.newCondition(); // and no thread is writing; or the log is closed
    private final Condition grown = lock.newCondition(); // or the log is closed, or waiters are woken

    @GuardedBy("lock")
    private final Queue<Pending> queue = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean writing; // a thread writes a batch

    @GuardedBy("lock")
    private long next; // number of the next record

    @GuardedBy("lock")
    private String fence; // null: no record with a fence is accepted

    @GuardedBy("lock")
    private IOException closed; // why no record is accepted any more; null while the log is open

    @GuardedBy("lock")
    private long wakes;

    @GuardedBy("lock")
    private boolean wakePending; // a wake found no waiter

    private volatile long last; // written under the lock, read without it
    private volatile long bytes; // likewise
    private volatile long writingSince = IDLE; // written by the thread that is writing, read by all

    /**
     * The location of the log, and the size of its files.
     *
     * @param name first part of the names of the log's files
     * @param segmentBytes a segment of this size is sealed
     * @param completions runs the completion of the futures of one write, on the calling thread
     */
    public record Options(Storage storage, Path folder, String name, long segmentBytes, Executor completions) {
        public static final long SEGMENT_BYTES = 64 << 20;

        public Options {
            Objects.requireNonNull(storage);
            Objects.requireNonNull(folder);
            Objects.requireNonNull(name);
            Objects.requireNonNull(completions);
            if (segmentBytes < 1) {
                throw new IllegalArgumentException("segments of " + segmentBytes + " bytes; at least 1 is needed");
            }
        }

        public Options(Storage storage, Path folder, String name, long segmentBytes) {
            this(storage, folder, name, segmentBytes, Runnable::run);
        }

        public Options(Path folder, String name) {
            this(Storage.DISK, folder, name, SEGMENT_BYTES);
        }
    }

    /**
     * A record that was read.
     *
     * @param json one object in UTF-8
     * @param digest {@linkplain LogDigest of the log} up to this record
     */
    public record LogRecord(byte[] json, long digest) {}

    /**
     * The recovery of the log when it was opened.
     *
     * @param records in the log then
     * @param tornBytes of a torn tail, which was moved out of the log; 0 if there was none
     */
    public record Recovery(long records, long tornBytes, Duration took) {}

    /** Is told when a record was written. It must be quick, and not throw. */
    @FunctionalInterface
    public interface WriteListener {
        /**
         * Called by the thread that has written the record, before it completes the future.
         *
         * @param begun when the write of the batch began, on the clock of {@link System#nanoTime()}
         * @param ended when the batch was on disk
         */
        void written(long begun, long ended);
    }

    /**
     * A record in the queue.
     *
     * @param listener {@code null} if there is none
     */
    private record Pending(long number, byte[] json, CompletableFuture<Long> durable, WriteListener listener) {}

    private AppendLog(Options options, Segments segments, Duration took, Consumer<IOException> onFailure) {
        this.segments = segments;
        this.completions = options.completions();
        this.onFailure = onFailure;
        this.recovery = new Recovery(segments.last(), segments.tornBytes(), took);
        this.last = segments.last();
        this.bytes = segments.bytes();
        this.next = last + 1;
        this.thread = new Thread(this::writeBatches, options.name() + "-log");
    }

    /**
     * Opens the log, or creates it.
     *
     * @param onFailure called once, by the thread that wrote, if a write or a force fails; all futures are completed
     * by then
     * @throws DamagedLogException if a file does not contain what was written
     */
    public static AppendLog open(Options options, Consumer<IOException> onFailure) throws IOException {
        long begun = System.nanoTime();
        SegmentNames names = new SegmentNames(options.folder(), options.name());
        Segments segments = Segments.open(options.storage(), names, options.segmentBytes());
        boolean started = false;
        try {
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            AppendLog opened = new AppendLog(options, segments, took, onFailure);
            opened.thread.start();
            started = true;
            return opened;
        } finally {
            if (!started) {
                segments.close();
            }
        }
    }

    /** Does {@link #open(Options, Consumer)} with the default options. */
    public static AppendLog open(Path folder, String name, Consumer<IOException> onFailure) throws IOException {
        return open(new Options(folder, name), onFailure);
    }

    // --- append ---

    /**
     * Queues a record.
     *
     * @param json makes the record's JSON from its number: one object without line feeds, tabs and zero bytes, and of
     *     less than a megabyte. Called under the log's lock. If it throws, the next record gets the number.
     * @return the number, when the record is on disk; or an IOException if it may not be. The thread that writes the
     *     record completes it, and runs dependent stages, which must be short
     * @throws IOException if the log has failed or is closed
     */
    public CompletableFuture<Long> submit(LongFunction<byte[]> json) throws IOException {
        return submit(json, (WriteListener) null);
    }

    private CompletableFuture<Long> submit(LongFunction<byte[]> json, WriteListener listener) throws IOException {
        lock.lock();
        try {
            Pending pending = enqueue(json, listener);
            queued.signal();
            return pending.durable();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Queues a record if the fence is the current one.
     *
     * @return as {@link #submit(LongFunction)}
     * @throws FencedException if it is not
     */
    public CompletableFuture<Long> submit(String expectedFence, LongFunction<byte[]> json)
            throws IOException, FencedException {
        return submit(expectedFence, json, null);
    }

    /**
     * Does {@link #submit(String, LongFunction)} with a listener.
     *
     * @param listener {@code null} for none
     */
    public CompletableFuture<Long> submit(String expectedFence, LongFunction<byte[]> json, WriteListener listener)
            throws IOException, FencedException {
        lock.lock();
        try {
            requireFence(expectedFence);
            return submit(json, listener);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes a record on the calling thread if the log is idle, that is, no thread is writing and no record is queued;
     * otherwise queues it. Saves two thread switches, and blocks the calling thread during the write.
     *
     * @return as {@link #submit(String, LongFunction)}; completed if this thread has written the record
     */
    public CompletableFuture<Long> writeOrSubmit(String expectedFence, LongFunction<byte[]> json)
            throws IOException, FencedException {
        return writeOrSubmit(expectedFence, json, null);
    }

    /**
     * Does {@link #writeOrSubmit(String, LongFunction)} with a listener.
     *
     * @param listener {@code null} for none
     */
    public CompletableFuture<Long> writeOrSubmit(
            String expectedFence, LongFunction<byte[]> json, WriteListener listener)
            throws IOException, FencedException {
        Pending pending;
        List<Pending> batch;
        lock.lock();
        try {
            requireFence(expectedFence);
            pending = enqueue(json, listener);
            batch = takeIfIdle();
        } finally {
            lock.unlock();
        }
        return write(batch, pending);
    }

    private CompletableFuture<Long> writeOrSubmit(LongFunction<byte[]> json) throws IOException {
        Pending pending;
        List<Pending> batch;
        lock.lock();
        try {
            pending = enqueue(json, null);
            batch = takeIfIdle();
        } finally {
            lock.unlock();
        }
        return write(batch, pending);
    }

    private CompletableFuture<Long> write(List<Pending> batch, Pending pending) {
        if (!batch.isEmpty()) {
            write(batch);
        }
        return pending.durable();
    }

    /**
     * Appends a record, as {@link #submit(LongFunction)} does.
     *
     * @return its number, when it is on disk
     * @throws IOException if it may not be
     */
    public long append(LongFunction<byte[]> json) throws IOException {
        return await(writeOrSubmit(json));
    }

    /**
     * Appends a record if the fence is the current one.
     *
     * @return as {@link #append(LongFunction)}
     * @throws FencedException if it is not
     */
    public long append(String expectedFence, LongFunction<byte[]> json) throws IOException, FencedException {
        return await(writeOrSubmit(expectedFence, json));
    }

    private static long await(CompletableFuture<Long> durable) throws IOException {
        try {
            return durable.join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    @GuardedBy("lock")
    private void requireFence(String expected) throws FencedException {
        Objects.requireNonNull(expected, "a fence");
        if (!expected.equals(fence)) {
            throw new FencedException(expected, fence);
        }
    }

    @GuardedBy("lock")
    private Pending enqueue(LongFunction<byte[]> json, WriteListener listener) throws IOException {
        if (closed != null) {
            throw new IOException(closed.getMessage(), closed);
        }
        byte[] record = SegmentFormat.requireRecord(json.apply(next));
        Pending pending = new Pending(next, record, new CompletableFuture<>(), listener);
        queue.add(pending);
        next++; // last: if there is no memory for one of the steps, no number is missing
        return pending;
    }

    /** Takes the record of the caller, to write it; none if another thread is writing or has queued records. */
    @GuardedBy("lock")
    private List<Pending> takeIfIdle() {
        if (writing || queue.size() > 1) {
            queued.signal();
            return List.of();
        }
        List<Pending> batch = List.of(queue.element());
        queue.remove();
        writing = true;
        return batch;
    }

    /**
     * Makes a fence the current one. After this returns, no record with an older one can be appended.
     *
     * @param nextFence {@code null}: no record with a fence is accepted any more
     * @return the number of the last record that has one, on disk or queued
     */
    public long fence(String nextFence) {
        lock.lock();
        try {
            fence = nextFence;
            return next - 1;
        } finally {
            lock.unlock();
        }
    }

    /** Accepts no record with this fence any more; returns whether it was the current one. */
    public boolean fenceOff(String stale) {
        lock.lock();
        try {
            boolean wasCurrent = stale.equals(fence);
            fence = wasCurrent ? null : fence;
            return wasCurrent;
        } finally {
            lock.unlock();
        }
    }

    // --- write ---

    private void writeBatches() {
        for (List<Pending> batch = takeBatch(); !batch.isEmpty(); batch = takeBatch()) {
            write(batch);
        }
    }

    /**
     * Waits until records are queued and no thread is writing. Takes the first of them, as many as a batch may have:
     * lines of {@value SegmentFormat#MAX_BYTES} bytes together. Returns none if the log is closed and no record is
     * left.
     */
    private List<Pending> takeBatch() {
        lock.lock();
        try {
            while (writing || (queue.isEmpty() && closed == null)) {
                queued.awaitUninterruptibly();
            }
            List<Pending> batch = new ArrayList<>(queue.size());
            int room = SegmentFormat.MAX_BYTES;
            while (!queue.isEmpty() && SegmentFormat.lineLength(queue.peek().json()) <= room) {
                room -= SegmentFormat.lineLength(queue.peek().json());
                batch.add(queue.remove());
            }
            writing = !batch.isEmpty();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Pending> batch) {
        IOException failure = null;
        long begun = System.nanoTime() | 1; // never IDLE
        writingSince = begun;
        try {
            List<byte[]> records = new ArrayList<>(batch.size());
            batch.forEach(pending -> records.add(pending.json()));
            segments.append(records);
            tellListeners(batch, begun);
            publish(segments.last(), segments.bytes());
            completions.execute(() -> batch.forEach(pending -> pending.durable().complete(pending.number())));
            segments.sealIfFull();
        } catch (Throwable e) { // of any type: no caller may wait forever
            failure = new IOException(segments.path() + " could not be written: " + e.getMessage(), e);
            fail(batch, failure);
        } finally {
            writingSince = IDLE;
            endWrite();
        }
        if (failure != null) {
            onFailure.accept(failure);
        }
    }

    /** Reads the clock only if there is a listener. */
    private static void tellListeners(List<Pending> batch, long begun) {
        long ended = IDLE;
        for (int i = 0; i < batch.size(); i++) {
            WriteListener listener = batch.get(i).listener();
            if (listener != null) {
                ended = ended == IDLE ? System.nanoTime() | 1 : ended;
                listener.written(begun, ended);
            }
        }
    }

    private void endWrite() {
        lock.lock();
        try {
            writing = false;
            if (!queue.isEmpty() || closed != null) {
                queued.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void publish(long number, long size) {
        lock.lock();
        try {
            last = number;
            bytes = size;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void fail(List<Pending> batch, IOException reason) {
        acceptNoMore(reason);
        batch.forEach(pending -> pending.durable().completeExceptionally(reason));
        for (Pending pending = poll(); pending != null; pending = poll()) {
            pending.durable().completeExceptionally(reason);
        }
    }

    private Pending poll() {
        lock.lock();
        try {
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }

    /** The first reason counts. */
    private void acceptNoMore(IOException reason) {
        lock.lock();
        try {
            closed = closed == null ? reason : closed;
            queued.signal();
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // --- read ---

    /** The number of the last record that is on disk; 0 if there is none. */
    public long last() {
        return last;
    }

    /**
     * Waits until a record after this number is on disk.
     *
     * @return whether it is; {@code false} after this time, after {@link #wakeWaiters}, and at once when the log has
     *     failed or is closed
     */
    public boolean awaitBeyond(long number, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            long wakesBefore = wakePending ? wakes - 1 : wakes;
            wakePending = false;
            while (last <= number && closed == null && wakes == wakesBefore && left > 0) {
                left = grown.awaitNanos(left);
            }
            return last > number;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes the threads in {@link #awaitBeyond}; if there are none, the next thread that would wait there does not. */
    public void wakeWaiters() {
        lock.lock();
        try {
            wakes++;
            wakePending = !lock.hasWaiters(grown);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The JSON of a record, from 1 to {@link #last()}. */
    public byte[] read(long number) throws IOException {
        return record(number).json();
    }

    /** {@linkplain LogDigest Of the log} up to a record, from 0 to {@link #last()}. */
    public long digest(long number) throws IOException {
        return number == 0 ? LogDigest.EMPTY : record(number).digest();
    }

    private LogRecord record(long number) throws IOException {
        if (number > last) {
            throw new IllegalArgumentException("record " + number + " of 1 to " + last);
        }
        return read(number, 1).get(0);
    }

    /** The records from one on, 1 or more: as many as are on disk, but at most {@code most}. */
    public List<LogRecord> read(long from, int most) throws IOException {
        if (from < 1) {
            throw new IllegalArgumentException("record " + from + "; the first is 1");
        }
        return segments.read(from, (int) Math.min(last - from + 1, most));
    }

    /** The size of the log, without the blanks at its end. */
    public long bytes() {
        return bytes;
    }

    /** The recovery of the log when it was opened. */
    public Recovery recovery() {
        return recovery;
    }

    /** How long the current write has taken until now, with its force; zero if there is none. */
    public Duration stalled() {
        long since = writingSince;
        return since == IDLE ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    /** The identity of the log, which is in all its files: random, made when the log was created. */
    public String id() {
        return segments.id();
    }

    /** The file that records are appended to, for messages. */
    public Path file() {
        return segments.path();
    }

    /** Accepts no record any more, writes those that are queued, and closes the file. */
    @Override
    public void close() throws IOException {
        acceptNoMore(new IOException("the log is closed"));
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        segments.close();
    }
}

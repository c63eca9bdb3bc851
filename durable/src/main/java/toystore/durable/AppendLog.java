package toystore.durable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Records with numbers 1, 2, 3 … that are added and read, and never changed. An append returns when its record is on
 * disk. Thread-safe: callers queue what they append; one thread, the log thread, takes all that is queued, writes it,
 * forces it once, and wakes those who wait. What comes meanwhile is its next batch. A caller that finds nobody writing
 * and nobody waiting writes its record itself, and is spared two switches of threads; so one thread at a time writes,
 * and it is the log thread as soon as there are many.
 *
 * <p>A write or a force that fails ends it for good: whether the bytes are on disk is not known then, and a force that
 * is tried again may wrongly succeed. Reading goes on.
 *
 * <p><b>Fences.</b> A record may depend on something that holds only for a while, and carries a fencing token that
 * names that while. The log knows the current token, none when it is opened, and refuses a record with any other. The
 * token changes under the same lock that gives out numbers, so once {@link #fence} or {@link #fenceOff} has returned,
 * no record of an older token can be appended, however late its writer comes.
 */
public final class AppendLog implements Closeable {
    private static final long IDLE = 0;

    private final Segments segments;
    private final Consumer<IOException> onFailure;
    private final Thread thread;
    private final LogQueue queue;
    private final DurableWatermark readers = new DurableWatermark();
    private volatile long writingSince = IDLE; // written by who writes, read by everybody

    /**
     * Where the log is, and how it is cut into files.
     *
     * @param name how the names of the log's files begin
     * @param segmentBytes a segment that has grown so large is sealed
     */
    public record Options(Storage storage, Path folder, String name, long segmentBytes) {
        public static final long SEGMENT_BYTES = 64 << 20;

        public Options {
            Objects.requireNonNull(storage);
            Objects.requireNonNull(folder);
            Objects.requireNonNull(name);
            if (segmentBytes < 1) {
                throw new IllegalArgumentException("segments of " + segmentBytes + " bytes; at least 1 is needed");
            }
        }

        public Options(Path folder, String name) {
            this(Storage.DISK, folder, name, SEGMENT_BYTES);
        }
    }

    private AppendLog(String name, Segments segments, Consumer<IOException> onFailure) {
        this.segments = segments;
        this.onFailure = onFailure;
        this.queue = new LogQueue(segments.last() + 1);
        this.readers.grownTo(segments.last());
        this.thread = new Thread(this::writeBatches, name + "-log");
    }

    /**
     * Opens the log, or begins one.
     *
     * @param onFailure told once, by the thread that wrote, if a write or a force fails; all who waited know it by then
     * @throws DamagedLogException if a file is not what was written
     */
    public static AppendLog open(Options options, Consumer<IOException> onFailure) throws IOException {
        SegmentNames names = new SegmentNames(options.folder(), options.name());
        Segments segments = Segments.open(options.storage(), names, options.segmentBytes());
        boolean started = false;
        try {
            AppendLog opened = new AppendLog(options.name(), segments, onFailure);
            opened.thread.start();
            started = true;
            return opened;
        } finally {
            if (!started) {
                segments.close();
            }
        }
    }

    /** {@link #open(Options, Consumer)} with the usual options. */
    public static AppendLog open(Path folder, String name, Consumer<IOException> onFailure) throws IOException {
        return open(new Options(folder, name), onFailure);
    }

    /**
     * Appends a record.
     *
     * @param json makes the record's JSON, one object without line feeds, tabs and zero bytes and of less than a megabyte,
     *     from the number that it gets; called under the log's lock. If it throws, the number goes to the next record.
     * @return its number, once it is on disk
     * @throws IOException if it may not be: the log has failed or is closed
     */
    public long append(LongFunction<byte[]> json) throws IOException {
        return await(begun(queue.add(json, true)));
    }

    /**
     * Appends a record if the fence is still the current one.
     *
     * @throws FencedException if it is not
     */
    public long append(String fence, LongFunction<byte[]> json) throws IOException, FencedException {
        return await(submit(fence, json, true));
    }

    /**
     * Queues a record. What is to be done once it is on disk is done by the log thread, so it must not take long.
     *
     * @return its number, once it is on disk, or the IOException that says that it may not be
     * @throws IOException if nothing is taken any more
     */
    public CompletableFuture<Long> submit(LongFunction<byte[]> json) throws IOException {
        return queue.add(json, false).entry().durable();
    }

    /**
     * Queues a record if the fence is still the current one.
     *
     * @param alone whether no other record is on its way, as far as the caller knows. Then it may as well wait here: the record
     *     is on disk when this returns, if nobody is writing, and what depends on it is done by the caller
     * @return as {@link #submit(LongFunction)}
     * @throws FencedException if it is not
     */
    public CompletableFuture<Long> submit(String fence, LongFunction<byte[]> json, boolean alone)
            throws IOException, FencedException {
        return begun(queue.add(fence, json, alone));
    }

    /**
     * Makes a fence the current one. No record of an older one can be appended after this.
     *
     * @param next may be {@code null}: then no fenced record can be appended at all
     * @return the head: number of the last record that has one, on disk or still queued
     */
    public long fence(String next) {
        return queue.fence(next);
    }

    /** Lets no record of this fence be appended any more; says whether it was the current one until now. */
    public boolean fenceOff(String stale) {
        return queue.fenceOff(stale);
    }

    /** The number of the last record that is on disk; 0 if there is none. */
    public long last() {
        return readers.last();
    }

    /**
     * Waits until there is a record beyond this number on disk.
     *
     * @return whether there is; {@code false} when the time is over, when it is woken by {@link #wakeWaiters}, and at
     *     once when the log has failed or is closed
     */
    public boolean awaitBeyond(long number, Duration atMost) throws InterruptedException {
        return readers.awaitBeyond(number, atMost);
    }

    /** Makes those return who wait in {@link #awaitBeyond}; if nobody does, the next one who would. */
    public void wakeWaiters() {
        readers.wake();
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
        if (number > last()) {
            throw new IllegalArgumentException("record " + number + " of 1 to " + last());
        }
        return read(number, 1).get(0);
    }

    /** The records from one on, 1 or more: as many as are on disk, but no more than {@code most}. */
    public List<LogRecord> read(long from, int most) throws IOException {
        if (from < 1) {
            throw new IllegalArgumentException("record " + from + "; the first is 1");
        }
        long there = last() - from + 1;
        return segments.read(from, (int) Math.min(there, most));
    }

    /** How long the write has been under way that is not done, be it in the disk or before it; zero if none is. */
    public Duration stalled() {
        long since = writingSince;
        return since == IDLE ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    }

    /** The log's identity, which its files carry: random, made when it was begun. */
    public String id() {
        return segments.id();
    }

    /** The file that records are added to, for messages. */
    public Path file() {
        return segments.path();
    }

    /** Takes nothing more, writes what was taken, and closes the file. */
    @Override
    public void close() throws IOException {
        refuseFromNowOn(new IOException("the log is closed"));
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

    private CompletableFuture<Long> begun(LogQueue.Added added) {
        if (added.taken()) {
            write(List.of(added.entry()));
        }
        return added.entry().durable();
    }

    private static long await(CompletableFuture<Long> durable) throws IOException {
        try {
            return durable.join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    private void writeBatches() {
        for (List<LogQueue.Entry> batch = queue.takeBatch(); !batch.isEmpty(); batch = queue.takeBatch()) {
            write(batch);
        }
    }

    /** Writes what was taken from the queue; whoever took it calls this. */
    private void write(List<LogQueue.Entry> batch) {
        IOException failure = null;
        writingSince = System.nanoTime() | 1; // never IDLE
        try {
            List<byte[]> records = new ArrayList<>(batch.size());
            batch.forEach(entry -> records.add(entry.json()));
            segments.add(records);
            readers.grownTo(segments.last());
            batch.forEach(entry -> entry.durable().complete(entry.number()));
            segments.sealIfFull();
        } catch (Throwable e) { // whatever it is: those who wait must not wait forever
            failure = new IOException(segments.path() + " could not be written: " + e.getMessage(), e);
            fail(batch, failure);
        } finally {
            writingSince = IDLE;
            queue.written();
        }
        if (failure != null) {
            onFailure.accept(failure);
        }
    }

    private void fail(List<LogQueue.Entry> batch, IOException reason) {
        refuseFromNowOn(reason);
        batch.forEach(entry -> entry.durable().completeExceptionally(reason));
        queue.drain().forEach(entry -> entry.durable().completeExceptionally(reason));
    }

    private void refuseFromNowOn(IOException reason) {
        queue.close(reason);
        readers.end();
    }
}

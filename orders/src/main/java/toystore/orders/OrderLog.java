package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import tools.jackson.core.JacksonException;
import toystore.common.ResourceStack;
import toystore.common.Threads;
import toystore.common.json.JsonErrors;
import toystore.common.log.Phases;
import toystore.durable.AppendLog;
import toystore.durable.AppendLog.LogRecord;
import toystore.durable.AppendLog.WriteListener;
import toystore.durable.DataFolder;
import toystore.durable.FencedException;
import toystore.durable.LogDigest;
import toystore.durable.Storage;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.Order;
import toystore.wire.message.RecoveryStats;
import toystore.wire.net.WriteBatch;

/**
 * The orders in an append-only log, {@code orders-….log}, whose records are {@link OrderLine}s. Thread-safe.
 *
 * <p>The fence of the log is the epoch. After the log was opened, a thread reads the keys of the last orders from it.
 * Orders can be found meanwhile; only {@link #findByKey} waits for the keys.
 */
final class OrderLog implements OrderStore, Closeable {
    static final String NAME = "orders";
    private static final int LINES_AT_ONCE = 1000;

    private final DataFolder folder;
    private final AppendLog log;
    private final KeyIndex keys;
    private final Duration keysTimeout;
    private final CompletableFuture<Void> keysRead = new CompletableFuture<>();
    private volatile boolean closed; // ends the reading of keys early

    private OrderLog(DataFolder folder, AppendLog log, int keys, Duration keysTimeout) {
        this.folder = folder;
        this.log = log;
        this.keys = new KeyIndex(keys);
        this.keysTimeout = keysTimeout;
    }

    /**
     * Locks the folder, and opens the log in it or creates it.
     *
     * @param keys of at least this number of the newest orders are remembered
     * @param onFailure called if the log cannot be written any more, or its keys cannot be read
     * @throws IOException if the folder cannot be used or the log is damaged; the message names the place
     */
    static OrderLog open(Overrides overrides, Path data, int keys, Consumer<IOException> onFailure) throws IOException {
        Storage storage = overrides.storage();
        try (ResourceStack opened = new ResourceStack()) {
            DataFolder folder = opened.add(DataFolder.take(storage, data, NAME));
            AppendLog log = opened.add(AppendLog.open(
                    new AppendLog.Options(
                            storage, folder.path(), NAME, AppendLog.Options.SEGMENT_BYTES, WriteBatch::run),
                    onFailure));
            OrderLog orders =
                    new OrderLog(folder, log, keys, overrides.timeouts().keys());
            orders.find(orders.latest()); // refuses a log that lines were removed from
            Threads.named("orders-keys", () -> orders.readKeys(keys, onFailure)).start();
            opened.release();
            return orders;
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        keysRead.handle((read, failure) -> null).join();
        try (folder) {
            log.close();
        }
    }

    // --- append ---

    @Override
    public CompletableFuture<Long> append(String epoch, OrderLine order, boolean alone, Phases phases)
            throws StaleEpochException, IOException {
        LongFunction<byte[]> json = number -> order.numbered(number).json();
        WriteListener listener = phases.areMeasured() ? endingPhases(phases) : null;
        try {
            CompletableFuture<Long> durable =
                    alone ? log.writeOrSubmit(epoch, json, listener) : log.submit(epoch, json, listener);
            return durable.thenApply(number -> {
                if (order.key() != null) {
                    keys.add(order.key(), number);
                }
                return number;
            });
        } catch (FencedException e) {
            throw new StaleEpochException(e.getMessage());
        }
    }

    private static WriteListener endingPhases(Phases phases) {
        return (begun, ended) -> {
            phases.end("queue", begun);
            phases.end("write", ended);
        };
    }

    @Override
    public long openEpoch(String epoch) {
        return log.fence(epoch);
    }

    @Override
    public void closeEpoch(String epoch) {
        log.fenceOff(epoch);
    }

    @Override
    public Duration stalled() {
        return log.stalled();
    }

    // --- find ---

    @Override
    public Optional<Order> find(long number) throws IOException {
        return number < 1 || number > log.last()
                ? Optional.empty()
                : Optional.of(line(number, log.read(number)).order());
    }

    @Override
    public List<Order> findAfter(long number, int most) throws IOException {
        List<Order> orders = new ArrayList<>();
        if (number < log.last()) {
            for (LogRecord record : log.read(number + 1, most)) {
                orders.add(line(number + 1 + orders.size(), record.json()).order());
            }
        }
        return orders;
    }

    @Override
    public Optional<Order> findByKey(String key) throws IOException, TimeoutException {
        awaitKeys();
        for (long number : keys.candidates(key)) {
            OrderLine line = line(number, log.read(number));
            if (key.equals(line.key())) {
                return Optional.of(line.order());
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean hasKeys() {
        return keysRead.isDone();
    }

    private void awaitKeys() throws IOException, TimeoutException {
        try {
            keysRead.get(keysTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    // --- feed ---

    @Override
    public List<CommittedOrder> after(long number, int most) throws IOException {
        List<CommittedOrder> orders = new ArrayList<>();
        for (LogRecord record : log.read(number + 1, most)) {
            orders.add(sale(number + 1 + orders.size(), record.json()).committed(record.digest()));
        }
        return orders;
    }

    @Override
    public boolean awaitAfter(long number, Duration time) throws InterruptedException {
        return log.awaitBeyond(number, time);
    }

    @Override
    public void wake() {
        log.wakeWaiters();
    }

    @Override
    public long latest() {
        return log.last();
    }

    /** The size of the log, without the blanks at its end. */
    long bytes() {
        return log.bytes();
    }

    /** The recovery of the log when the service started. */
    RecoveryStats recovery() {
        AppendLog.Recovery recovery = log.recovery();
        return new RecoveryStats(
                recovery.records(), recovery.tornBytes(), recovery.took().toMillis());
    }

    @Override
    public String id() {
        return log.id();
    }

    @Override
    public String digest(long number) throws IOException {
        return LogDigest.toText(log.digest(number));
    }

    // --- the keys of the last orders ---

    private void readKeys(int most, Consumer<IOException> onFailure) {
        try {
            readLastKeys(most);
            if (closed) {
                throw new IOException("the log is closed");
            }
            keysRead.complete(null);
        } catch (Throwable e) { // of any type: threads that wait for the keys must not wait forever
            IOException failure = new IOException("the keys of the last orders cannot be read: " + e.getMessage(), e);
            keysRead.completeExceptionally(failure);
            if (!closed) {
                onFailure.accept(failure);
            }
        }
    }

    /** Uses all processors, as the first orders wait for the keys. */
    private void readLastKeys(int most) {
        long last = log.last();
        long first = Math.max(1, last - most + 1);
        long blocks = Math.floorDiv(last - first, LINES_AT_ONCE) + 1;
        LongStream.range(0, blocks).parallel().forEach(block -> readKeysOfBlock(first + block * LINES_AT_ONCE, last));
    }

    private void readKeysOfBlock(long first, long last) {
        if (closed) {
            return;
        }
        try {
            List<LogRecord> records = log.read(first, (int) Math.min(LINES_AT_ONCE, last - first + 1));
            String[] keysOfBlock = new String[records.size()];
            for (int i = 0; i < keysOfBlock.length; i++) {
                keysOfBlock[i] = identity(first + i, records.get(i).json()).key();
            }
            keys.add(keysOfBlock, first);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // --- records ---

    private OrderLine.Identity identity(long number, byte[] json) throws IOException {
        return parse(number, json, OrderLine::parseIdentity, OrderLine.Identity::orderNumber);
    }

    private OrderLine line(long number, byte[] json) throws IOException {
        return parse(number, json, OrderLine::parse, OrderLine::orderNumber);
    }

    private OrderLine.Sale sale(long number, byte[] json) throws IOException {
        return parse(number, json, OrderLine::parseSale, OrderLine.Sale::orderNumber);
    }

    private <T> T parse(long number, byte[] json, Function<byte[], T> parser, ToLongFunction<T> numberOf)
            throws IOException {
        try {
            T order = parser.apply(json);
            requireNumber(number, numberOf.applyAsLong(order));
            return order;
        } catch (JacksonException e) {
            throw notAnOrder(number, e);
        }
    }

    private void requireNumber(long record, long order) throws IOException {
        if (order != record) {
            throw new IOException(log.file() + ": record " + record + " is order " + order
                    + "; records were removed or added by hand");
        }
    }

    private IOException notAnOrder(long number, JacksonException e) {
        return new IOException(log.file() + ": record " + number + " is no order: " + JsonErrors.reason(e), e);
    }
}

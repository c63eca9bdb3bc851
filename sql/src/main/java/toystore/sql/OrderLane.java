package toystore.sql;

import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.BackgroundLoop;
import toystore.common.Threads;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.net.WriteBatch;

/**
 * Places the orders of a cell: one thread with one connection takes all that wait, and places them in one transaction.
 * Thread-safe.
 *
 * <p>A batch is tried with an {@link OptimisticTransaction}. If that does not place it, and at all further tries,
 * {@link OrderTransaction} does. A batch with an order that is refused or repeated pays for both. So the batches after
 * it go to the transaction at once, until one has no such order: with a toy that is sold out, there are many.
 *
 * <p>After a failure of the database, the thread acts on its meaning ({@link SqlFailure}):
 *
 * <pre>
 *   RETRY     roll back, and try the same batch at once, a number of times
 *   UNKNOWN   close the connection, and try the same batch by the same keys on a new one, for 5 s since the first
 *             reply was lost; the keys decide what is already stored
 *   FAULT     roll back, and refuse the batch
 * </pre>
 *
 * An order is refused as not stored only if no statement that may commit it is on its way. The thread orders-deadlines
 * refuses the orders that are late, also while the database does not reply.
 */
final class OrderLane implements Closeable {
    /** From the request for an order to its reply; the frontend waits longer. */
    static final Duration ORDER = Duration.ofSeconds(4);

    /** Orders that wait for the lane. */
    static final int QUEUE = 1024;

    private static final Logger log = LoggerFactory.getLogger(OrderLane.class);
    private static final int BATCH = 256;
    private static final int TRIES = 10;
    /** Orders wait for the end of an outage that may be a failover; during a longer one they are refused. */
    private static final Duration OUTAGE = Duration.ofSeconds(3);

    private static final Duration IN_DOUBT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration DEADLINE_CHECKS = Duration.ofMillis(100);
    private static final Duration CLOSE = Duration.ofSeconds(6);

    private final Database database;
    private final LaneConnection connection;
    private final StockRefresh refresh;
    private final Clock clock;
    private final BlockingQueue<PendingOrder> waiting = new LinkedBlockingQueue<>(QUEUE);
    private final Set<PendingOrder> inProgress = ConcurrentHashMap.newKeySet();
    private final BackgroundLoop deadlines =
            new BackgroundLoop("orders-deadlines", DEADLINE_CHECKS, this::checkDeadlines);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Threads.named("orders-lane", this::run);
    private final LongAdder batches = new LongAdder();
    private final LongAdder batched = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder lostReplies = new LongAdder();

    private boolean expectsAllNew = true; // by the lane's thread; false after a batch with a refusal or repetition

    OrderLane(Database database, Schema schema, StockRefresh refresh, Clock clock) {
        this.database = database;
        this.connection = new LaneConnection(database, schema);
        this.refresh = refresh;
        this.clock = clock;
    }

    /** Connects for the first time, as {@link LaneConnection#open} does. */
    void open() throws IOException {
        connection.open();
    }

    void start() {
        deadlines.start();
        thread.start();
    }

    /**
     * Adds an order to those that wait.
     *
     * @throws RefusedException if too many wait, or if the database has been down for too long
     */
    CompletableFuture<PlaceReply> place(OrdersRequest.Place request) throws RefusedException {
        long now = System.nanoTime();
        Optional<String> outage = connection.problemFor(OUTAGE);
        if (outage.isPresent()) {
            throw new RefusedException(PendingOrder.notPlaced(outage.get()));
        }
        PendingOrder order = new PendingOrder(request, now + ORDER.toNanos());
        inProgress.add(order);
        if (!waiting.offer(order)) {
            inProgress.remove(order);
            throw new RefusedException(PendingOrder.notPlaced(QUEUE + " orders wait already"
                    + problem().map(why -> ": " + why).orElse("")));
        }
        return order.reply();
    }

    // --- the lane's thread ---

    private void run() {
        try {
            while (!isClosing()) {
                try {
                    runOnce();
                } catch (RuntimeException e) { // without this thread, no order would be placed any more
                    log.error("the thread that places orders continues", e);
                    connection.close();
                    pause();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
        }
    }

    private void runOnce() throws InterruptedException {
        if (!connection.isOpen() && !connection.reopen()) {
            pause();
            return;
        }
        List<PendingOrder> batch = take();
        if (!batch.isEmpty()) {
            place(batch);
        }
        if (connection.ping() && refresh.refusal() != null) {
            CompletableFuture<?> unused = refresh.send(connection.store().id(), List.of()); // it may be repaired
        }
    }

    private List<PendingOrder> take() throws InterruptedException {
        List<PendingOrder> batch = new ArrayList<>();
        PendingOrder first = waiting.poll(LaneConnection.PING.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            batch.add(first);
            waiting.drainTo(batch, BATCH - 1);
            batch.forEach(order -> order.endPhase("queue"));
        }
        return batch;
    }

    private void place(List<PendingOrder> batch) {
        List<PendingOrder> left = new ArrayList<>(batch);
        try {
            tryToPlace(left);
        } catch (RuntimeException | Error e) {
            Threads.endIfFatal(e);
            log.error("{} orders could not be placed", left.size(), e);
            connection.close();
            left.forEach(PendingOrder::replyLost);
            refuse(left, Refusal.fault("the order could not be placed"));
        }
    }

    private void tryToPlace(List<PendingOrder> batch) {
        long lostSince = 0; // when the first reply of the database was lost; 0 if none was
        for (int tries = 1; ; tries++) {
            batch.removeIf(PendingOrder::isRefused);
            if (batch.isEmpty()) {
                return;
            }
            try {
                finish(placeOnce(batch, tries == 1));
                return;
            } catch (IOException e) {
                connection.failed(e.getMessage());
                refuse(batch, PendingOrder.notPlaced(e.getMessage()));
                return;
            } catch (SQLException e) {
                Refusal end = handle(e, batch, tries);
                if (lostSince == 0 && batch.stream().anyMatch(PendingOrder::isInDoubt)) {
                    lostSince = now();
                    lostReplies.increment();
                }
                if (end == null && (isOver(IN_DOUBT, lostSince) || isClosing())) {
                    end = PendingOrder.notPlaced(database.problem(e));
                }
                if (end != null) {
                    refuse(batch, end);
                    return;
                }
                retries.increment();
            }
        }
    }

    private BatchResult placeOnce(List<PendingOrder> batch, boolean first) throws SQLException, IOException {
        return connection.run(open -> {
            batches.increment();
            batched.add(batch.size());
            if (first && expectsAllNew) {
                Optional<BatchResult> placed = new OptimisticTransaction(open, clock).place(batch);
                if (placed.isPresent()) {
                    return placed.get();
                }
            }
            BatchResult result = new OrderTransaction(open, clock).place(batch);
            expectsAllNew = result.isAllNew();
            return result;
        });
    }

    private void finish(BatchResult result) {
        connection.placed(result.last());
        result.replies().forEach(PendingOrder::placed);
        Map<PendingOrder, Refusal> refusals = result.refusals();
        Set<PendingOrder> placed = result.replies().keySet();
        placed.forEach(order -> order.endPhase("database"));
        refusals.keySet().forEach(order -> order.endPhase("database"));
        List<Product> products = result.products();
        CompletableFuture<Void> refreshed = products.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : refresh.send(connection.store().id(), products);
        CompletableFuture<?> unused = refreshed.whenComplete((sent, failure) -> WriteBatch.run(() -> {
            placed.forEach(order -> {
                order.endPhase("catalog");
                order.answer();
                inProgress.remove(order);
            });
            refusals.forEach(this::refuse);
        }));
    }

    /** Handles a failure of a try. Returns why there is no other one; {@code null} if there is. */
    private Refusal handle(SQLException e, List<PendingOrder> batch, int tries) {
        switch (SqlFailure.of(e)) {
            case UNKNOWN -> {
                batch.forEach(PendingOrder::replyLost);
                connection.failed(e);
                connection.close();
                pause();
                return null;
            }
            case RETRY -> {
                rollBack(batch);
                log.debug("try {} of {} orders", tries, batch.size(), e);
                return tries < TRIES ? null : PendingOrder.notPlaced(database.problem(e));
            }
            default -> {
                rollBack(batch);
                log.error("{} orders could not be placed", batch.size(), e);
                return Refusal.fault("the order could not be placed; the log of the service has the reason");
            }
        }
    }

    private void rollBack(List<PendingOrder> batch) {
        batch.forEach(PendingOrder::rolledBack);
        connection.rollBack();
    }

    private void refuse(List<PendingOrder> batch, Refusal why) {
        batch.forEach(order -> refuse(order, why));
    }

    private void refuse(PendingOrder order, Refusal why) {
        order.refuse(why);
        inProgress.remove(order);
    }

    private void pause() {
        try {
            boolean unused = closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the service is closing
        }
    }

    // --- other threads ---

    private Duration checkDeadlines() {
        long now = System.nanoTime();
        String why = problem().orElse("it took longer than " + ORDER.toSeconds() + " s");
        inProgress.removeIf(order -> {
            boolean late = order.expire(now, why);
            if (late) {
                waiting.remove(order);
            }
            return late;
        });
        return DEADLINE_CHECKS;
    }

    /** Why no order can be placed now; empty if one can. */
    Optional<String> problem() {
        return connection.problem().or(() -> Optional.ofNullable(refresh.refusal()));
    }

    /** The orders of the store, as of half a second ago or the last time that the database replied. */
    long orders() {
        return connection.orders();
    }

    long batches() {
        return batches.sum();
    }

    /** Orders in all batches; one that is tried again counts again. */
    long batchedOrders() {
        return batched.sum();
    }

    long retries() {
        return retries.sum();
    }

    /** Batches whose outcome was not known at first. */
    long lostReplies() {
        return lostReplies.sum();
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private static boolean isOver(Duration time, long since) {
        return since != 0 && System.nanoTime() - since > time.toNanos();
    }

    /** The time on the clock of {@link System#nanoTime()}, but not 0. */
    private static long now() {
        return System.nanoTime() | 1;
    }

    /** No order may be in progress any more. */
    @Override
    public void close() {
        closing.countDown();
        thread.interrupt();
        deadlines.close();
        try {
            thread.join(CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

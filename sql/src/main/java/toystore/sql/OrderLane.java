package toystore.sql;

import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
 *
 * <p>Without orders, the thread reads the counter every half second, so that it finds out about a primary that is lost,
 * or has lost its standbys, before an order does, and about a new one without an order.
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
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Duration PING = Duration.ofMillis(500);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration DEADLINE_CHECKS = Duration.ofMillis(100);
    private static final Duration CLOSE = Duration.ofSeconds(6);

    /**
     * A plan that was made for an empty table must not read a full one, and none is made for every transaction: that
     * takes longer than its statements. For a server that knows the settings.
     */
    private static final String PLANS = "select set_config(name, case name when 'enable_seqscan' then 'off'"
            + " else 'force_generic_plan' end, false)"
            + " from pg_settings where name in ('enable_seqscan', 'plan_cache_mode')";

    private static final String COUNTER = "select n, " + Connector.WITHOUT_STANDBY + " from counter where one = 1";

    private final Database database;
    private final Schema schema;
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

    private Connection connection; // of the lane's thread; null if there is none
    private boolean expectsAllNew = true; // by the lane's thread; false after a batch with a refusal or repetition
    private long counterRead; // by the lane's thread, when
    private volatile Schema.Store store; // set by the first connection; null before
    private volatile long orders; // written by the lane's thread, as are the next three
    private volatile String problem; // null if the last try succeeded
    private volatile long problemSince; // on the clock of System.nanoTime(), if there is one
    private volatile long busySince; // the same; 0 if nothing is expected from the database

    OrderLane(Database database, Schema schema, StockRefresh refresh, Clock clock) {
        this.database = database;
        this.schema = schema;
        this.refresh = refresh;
        this.clock = clock;
        this.problem = database + " is not connected yet";
        this.problemSince = System.nanoTime();
    }

    /**
     * Connects, if the database can be reached.
     *
     * @throws IOException if it has no store, or one of another version; the message says what to run
     */
    void open() throws IOException {
        try {
            connect(database.firstConnection());
        } catch (SQLException e) {
            failed(e);
            log.warn("orders are refused until the database can be reached: {}", problem);
        }
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
        String down = problem;
        if (down != null && now - problemSince > OUTAGE.toNanos()) {
            throw new RefusedException(PendingOrder.notPlaced(down));
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
                    disconnect();
                    pause();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    private void runOnce() throws InterruptedException {
        if (connection == null && !reconnect()) {
            return;
        }
        List<PendingOrder> batch = take();
        if (!batch.isEmpty()) {
            place(batch);
        }
        if (connection != null && System.nanoTime() - counterRead > PING.toNanos()) {
            ping();
        }
    }

    private List<PendingOrder> take() throws InterruptedException {
        List<PendingOrder> batch = new ArrayList<>();
        PendingOrder first = waiting.poll(PING.toMillis(), TimeUnit.MILLISECONDS);
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
            disconnect();
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
                failed(e.getMessage());
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

    /** One try. */
    private BatchResult placeOnce(List<PendingOrder> batch, boolean first) throws SQLException, IOException {
        busySince = now();
        try {
            if (connection == null) {
                connect();
            }
            batches.increment();
            batched.add(batch.size());
            if (first && expectsAllNew) {
                Optional<BatchResult> placed = new OptimisticTransaction(connection, clock).place(batch);
                if (placed.isPresent()) {
                    return placed.get();
                }
            }
            BatchResult result = new OrderTransaction(connection, clock).place(batch);
            expectsAllNew = result.isAllNew();
            return result;
        } finally {
            busySince = 0;
        }
    }

    private void finish(BatchResult result) {
        succeeded();
        result.last().ifPresent(n -> orders = n);
        result.replies().forEach(PendingOrder::placed);
        Map<PendingOrder, Refusal> refusals = result.refusals();
        Set<PendingOrder> placed = result.replies().keySet();
        placed.forEach(order -> order.endPhase("database"));
        refusals.keySet().forEach(order -> order.endPhase("database"));
        List<Product> products = result.products();
        CompletableFuture<Void> refreshed =
                products.isEmpty() ? CompletableFuture.completedFuture(null) : refresh.send(store.id(), products);
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
                failed(e);
                disconnect();
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
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            failed(e);
            disconnect();
        }
    }

    private void refuse(List<PendingOrder> batch, Refusal why) {
        batch.forEach(order -> refuse(order, why));
    }

    private void refuse(PendingOrder order, Refusal why) {
        order.refuse(why);
        inProgress.remove(order);
    }

    // --- its connection ---

    private boolean reconnect() {
        busySince = now();
        try {
            connect();
            return true;
        } catch (SQLException e) {
            failed(e);
        } catch (IOException e) {
            failed(e.getMessage());
        } finally {
            busySince = 0;
        }
        pause();
        return false;
    }

    private void connect() throws SQLException, IOException {
        connect(database.connection());
    }

    private void connect(Connection opened) throws SQLException, IOException {
        try {
            Schema.Store found = schema.require(opened, database.toString(), store);
            try (Statement statement = opened.createStatement()) {
                statement.execute(PLANS);
            }
            readCounter(opened);
            store = found;
            connection = opened;
        } finally {
            if (connection == null) {
                database.discard(opened);
            }
        }
        succeeded();
    }

    private void disconnect() {
        if (connection != null) {
            database.discard(connection);
            connection = null;
        }
    }

    private void ping() {
        busySince = now();
        try {
            connection.setAutoCommit(true);
            readCounter(connection);
            succeeded();
        } catch (SQLException e) {
            failed(e);
            disconnect();
        } finally {
            busySince = 0;
        }
        if (refresh.refusal() != null) {
            CompletableFuture<?> unused = refresh.send(store.id(), List.of()); // it may be repaired
        }
    }

    private void readCounter(Connection from) throws SQLException {
        try (PreparedStatement statement = from.prepareStatement(COUNTER);
                ResultSet row = statement.executeQuery()) {
            row.next();
            Connector.requireStandby(row.getBoolean(2));
            orders = row.getLong(1);
        }
        counterRead = System.nanoTime();
    }

    private void failed(SQLException e) {
        failed(database.problem(e));
    }

    private void failed(String why) {
        if (problem == null) {
            problemSince = System.nanoTime();
            log.warn("orders cannot be placed: {}", why);
        }
        problem = why;
    }

    private void succeeded() {
        if (problem != null) {
            log.info("orders can be placed");
            problem = null;
        }
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
        String why = problem;
        long since = busySince;
        if (why == null && isOver(SILENCE, since)) {
            why = database + " has not replied for "
                    + Duration.ofNanos(System.nanoTime() - since).toSeconds() + " s";
        }
        return Optional.ofNullable(why == null ? refresh.refusal() : why);
    }

    /** The orders of the store, as of half a second ago or the last time that the database replied. */
    long orders() {
        return orders;
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

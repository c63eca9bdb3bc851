package toystore.sql;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.BackgroundLoop;
import toystore.common.ResourceStack;
import toystore.common.Threads;
import toystore.engine.Inventory;
import toystore.engine.ProductChange;
import toystore.service.MetricSample;
import toystore.sql.Database.Work;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.PutReply;
import toystore.wire.message.RefreshReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.TrafficStats;

/**
 * The inventory of the engine over a database, which several cells share. Thread-safe.
 *
 * <p>A product is found in memory; see {@link PolledProducts} for how old it can be. Pages are read from the primary.
 * Orders of this cell enter by {@link CatalogRequest.Refresh}, those of other cells by rereading.
 *
 * <p>While the primary does not reply, everything is refused as not ready: at once when that is known, otherwise in
 * time.
 */
public final class SqlInventory implements Inventory {
    private static final Logger log = LoggerFactory.getLogger(SqlInventory.class);
    /** One to reread, two to read single products, two for changes, and three for pages, restocks and counts. */
    private static final int CONNECTIONS = 8;

    private static final int CHANGE_THREADS = 2;
    private static final int OTHERS = 3; // pages, restocks and counts at once
    /** Less than the frontend waits for a reply. */
    private static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(4);

    private static final Duration CHANGE_PAUSE = Duration.ofMillis(20);
    private static final Duration COUNT_INTERVAL = Duration.ofSeconds(5);
    private static final Duration COUNT_RETRY = Duration.ofMillis(100);
    private static final int RESTOCKED_AT_ONCE = 1_000;

    private final Database database;
    private final PolledProducts products;
    private final ThreadPoolExecutor changes;
    private final Semaphore others = new Semaphore(OTHERS, true); // they leave the reread its connection
    private final BackgroundLoop counts = new BackgroundLoop("products-count", Duration.ZERO, this::count);
    private volatile ProductQueries.Count count = new ProductQueries.Count(0, 0); // written by the loop's thread

    private SqlInventory(Database database, PolledProducts products) {
        this.database = database;
        this.products = products;
        this.changes = new ThreadPoolExecutor(
                CHANGE_THREADS,
                CHANGE_THREADS,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(),
                Threads.numbered("products-change"));
    }

    /**
     * Opens the connections with the database, which need not be reachable.
     *
     * @throws IOException if the database can be reached and has no store, or one of another version; the message says
     *     what to run
     */
    public static SqlInventory open(DatabaseUrl url) throws IOException {
        return open(url, PolledProducts.Limits.DEFAULT);
    }

    static SqlInventory open(DatabaseUrl url, PolledProducts.Limits limits) throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            Database database = opened.add(Database.open(url, CONNECTIONS));
            PolledProducts products = new PolledProducts(database, new Schema(), limits);
            products.open();
            opened.release();
            return new SqlInventory(database, products);
        }
    }

    @Override
    public void start() {
        products.start();
        counts.start();
    }

    /** Ends the connections. */
    @Override
    public void close() {
        try (database;
                products) {
            counts.stop();
            changes.shutdown();
            if (!changes.awaitTermination(CHANGE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("a change has not ended in {} s", CHANGE_TIMEOUT.toSeconds());
            }
            counts.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Product find(String name) throws RefusedException {
        return products.find(name);
    }

    @Override
    public ProductPage list(String prefix, String after, int limit) throws RefusedException {
        return read(connection -> ProductQueries.list(connection, prefix, after, limit));
    }

    @Override
    public ReplyStream watch() throws RefusedException {
        return products.watch();
    }

    @Override
    public Reply synchronize(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Refresh refresh) {
            String store = products.store().id();
            if (!refresh.store().equals(store)) {
                throw new RefusedException(Refusal.stale("orders keeps its orders in store " + refresh.store()
                        + ", but this catalog has the products of store " + store + " in " + database
                        + ": start both with the same --db"));
            }
            products.enter(refresh.products());
            return new RefreshReply();
        }
        throw new RefusedException(Refusal.notUnderstood("this catalog keeps its products in " + database
                + ", but orders keeps its orders in files; start orders with the same --db"));
    }

    // --- queries ---

    private <T> T read(Work<T, SQLException> query) throws RefusedException {
        products.requireReplies();
        try {
            return inTurn(begun -> QueryRetry.run(begun, () -> database.run(query)));
        } catch (SQLException e) {
            throw refusal("no products can be read now: ", e);
        }
    }

    private RefusedException refusal(String what, SQLException e) {
        if (SqlFailure.of(e) == SqlFailure.FAULT) {
            throw new IllegalStateException(e);
        }
        return new RefusedException(Refusal.notReady(what + database.problem(e)));
    }

    private <T> T run(Work<T, SQLException> query) throws SQLException {
        return inTurn(begun -> database.run(query));
    }

    /** Waits for a turn, and runs some work with the time at which it began to wait. */
    private <T> T inTurn(Turn<T> work) throws SQLException {
        long begun = System.nanoTime();
        await(others);
        try {
            return work.run(begun);
        } finally {
            others.release();
        }
    }

    /** What is done in a turn. */
    @FunctionalInterface
    private interface Turn<T> {
        /** @param begun when it began to wait for the turn, by {@link System#nanoTime} */
        T run(long begun) throws SQLException;
    }

    private void await(Semaphore turn) throws SQLTransientConnectionException {
        try {
            if (!turn.tryAcquire(Database.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new SQLTransientConnectionException(
                        OTHERS + " pages, restocks or counts wait for it already", "08001");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("the catalog stops", "08003", e);
        }
    }

    // --- changes ---

    /**
     * {@inheritDoc}
     *
     * <p>While it is not known whether they are made, the same changes are tried by the same keys on a new connection.
     */
    @Override
    public List<PutReply> change(List<ProductChange> wanted) throws RefusedException {
        products.requireReplies();
        ChangeTransaction transaction = new ChangeTransaction(wanted);
        CompletableFuture<List<PutReply>> result = new CompletableFuture<>();
        long deadline = System.nanoTime() + CHANGE_TIMEOUT.toNanos();
        changes.execute(() -> change(transaction, deadline, result));
        try {
            return result.get(CHANGE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            result.cancel(false);
            throw giveUp(transaction, products.problem().orElse(database + " does not reply"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw giveUp(transaction, "the catalog stops");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw new CompletionException(e.getCause());
        }
    }

    private static RefusedException giveUp(ChangeTransaction transaction, String reason) {
        String outcome = transaction.abandon()
                ? "it is not known whether the change was stored: "
                : "the change was not stored: ";
        return new RefusedException(Refusal.notReady(outcome + reason));
    }

    /** Tries until the outcome is known, or the time is over. */
    private void change(ChangeTransaction transaction, long deadline, CompletableFuture<List<PutReply>> result) {
        if (result.isDone()) {
            return; // it was given up while it waited for this thread
        }
        try {
            while (true) {
                try {
                    List<PutReply> replies = changeOnce(transaction);
                    products.enter(replies.stream().map(PutReply::product).toList());
                    result.complete(replies);
                    return;
                } catch (SQLException e) {
                    if (SqlFailure.of(e) == SqlFailure.FAULT) {
                        throw new IllegalStateException(e);
                    }
                    log.debug("the change is tried again", e);
                    if (System.nanoTime() - deadline > 0) {
                        throw giveUp(transaction, database.problem(e));
                    }
                    LockSupport.parkNanos(this, CHANGE_PAUSE.toNanos());
                }
            }
        } catch (RefusedException | RuntimeException | Error e) {
            result.completeExceptionally(e);
            Threads.endIfFatal(e);
        }
    }

    private List<PutReply> changeOnce(ChangeTransaction transaction) throws SQLException, RefusedException {
        return database.run(transaction::run);
    }

    /**
     * {@inheritDoc}
     *
     * <p>If it is not known whether units were added, nothing is tried again: the next call finds out what is sold out.
     */
    @Override
    public List<Product> restock(int units) throws RefusedException {
        products.requireReplies();
        List<Product> restocked = new ArrayList<>();
        List<Product> next;
        do {
            try {
                next = run(connection -> ChangeTransaction.restock(connection, units, RESTOCKED_AT_ONCE));
            } catch (SQLException e) {
                throw refusal("", e);
            }
            products.enter(next);
            restocked.addAll(next);
        } while (next.size() == RESTOCKED_AT_ONCE);
        return restocked;
    }

    // --- counters ---

    /** Counts all products: a scan, so its pause is long in relation to it. */
    private Duration count() {
        long begun = System.nanoTime();
        try {
            if (products.problem().isPresent()) {
                return COUNT_RETRY;
            }
            count = run(ProductQueries::count);
        } catch (SQLException | RuntimeException e) {
            log.debug("the products cannot be counted", e);
        }
        Duration relative = Duration.ofNanos(20 * (System.nanoTime() - begun));
        return relative.compareTo(COUNT_INTERVAL) > 0 ? relative : COUNT_INTERVAL;
    }

    /** {@inheritDoc} The number of products and their units are some seconds old. */
    @Override
    public CatalogStats stats(long uptimeSeconds, TrafficStats traffic) {
        ProductQueries.Count counted = count;
        Optional<String> problem = products.problem();
        return new CatalogStats(
                uptimeSeconds,
                counted.products(),
                counted.units(),
                0,
                0,
                problem.isEmpty(),
                problem.orElse(null),
                null,
                0,
                null,
                traffic);
    }

    @Override
    public List<MetricSample> samples(CatalogStats stats) {
        return List.of(
                new MetricSample(
                        "toystore_catalog_polled_products",
                        "Products that are reread from the database twice a second.",
                        products.size()),
                new MetricSample(
                        "toystore_catalog_reads_total",
                        "Products that were read from the database for a query.",
                        products.reads()));
    }
}

package toystore.sql;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Threads;
import toystore.wire.message.Product;

/**
 * Reads products from the primary, on threads of its own: all that wait together, in one statement. Thread-safe.
 *
 * <p>Callers for one product share a read. A caller does not join a read that is already sent, so a product is as it
 * was after the call, or newer.
 */
final class ReadLane implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(ReadLane.class);
    private static final int THREADS = 2;
    private static final int MOST_NAMES = 1_000;

    /**
     * There is a row even without products. A primary that no standby follows any more may have been replaced: what it
     * says may be old.
     */
    private static final String READ = "select p.name, p.price, p.quantity, p.version, " + Connector.WITHOUT_STANDBY
            + " from (values (1)) one(n) left join products p on p.name = any(?)";

    private final Database database;
    private final LongAdder reads = new LongAdder();
    private final List<Thread> threads = new ArrayList<>();

    @GuardedBy("this")
    private final Map<String, CompletableFuture<Found>> waiting = new LinkedHashMap<>();

    @GuardedBy("this")
    private boolean closed;

    /**
     * What a read has found.
     *
     * @param product {@code null} if there is none
     * @param sent when the statement was sent, on the clock of {@link System#nanoTime()}
     */
    record Found(Product product, long sent) {}

    ReadLane(Database database) {
        this.database = database;
        for (int i = 1; i <= THREADS; i++) {
            threads.add(Threads.named("products-read-" + i, this::run));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** The number of names that were read. */
    long reads() {
        return reads.sum();
    }

    /**
     * Reads a product.
     *
     * @return what is found; or the {@link SQLException} of the database, in time
     */
    synchronized CompletableFuture<Found> read(String name) {
        if (closed) {
            return CompletableFuture.failedFuture(new SQLTransientConnectionException("the catalog stops", "08003"));
        }
        CompletableFuture<Found> result = waiting.computeIfAbsent(name, absent -> new CompletableFuture<>());
        notifyAll();
        return result;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        try {
            for (Map<String, CompletableFuture<Found>> batch = take(); !batch.isEmpty(); batch = take()) {
                read(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for names. Empty after the lane is closed. */
    private synchronized Map<String, CompletableFuture<Found>> take() throws InterruptedException {
        while (waiting.isEmpty() && !closed) {
            wait();
        }
        Map<String, CompletableFuture<Found>> batch = new HashMap<>();
        var names = waiting.entrySet().iterator();
        while (names.hasNext() && batch.size() < MOST_NAMES) {
            var next = names.next();
            batch.put(next.getKey(), next.getValue());
            names.remove();
        }
        return batch;
    }

    private void read(Map<String, CompletableFuture<Found>> batch) {
        reads.add(batch.size());
        try {
            long sent = System.nanoTime();
            Map<String, Product> products = read(batch.keySet());
            batch.forEach((name, result) -> result.complete(new Found(products.get(name), sent)));
        } catch (SQLException | RuntimeException | Error e) {
            batch.values().forEach(result -> result.completeExceptionally(e));
            if (e instanceof Error) {
                Threads.endIfFatal(e);
            }
        }
    }

    /** Reads products by name; once more if the connection broke, which may be one to a server that was replaced. */
    private Map<String, Product> read(Collection<String> names) throws SQLException {
        try {
            return readOnce(names);
        } catch (SQLException e) {
            if (SqlFailure.of(e) != SqlFailure.UNKNOWN || e instanceof SQLTransientConnectionException) {
                throw e;
            }
            log.debug("once more", e);
            return readOnce(names);
        }
    }

    /** Reads products by name, in one statement on a connection from the pool. */
    Map<String, Product> readOnce(Collection<String> names) throws SQLException {
        Connection connection = database.connection();
        try (connection) {
            return read(connection, names);
        } catch (SQLException e) {
            database.discard(connection);
            throw e;
        }
    }

    private static Map<String, Product> read(Connection connection, Collection<String> names) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setArray(1, ProductRows.texts(connection, names));
            Map<String, Product> products = new HashMap<>(2 * names.size());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Connector.requireStandby(row.getBoolean(5));
                    Product product = row.getString(1) == null ? null : ProductRows.product(row);
                    if (product != null) {
                        products.put(product.name(), product);
                    }
                }
            }
            return products;
        }
    }
}

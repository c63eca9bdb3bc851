package toystore.sql;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a query, and once more if its connection broke: it may have been one to a server that was replaced.
 *
 * <p>So is one that the server may do when it is repeated ({@link SqlFailure#RETRY}).
 *
 * <p>A second try begins only within {@value #QUICK_MILLIS} ms. A try may take as long as the driver waits for a server,
 * 3 s, and for a connection, 1 s; and the frontend waits 5 s for a reply. A query that waits for its turn does so before
 * both tries, and its {@value #QUICK_MILLIS} ms begin before that.
 */
final class QueryRetry {
    private static final Logger log = LoggerFactory.getLogger(QueryRetry.class);
    private static final long QUICK_MILLIS = 500;

    private QueryRetry() {}

    /** One try of a query. */
    @FunctionalInterface
    interface Query<T> {
        T run() throws SQLException;
    }

    /** @throws SQLException that of the last try */
    static <T> T run(Query<T> query) throws SQLException {
        return run(System.nanoTime(), query);
    }

    /**
     * Likewise, for a query that has waited.
     *
     * @param begun when its caller began to wait, by {@link System#nanoTime}
     */
    static <T> T run(long begun, Query<T> query) throws SQLException {
        return run(begun, query, System::nanoTime);
    }

    static <T> T run(long begun, Query<T> query, LongSupplier nanoTime) throws SQLException {
        try {
            return query.run();
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.FAULT
                    || e instanceof SQLTransientConnectionException
                    || nanoTime.getAsLong() - begun
                            > Duration.ofMillis(QUICK_MILLIS).toNanos()) {
                throw e;
            }
            log.debug("once more", e);
            return query.run();
        }
    }
}

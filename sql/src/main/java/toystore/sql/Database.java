package toystore.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * The connections of a service with the primary of the database. Thread-safe.
 *
 * <p>A connection is that of a primary that a synchronous standby follows, if the database is replicated that way. It
 * waits for a lock for 2 s at most. Never set a query timeout, cancel or terminate what may be a commit: with no
 * standby left, PostgreSQL then reports success for what is on one server only.
 */
public final class Database implements Closeable {
    /** The time in which a connection is there, or the caller is told why not. */
    public static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration FIRST_LOGIN = Duration.ofSeconds(5); // of a JVM that has just started
    private static final String NO_TIMEOUT = "0";

    private final DatabaseUrl url;
    private final Connector connector;
    private final HikariDataSource pool;

    private Database(DatabaseUrl url, int connections) {
        this.url = url;
        this.connector = new Connector(url.withDefault("ApplicationName", "toystore"), settings());
        HikariConfig config = new HikariConfig();
        config.setDataSource(connector);
        config.setPoolName("database");
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setValidationTimeout(500);
        config.setInitializationFailTimeout(-1); // a service starts without its database, and waits for it
        config.setKeepaliveTime(30_000);
        this.pool = new HikariDataSource(config);
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>(Connector.SETTINGS);
        settings.putAll(Connector.SERVICE);
        return settings;
    }

    /**
     * Opens connections in the background. The database need not be reachable.
     *
     * @param connections one for each thread that uses them
     */
    public static Database open(DatabaseUrl url, int connections) {
        return new Database(url, connections);
    }

    /**
     * A connection of its own for a command, which may read for as long as it takes. One try.
     *
     * @throws IOException if there is none; the message names the database and the reason
     */
    public static Connection connect(DatabaseUrl url) throws IOException {
        DatabaseUrl patient = url.withDefault("ApplicationName", "toystore")
                .withDefault("connectTimeout", "5")
                .withDefault("loginTimeout", "10")
                .withDefault("socketTimeout", NO_TIMEOUT);
        try {
            return new Connector(patient, Connector.SETTINGS).connect();
        } catch (SQLException e) {
            throw failure(url, e);
        }
    }

    /**
     * Begins a transaction that sees all tables as they are now, and changes none. Close the connection to end it.
     */
    public static void beginReading(Connection connection) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select set_config('work_mem', '128MB', true)"); // a million keys are compared
        }
    }

    /** A failure of a command as the exception that its caller gets: the message has one line. */
    public static IOException failure(DatabaseUrl url, SQLException e) {
        return new IOException("the database at " + url.servers() + ": " + FailureText.of(e, url), e);
    }

    /**
     * A connection, which commits each statement. The caller closes it, which ends a transaction without a commit.
     *
     * @throws SQLTransientConnectionException if there is none within {@link #PATIENCE}; the message names the
     *     database and the reason
     */
    public Connection connection() throws SQLException {
        try {
            return pool.getConnection();
        } catch (SQLTransientConnectionException e) {
            SQLException failure = connector.failure();
            throw new SQLTransientConnectionException(
                    this + (failure == null ? " does not reply" : ": " + FailureText.of(failure, url)), "08001", e);
        }
    }

    /** What a caller does with a connection. */
    @FunctionalInterface
    interface Work<T, X extends Exception> {
        T run(Connection connection) throws SQLException, X;
    }

    /**
     * Runs work on a connection of the pool, and gives it back. One that may be broken is closed. What the work has not
     * committed is rolled back.
     *
     * @throws SQLException that of the work, or of {@link #connection}
     */
    <T, X extends Exception> T run(Work<T, X> work) throws SQLException, X {
        Connection connection = connection();
        try (connection) {
            return work.run(connection);
        } catch (SQLException e) {
            if (SqlFailure.of(e) == SqlFailure.UNKNOWN) {
                discard(connection);
            }
            throw e;
        }
    }

    /**
     * A connection as {@link #connection} gives it, for a service that starts. It waits longer while no try has failed:
     * the first login takes a JVM that has just started up to 5 s on a busy machine.
     */
    Connection firstConnection() throws SQLException {
        long start = System.nanoTime();
        while (true) {
            try {
                return connection();
            } catch (SQLTransientConnectionException e) {
                if (connector.failure() != null || System.nanoTime() - start > FIRST_LOGIN.toNanos()) {
                    throw e;
                }
            }
        }
    }

    /** A failure in one line that names the database. */
    String problem(SQLException e) {
        String reason = FailureText.of(e, url);
        return reason.startsWith(toString()) ? reason : this + ": " + reason;
    }

    /**
     * Closes a connection that failed, in place of {@link Connection#close}, and all that are idle: they may be to the
     * same server, which may not be the primary any more. The next one is a new one.
     */
    public void discard(Connection connection) {
        pool.evictConnection(connection);
        if (pool.getHikariPoolMXBean() != null) {
            pool.getHikariPoolMXBean().softEvictConnections();
        }
    }

    /**
     * Commits.
     *
     * @throws SQLException also if the commit came with a warning: then its outcome is {@link SqlFailure#UNKNOWN}
     */
    public static void commit(Connection connection) throws SQLException {
        connection.clearWarnings();
        connection.commit(); // Commit
        SqlFailure.requireNone(connection.getWarnings());
    }

    @Override
    public void close() {
        connector.close();
        pool.close();
    }

    /** The database in messages: {@code the database at h:p,h:p}. */
    @Override
    public String toString() {
        return "the database at " + url.servers();
    }
}

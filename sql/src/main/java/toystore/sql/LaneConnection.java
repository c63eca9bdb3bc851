package toystore.sql;

import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of a thread that places orders, and what it knows of the database: how many orders there are, and why
 * none can be placed. Only the last methods are for all threads.
 *
 * <p>While there are no orders, {@link #ping} reads the counter every half second. So the thread finds out about a
 * primary that is lost, or has lost its standbys, before an order does, and about a new one without an order.
 */
final class LaneConnection implements Closeable {
    /** From one {@link #ping} that reads the counter to the next. */
    static final Duration PING = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(LaneConnection.class);
    private static final Duration SILENCE = Duration.ofSeconds(1);

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
    private Connection connection; // null if there is none
    private long counterRead; // when
    private volatile Schema.Store store; // set by the first connection; null before
    private volatile long orders;
    private volatile String problem; // null if the last try succeeded
    private volatile long problemSince; // on the clock of System.nanoTime(), if there is one
    private volatile long busySince; // the same; 0 if nothing is expected from the database

    LaneConnection(Database database, Schema schema) {
        this.database = database;
        this.schema = schema;
        this.problem = database + " is not connected yet";
        this.problemSince = System.nanoTime();
    }

    /**
     * Connects for the first time, if the database can be reached.
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

    boolean isOpen() {
        return connection != null;
    }

    /** Connects again. Returns whether that succeeded. */
    boolean reopen() {
        return succeeds(opened -> null);
    }

    /**
     * Runs work on the connection, and opens one before if there is none. A failure does not close it.
     *
     * @throws IOException if the database has no store of this version
     */
    <T> T run(Database.Work<T, IOException> work) throws SQLException, IOException {
        busySince = System.nanoTime() | 1; // not 0
        try {
            if (connection == null) {
                connect(database.connection());
            }
            return work.run(connection);
        } finally {
            busySince = 0;
        }
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

    /** Closes the connection, which may be broken. */
    @Override
    public void close() {
        if (connection != null) {
            database.discard(connection);
            connection = null;
        }
    }

    /** Ends the transaction that has failed. */
    void rollBack() {
        try {
            if (connection != null && !connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            failed(e);
            close();
        }
    }

    /** Reads the counter, if that was long ago. Returns whether it did. */
    boolean ping() {
        if (connection == null || System.nanoTime() - counterRead <= PING.toNanos()) {
            return false;
        }
        boolean read = succeeds(open -> {
            open.setAutoCommit(true);
            readCounter(open);
            return null;
        });
        if (read) {
            succeeded();
        } else {
            close();
        }
        return true;
    }

    private boolean succeeds(Database.Work<Void, IOException> work) {
        try {
            run(work);
            return true;
        } catch (SQLException e) {
            failed(e);
        } catch (IOException e) {
            failed(e.getMessage());
        }
        return false;
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

    /** The database has placed orders. */
    void placed(OptionalLong lastOrder) {
        lastOrder.ifPresent(number -> orders = number);
        succeeded();
    }

    private void succeeded() {
        if (problem != null) {
            log.info("orders can be placed");
            problem = null;
        }
    }

    /** The database cannot place orders. */
    void failed(SQLException e) {
        failed(database.problem(e));
    }

    /** No order can be placed. */
    void failed(String why) {
        if (problem == null) {
            problemSince = System.nanoTime();
            log.warn("orders cannot be placed: {}", why);
        }
        problem = why;
    }

    // --- for all threads ---

    /** Why no order can be placed now; empty if one can. */
    Optional<String> problem() {
        String why = problem;
        long since = busySince;
        long silence = since == 0 ? 0 : System.nanoTime() - since;
        return why == null && silence > SILENCE.toNanos()
                ? Optional.of(database + " has not replied for "
                        + Duration.ofNanos(silence).toSeconds() + " s")
                : Optional.ofNullable(why);
    }

    /** Why no order could be placed for some time; empty if one could. */
    Optional<String> problemFor(Duration time) {
        String why = problem;
        return System.nanoTime() - problemSince > time.toNanos() ? Optional.ofNullable(why) : Optional.empty();
    }

    /** The store in the database; {@code null} before the first connection. */
    Schema.Store store() {
        return store;
    }

    /** The orders of the store, as of half a second ago or the last time that the database replied. */
    long orders() {
        return orders;
    }
}

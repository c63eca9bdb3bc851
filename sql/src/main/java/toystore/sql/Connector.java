package toystore.sql;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Opens connections to the primary. Thread-safe.
 *
 * <p>It refuses a primary that no synchronous standby follows although {@code synchronous_standby_names} is set: a
 * commit there does not end, and if it ends, then without a copy. For a user who is not a member of
 * {@code pg_read_all_stats} (PostgreSQL's manual, section 28.2.4) the kind of a standby is hidden, and each counts.
 *
 * <p>As a {@link DataSource}, it tries until it succeeds or is closed. HikariCP would wait for up to 5 s between two
 * tries, in which a new primary would get no orders.
 */
final class Connector implements DataSource {
    /** Whether the commits of this server have no standby to wait for; {@code false} if they need none. */
    static final String WITHOUT_STANDBY = "coalesce(current_setting('synchronous_standby_names', true), '') <> ''"
            + " and not exists (select 1 from pg_stat_replication"
            + " where sync_state is null or sync_state in ('sync', 'quorum'))";

    /**
     * Settings of every connection. Without the check of the client, a commit that waits for a standby holds its locks
     * after the client has left. With fewer messages, the warning would be missing that a commit has not waited.
     */
    static final Map<String, String> SETTINGS = Map.of(
            "lock_timeout", "2000",
            "client_connection_check_interval", "1000",
            "client_min_messages", "warning");

    /** More settings, of the connections of a service: one that is frozen within a transaction loses its locks. */
    static final Map<String, String> SERVICE = Map.of("idle_in_transaction_session_timeout", "1500");

    /** The first statement of a connection. Only settings that the server knows are set. */
    private static final String BEGIN =
            "select case when known.name is null then null else set_config(known.name, wanted.value, false) end, "
                    + WITHOUT_STANDBY
                    + " from unnest(?::text[], ?::text[]) wanted(name, value)"
                    + " left join pg_settings known on known.name = wanted.name";

    private static final int CLOSE_SECONDS = 3; // longer than a login takes
    private static final long MAX_PAUSE = 500; // ms between two tries
    private static final Logger DRIVER = Logger.getLogger("org.postgresql"); // a strong reference keeps its level

    static {
        DRIVER.setLevel(Level.OFF); // its exceptions say the same
    }

    private final DatabaseUrl url;
    private final Map<String, String> settings;
    private final CountDownLatch closed = new CountDownLatch(1);

    @GuardedBy("this")
    private SQLException failure; // of the last try; null if it succeeded

    /** @param settings of its connections */
    Connector(DatabaseUrl url, Map<String, String> settings) {
        this.url = url;
        this.settings = settings;
    }

    /** Opens a connection: one try. */
    Connection connect() throws SQLException {
        try {
            Connection connection = DriverManager.getConnection(url.toString(), url.properties());
            try {
                begin(connection);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            failed(null);
            return connection;
        } catch (SQLException e) {
            failed(e);
            throw e;
        }
    }

    private void begin(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BEGIN)) {
            statement.setArray(1, ProductRows.texts(connection, settings.keySet()));
            statement.setArray(2, ProductRows.texts(connection, settings.values()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    requireStandby(row.getBoolean(2));
                }
            }
        }
    }

    /**
     * Refuses a server on which a commit would not end.
     *
     * @param without what it says to {@link #WITHOUT_STANDBY}
     */
    static void requireStandby(boolean without) throws SQLException {
        if (without) {
            throw new SQLException(
                    "the primary has no synchronous standby: its synchronous_standby_names say that a commit waits for"
                            + " one, and none of them follows it",
                    "08004"); // sqlserver_rejected_establishment_of_sqlconnection
        }
    }

    private synchronized void failed(SQLException e) {
        failure = e;
    }

    /** Why the last try failed; {@code null} if it succeeded. */
    synchronized SQLException failure() {
        return failure;
    }

    /** Opens a connection: tries until it succeeds. */
    @Override
    public Connection getConnection() throws SQLException {
        for (long pause = 20; ; pause = Math.min(MAX_PAUSE, 2 * pause)) {
            try {
                return connect();
            } catch (SQLException e) {
                if (isClosedAfter(pause)) {
                    throw e;
                }
            }
        }
    }

    private boolean isClosedAfter(long pause) {
        try {
            return closed.await(pause, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Ends the tries. */
    void close() {
        closed.countDown();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the credentials are those of the URL");
    }

    /** No effect: the URL has the timeout. HikariCP would set another. */
    @Override
    public void setLoginTimeout(int seconds) {}

    /** HikariCP waits so long for a connection that is being opened when it is closed. */
    @Override
    public int getLoginTimeout() {
        return CLOSE_SECONDS;
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public Logger getParentLogger() {
        return DRIVER;
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }

    @Override
    public String toString() {
        return url.toString();
    }
}

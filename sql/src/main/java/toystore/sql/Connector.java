package toystore.sql;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
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
     * The first statement of a connection. Only settings that the server knows are set. Without the check of the
     * client, a commit that waits for a standby holds its locks after the client has left.
     */
    private static final String BEGIN = "select set_config(known.name, wanted.value, false), "
            + WITHOUT_STANDBY
            + " from (values ('lock_timeout', '2000'), ('client_connection_check_interval', '1000')) wanted(name, value)"
            + " left join pg_settings known on known.name = wanted.name";

    private static final int CLOSE_SECONDS = 3; // longer than a login takes
    private static final long MAX_PAUSE = 500; // ms between two tries
    private static final Logger DRIVER = Logger.getLogger("org.postgresql"); // a strong reference keeps its level

    static {
        DRIVER.setLevel(Level.OFF); // its exceptions say the same
    }

    private final DatabaseUrl url;
    private final CountDownLatch closed = new CountDownLatch(1);

    @GuardedBy("this")
    private SQLException failure; // of the last try; null if it succeeded

    Connector(DatabaseUrl url) {
        this.url = url;
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
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(BEGIN)) {
            while (row.next()) {
                if (row.getBoolean(2)) {
                    throw new SQLException(
                            "the primary has no synchronous standby: its synchronous_standby_names say that a commit"
                                    + " waits for one, and none of them follows it",
                            "08004"); // sqlserver_rejected_establishment_of_sqlconnection
                }
            }
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

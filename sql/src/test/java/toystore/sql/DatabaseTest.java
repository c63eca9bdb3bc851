package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.postgres.PostgresNode;
import toystore.process.FreePorts;

class DatabaseTest {
    private static LocalCluster server;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void start() throws Exception {
        server = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void watchTheLog() {
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void leaveTheLog() {
        root().detachAppender(log);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    @Test
    void setsTheLimitsOfAConnection() throws Exception {
        Database database = Database.open(DatabaseUrl.parse(server.url()), 2);
        try (database) {
            Connection connection = eventually(database);
            try (connection) {
                assertThat(query(connection, "show lock_timeout")).isEqualTo("2s");
                assertThat(query(connection, "show client_connection_check_interval"))
                        .isEqualTo("1s");
                assertThat(query(connection, "show idle_in_transaction_session_timeout"))
                        .as("a service that is frozen within a transaction does not keep its locks")
                        .isEqualTo("1500ms");
            }
        }
        assertThat(log.list).noneMatch(line -> line.getFormattedMessage().contains("Timed-out"));
    }

    @Test
    void aCommandMayWaitWithinATransaction() throws Exception {
        Connection command = Database.connect(DatabaseUrl.parse(server.url()));
        try (command) {
            assertThat(query(command, "show idle_in_transaction_session_timeout"))
                    .isEqualTo("0");
        }
    }

    @Test
    void getsTheWarningOfACommitThoughTheDatabaseHidesWarnings() throws Exception {
        DatabaseUrl url = Databases.create(server, "silent");
        server.primary().execute("alter database silent set client_min_messages = error");
        Connection connection = Database.connect(url);
        try (connection) {
            assertThat(query(connection, "show client_min_messages")).isEqualTo("warning");
        }
    }

    @Test
    void connectsToAServerThatLacksASetting() throws Exception {
        Connector connector = new Connector(
                DatabaseUrl.parse(server.url()), Map.of("lock_timeout", "2000", "a_setting_of_a_newer_server", "1"));
        Connection connection = connector.connect();
        try (connection) {
            assertThat(query(connection, "show lock_timeout")).isEqualTo("2s");
        }
    }

    @Test
    void refusesAPrimaryWithoutItsStandby() throws Exception {
        PostgresNode node = server.primary();
        node.execute("alter system set synchronous_standby_names = 'ANY 1 (n1, n2)'");
        node.query("select pg_reload_conf()");
        try {
            await().untilAsserted(() -> assertThatThrownBy(() -> Database.connect(DatabaseUrl.parse(server.url())))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(
                            "the database at " + node.address() + ": the primary has no synchronous standby"));
        } finally {
            node.execute("alter system reset synchronous_standby_names");
            node.query("select pg_reload_conf()");
        }
        await().ignoreExceptions()
                .untilAsserted(
                        () -> Database.connect(DatabaseUrl.parse(server.url())).close());
    }

    @Test
    void opensWithoutAServerSaysWhyThereIsNoConnectionAndFindsItWhenItIsThere() throws Exception {
        server.primary().kill();
        Database database = Database.open(DatabaseUrl.parse(server.url()), 2);
        try (database) {
            assertThatThrownBy(database::connection)
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageStartingWith(
                            "the database at " + server.primary().address() + ": ")
                    .hasMessageEndingWith(server.primary().address() + " refuses connections")
                    .satisfies(e -> assertThat(SqlFailure.of((SQLException) e)).isEqualTo(SqlFailure.UNKNOWN));
            server.primary().start();
            eventually(database).close();
        }
        assertThat(log.list).noneMatch(line -> line.getFormattedMessage().contains("password"));
    }

    @Test
    void saysInItsOwnWordsWhyItCannotBeUsed() throws Exception {
        String address = server.primary().address().toString();
        String closed = "127.0.0.1:" + FreePorts.next();
        String password = server.url().replaceAll(".*password=", "&password=");

        assertThat(problem(closed, "?user=toystore")).isEqualTo(closed + " refuses connections");
        assertThat(problem(closed + "," + closed, "?user=toystore"))
                .isEqualTo("none of its servers is a primary that accepts connections");
        assertThat(problem(address, "?user=toystore&targetServerType=secondary" + password))
                .isEqualTo("it is not a primary");
        assertThat(problem("no-such-host.invalid", "?user=toystore"))
                .isEqualTo("the host no-such-host.invalid is not known");
        assertThat(problem(address, "?user=toystore"))
                .isEqualTo("it wants a password; --db-password-file or TOYSTORE_DB gives it");
        assertThat(problem(address, "?password=wrong"))
                .startsWith("password authentication failed for user \"")
                .endsWith("(the URL has no user; expected /name?user=NAME)");
        assertThat(problem(address, "?user=toystore&password=wrong"))
                .isEqualTo("password authentication failed for user \"toystore\"");
        assertThat(problem(address, "-x?user=toystore" + password)).isEqualTo("database \"toystore-x\" does not exist");
    }

    /** Why there is no connection, without the name of the database. */
    private static String problem(String servers, String rest) {
        DatabaseUrl url = DatabaseUrl.parse("jdbc:postgresql://" + servers + "/toystore" + rest);
        IOException e = catchThrowableOfType(IOException.class, () -> Database.connect(url));
        return e.getMessage().substring(("the database at " + url.servers() + ": ").length());
    }

    @Test
    void aConnectionAfterOneThatWasLostIsANewOne() throws Exception {
        Database database = Database.open(DatabaseUrl.parse(server.url()), 2);
        try (database) {
            Connection connection = eventually(database);
            server.primary().kill();
            assertThatThrownBy(() -> query(connection, "select 1"))
                    .isInstanceOf(SQLException.class)
                    .satisfies(e -> assertThat(SqlFailure.of((SQLException) e)).isEqualTo(SqlFailure.UNKNOWN));
            database.discard(connection);
            server.primary().start();
            try (Connection next = eventually(database)) {
                assertThat(query(next, "select 1")).isEqualTo("1");
            }
        }
        assertThat(log.list).as("stack traces").noneMatch(line -> line.getThrowableProxy() != null);
    }

    @Test
    void rollsBackWhatIsNotCommitted() throws Exception {
        DatabaseUrl url = Databases.create(server, "rollback");
        Database database = Database.open(url, 1);
        try (database) {
            try (Connection connection = eventually(database)) {
                execute(connection, "create table t(n int)");
                connection.setAutoCommit(false);
                execute(connection, "insert into t values (1)");
                Database.commit(connection);
                execute(connection, "insert into t values (2)");
            }
            try (Connection connection = database.connection()) {
                assertThat(query(connection, "select count(*) from t")).isEqualTo("1");
            }
        }
    }

    private static Connection eventually(Database database) {
        return await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .until(database::connection, connection -> true);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}

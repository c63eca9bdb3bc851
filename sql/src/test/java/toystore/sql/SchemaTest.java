package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.wire.message.Product;

class SchemaTest {
    private static final List<Product> TOYS = List.of(
            new Product("Tux", new BigDecimal("15.90"), 100, 1),
            new Product("'\"\\,{}🦊 NULL", new BigDecimal("0"), 0, 1));
    private static final String NAME = "the database at h:1";

    private static LocalCluster server;
    private DatabaseUrl url;

    @BeforeAll
    static void start() throws Exception {
        server = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void create(TestInfo test) throws Exception {
        url = Databases.create(
                server, test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT));
    }

    @Test
    void initMakesNothingIfItFails() throws Exception {
        Schema schema = new Schema();
        Connection connection = Database.connect(url);
        try (connection) {
            assertThatThrownBy(() -> schema.init(connection, Arrays.asList(TOYS.get(0), null)))
                    .isInstanceOf(NullPointerException.class);

            assertThat(schema.find(connection)).isEmpty();
        }
    }

    @Test
    void initMakesAStoreWithItsProducts() throws Exception {
        Schema schema = new Schema();
        Connection connection = Database.connect(url);
        try (connection) {
            assertThat(schema.find(connection)).isEmpty();
            assertThatThrownBy(() -> schema.require(connection, NAME))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the database at h:1 has no store: run ./toystore db init");

            Schema.Store made = schema.init(connection, TOYS).orElseThrow();

            assertThat(schema.require(connection, NAME)).isEqualTo(made);
            assertThat(rows(
                            connection,
                            "select name, price, quantity, started, restocked, version from products order by 1"))
                    .containsExactly("'\"\\,{}🦊 NULL|0|0|0|0|1", "Tux|15.90|100|100|0|1");
            assertThat(rows(connection, "select one, n from counter")).containsExactly("1|0");
            assertThat(rows(connection, "select reloptions::text from pg_class where relname = 'products'"))
                    .containsExactly("{fillfactor=50}");
        }
    }

    @Test
    void initAgainHasNoEffect() throws Exception {
        Schema schema = new Schema();
        try (Connection connection = Database.connect(url)) {
            Schema.Store made = schema.init(connection, TOYS).orElseThrow();

            assertThat(schema.init(connection, List.of())).isEmpty();
            assertThat(schema.find(connection)).contains(made);
            assertThat(rows(connection, "select count(*) from products")).containsExactly("2");
        }
    }

    @Test
    void manyInitAtOnceMakeOneStore() throws Exception {
        int callers = 6;
        CyclicBarrier together = new CyclicBarrier(callers);
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        try {
            List<Future<Optional<Schema.Store>>> results = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                results.add(threads.submit(() -> {
                    try (Connection connection = Database.connect(url)) {
                        together.await();
                        return new Schema().init(connection, TOYS);
                    }
                }));
            }
            int made = 0;
            for (Future<Optional<Schema.Store>> result : results) {
                made += result.get().isPresent() ? 1 : 0;
            }
            assertThat(made).isEqualTo(1);
        } finally {
            threads.shutdownNow();
        }
        try (Connection connection = Database.connect(url)) {
            assertThat(rows(connection, "select count(*) from products")).containsExactly("2");
        }
    }

    @Test
    void upgradeRunsTheScriptsThatAreMissing() throws Exception {
        String first = scriptOfTheFirstVersion();
        Schema old = new Schema(List.of(first));
        Schema current = new Schema(
                List.of(first, "alter table products add column a int", "alter table products add column b int"));
        Connection connection = Database.connect(url);
        try (connection) {
            assertThatThrownBy(() -> current.upgrade(connection, NAME))
                    .hasMessage("the database at h:1 has no store: run ./toystore db init");
            Schema.Store made = old.init(connection, TOYS).orElseThrow();
            assertThatThrownBy(() -> current.require(connection, NAME))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "the database at h:1 has version 1 of the tables, but this program needs 3: run ./toystore"
                                    + " db upgrade");

            assertThat(current.upgrade(connection, NAME)).isEqualTo(made);

            assertThat(current.require(connection, NAME)).isEqualTo(new Schema.Store(made.id(), 3));
            assertThat(rows(connection, "select a, b from products where name = 'Tux'"))
                    .containsExactly("null|null");
            assertThat(current.upgrade(connection, NAME).version()).isEqualTo(3);
            assertThatThrownBy(() -> old.require(connection, NAME))
                    .hasMessage("the database at h:1 has version 3 of the tables, but this program needs 1: run a newer"
                            + " release of the programs");
        }
    }

    @Test
    void refusesAnEncodingWithoutUnicode() throws Exception {
        Connection connection =
                Database.connect(Databases.create(server, "latin", "encoding 'LATIN1' locale 'C' template template0"));
        try (connection) {
            assertThatThrownBy(() -> new Schema().init(connection, List.of()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("the encoding of the database is LATIN1; expected UTF8");
        }
    }

    private static String scriptOfTheFirstVersion() throws IOException {
        try (var in = Schema.class.getResourceAsStream("schema/0001.sql")) {
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                StringBuilder line = new StringBuilder();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    line.append(i == 1 ? "" : "|").append(row.getString(i));
                }
                rows.add(line.toString());
            }
        }
        return rows;
    }
}

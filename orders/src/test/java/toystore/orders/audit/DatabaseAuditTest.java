package toystore.orders.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;
import toystore.wire.message.Product;

class DatabaseAuditTest {
    private static LocalCluster server;
    private static int databases;

    private DatabaseUrl url;
    private boolean sound;

    @BeforeAll
    static void start() throws IOException {
        server = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void makeSoundStore() throws Exception {
        String name = "audit" + ++databases;
        url = DatabaseUrl.parse(server.createDatabase(name, ""));
        try (Connection connection = Database.connect(url)) {
            new Schema()
                    .init(
                            connection,
                            List.of(
                                    new Product("Tux", new BigDecimal("15.99"), 100, 1),
                                    new Product("Fox", new BigDecimal("12.49"), 0, 1)));
        }
        execute(order(1, "a", "Tux", 4) + order(2, " 2", "Tux", 6) + order(3, " 3 a", "Fox", 1)
                + "insert into changes(key, name, add, at) values ('c1', 'Fox', 10, now()), ('c2', 'Tux', 20, now());"
                + "update products set quantity = 110, restocked = 20 where name = 'Tux';"
                + "update products set quantity = 9, restocked = 10 where name = 'Fox';"
                + "update counter set n = 3");
    }

    @Test
    void reportsASoundStoreAsTheAuditOfFilesDoes() throws Exception {
        assertThat(audit()).isEqualTo("""
                product              started with  restocked  ordered  left  difference
                Fox                             0         10        1     9           0
                Tux                           100         20       10   110           0
                total of 2 products           100         30       11   119           0

                orders: 3 (1 to 3), 2 with a key
                changes: 2
                audit: no difference
                """);
        assertThat(sound).isTrue();
    }

    @Test
    void findsNoDifferenceWithoutAnyOrder() throws Exception {
        execute("delete from orders; delete from changes; update products set quantity = started, restocked = 0;"
                + " update counter set n = 0");

        assertThat(audit()).contains("orders: none").endsWith("audit: no difference\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "update products set quantity = 111 where name = 'Tux'|\"Tux\": started with 100, restocked 20, ordered 10: 110 left, but the database at SERVERS says 111",
                "update products set restocked = 21, quantity = 111 where name = 'Tux'|\"Tux\": restocked 21, but its changes add 20",
                "delete from products where name = 'Fox'|order 3 is for \"Fox\", which is no product",
                "insert into changes(key, name, add, at) values ('c3', 'Cat', 1, now())|a change is of \"Cat\", which is no product",
                "update orders set number = 7 where number = 3; update counter set n = 7|after order 2 comes order 7, but order 3 should be there",
                "update orders set number = number + 10; update counter set n = 13|the first order has the number 11; expected 1",
                "update counter set n = 4|the counter is 4, but the last order has the number 3",
                "delete from counter|the table counter has 0 rows; expected 1",
                "alter table orders drop constraint orders_key_key; update orders set key = 'a' where number = 2|order 2 has the key \"a\", which order 1 has too",
                "alter table orders drop constraint orders_pkey; update orders set number = 2 where number = 3; update counter set n = 2|after order 2 comes order 2, but order 3 should be there",
                "update products set started = 0 where name = 'Tux'; update orders set quantity = 30 where number = 1|\"Tux\" is oversold: started with 0, restocked 20, ordered 36",
            })
    void findsADifference(String damage, String difference) throws Exception {
        execute(damage);

        assertThat(audit()).contains("difference: " + difference.replace("SERVERS", url.servers()) + "\n");
        assertThat(sound).isFalse();
    }

    @Test
    void refusesADatabaseWithoutAStore() throws Exception {
        execute("drop table store");

        assertThatThrownBy(this::audit)
                .isInstanceOf(IOException.class)
                .hasMessage("the database at " + url.servers() + " has no store: run ./toystore db init");
    }

    private String audit() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        sound = DatabaseAudit.run(url, new PrintStream(out, true, UTF_8), false);
        return out.toString(UTF_8);
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = Database.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String order(long number, String key, String name, int quantity) {
        return "insert into orders(number, key, name, quantity, price, at) values (" + number + ", '" + key + "', '"
                + name + "', " + quantity + ", 15.99, now());";
    }
}

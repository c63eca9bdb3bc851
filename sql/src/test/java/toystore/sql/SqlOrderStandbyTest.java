package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import toystore.engine.OrderEngine;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.postgres.PostgresNode;
import toystore.service.MetricSample;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;

/** An order whose commit waits for a standby, and is cancelled. It is then on one server only, with a warning. */
class SqlOrderStandbyTest {
    private static LocalCluster cluster;

    private final Logger logger = (Logger) LoggerFactory.getLogger(LaneConnection.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void startServers() throws Exception {
        cluster = LocalCluster.temporary(ClusterOptions.fast(3));
    }

    @AfterAll
    static void stopServers() {
        cluster.close();
    }

    @BeforeEach
    void watchTheLog() {
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void leaveTheLog() {
        logger.detachAppender(log);
    }

    /** @param roundTrips of the transaction that is the first try: an order that is refused makes the next one have two */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void isNotAcknowledgedBeforeAStandbyHasIt(int roundTrips) throws Exception {
        PostgresNode primary = cluster.primary();
        String url = createStore("standby" + roundTrips);
        DatabaseUrl direct = DatabaseUrl.parse(url);
        DatabaseProxy proxy = new DatabaseProxy(primary.port());
        OrderEngine engine = Databases.openOrders(
                DatabaseUrl.parse(url.replace(primary.address(), "127.0.0.1:" + proxy.port()) + "&socketTimeout=0"));
        try (proxy;
                engine) {
            if (roundTrips == 2) {
                assertThatThrownBy(() -> place(engine, 101, "refused").get()).hasMessageContaining("out of stock");
            }
            proxy.count("key");
            CompletableFuture<PlaceReply> order;
            freezeStandbys();
            try {
                order = place(engine, 1, "key");
                String first = awaitCommitThatWaits("0");
                assertThat(proxy.roundTrips()).isEqualTo(roundTrips);

                primary.query("select pg_cancel_backend(" + first + ")::text");

                awaitCommitThatWaits(first); // of the next try
                assertThat(order).isNotDone();
                assertThat(lostReplies(engine)).isEqualTo(1);
                assertThat(warnings()).singleElement().asString().contains("the commit came with a warning: canceling");
                assertThat(Databases.number(direct, "select count(*) from orders"))
                        .isEqualTo(1);
            } finally {
                resumeStandbys();
            }

            assertThat(order.get(10, TimeUnit.SECONDS).orderNumber()).isEqualTo(1);
            assertThat(Databases.number(direct, "select count(*) from orders")).isEqualTo(1);
            assertThat(Databases.number(direct, "select quantity from products"))
                    .isEqualTo(99);
        }
    }

    @Test
    void isRefusedWithoutAStandbyIfTheStockIsTooSmall() throws Exception {
        OrderEngine engine = Databases.openOrders(DatabaseUrl.parse(createStore("refused")));
        try (engine) {
            freezeStandbys();

            assertThatThrownBy(() -> place(engine, 101, "refused").get()).hasMessageContaining("out of stock");
        } finally {
            resumeStandbys();
        }
    }

    /** Makes a store with 100 Tux. Returns its URL, with the primary only: the other nodes will not respond. */
    private static String createStore(String name) throws Exception {
        String url = cluster.createDatabase(name, "")
                .replaceFirst("//[^/]+/", "//" + cluster.primary().address() + "/");
        Databases.initialize(DatabaseUrl.parse(url), List.of(new Product("Tux", new BigDecimal("15.90"), 100, 1)));
        return url;
    }

    private static CompletableFuture<PlaceReply> place(OrderEngine engine, int quantity, String key) throws Exception {
        return engine.place(new OrdersRequest.Place("Tux", quantity, key));
    }

    /** Returns the process of another connection than the one of that process. */
    private static String awaitCommitThatWaits(String not) {
        return await().pollInterval(Duration.ofMillis(10))
                .until(
                        () -> cluster.primary()
                                .query("select coalesce(max(pid), 0) from pg_stat_activity"
                                        + " where wait_event = 'SyncRep' and pid <> " + not),
                        pid -> !pid.equals("0"));
    }

    private List<String> warnings() {
        synchronized (log) { // which the thread that places orders appends to
            return log.list.stream()
                    .filter(line -> line.getLevel() == Level.WARN)
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }
    }

    private static double lostReplies(OrderEngine engine) {
        return engine.samples(null).stream()
                .filter(sample -> sample.name().equals("toystore_orders_lost_replies_total"))
                .mapToDouble(MetricSample::value)
                .sum();
    }

    private static void freezeStandbys() throws IOException {
        for (PostgresNode standby : cluster.standbys()) {
            standby.freeze();
        }
    }

    private static void resumeStandbys() throws IOException {
        for (PostgresNode standby : cluster.standbys()) {
            standby.resume();
        }
    }
}

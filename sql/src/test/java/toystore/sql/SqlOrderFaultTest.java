package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import toystore.common.Address;
import toystore.engine.OrderEngine;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.sql.DatabaseProxy.Fault;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.TrafficStats;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PeerTransport;

/** Orders while the database, or the way to it, has faults. */
class SqlOrderFaultTest {
    private static final AtomicInteger count = new AtomicInteger();
    private static LocalCluster cluster;

    private DatabaseUrl direct;
    private DatabaseProxy proxy;
    private OrderEngine engine;

    @BeforeAll
    static void startServer() throws Exception {
        cluster = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void stopServer() {
        cluster.close();
    }

    @BeforeEach
    void open() throws Exception {
        String url = cluster.createDatabase("faults" + count.incrementAndGet(), "");
        direct = DatabaseUrl.parse(url);
        Connection connection = Database.connect(direct);
        try (connection) {
            new Schema().init(connection, List.of(toy("Tux", 100), toy("Fox", 100)));
        }
        proxy = new DatabaseProxy(cluster.primary().port());
        engine = Databases.openOrders(
                DatabaseUrl.parse(url.replace(cluster.primary().address(), "127.0.0.1:" + proxy.port())));
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        engine.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CUT_BEFORE", "CUT_AFTER"})
    void placesAnOrderOnceIfTheConnectionEndsAroundItsCommit(Fault fault) throws Exception {
        place("Tux", 1, "first");
        CountDownLatch injected = proxy.inject("key-alone", 1, fault);

        PlaceReply placed = place("Tux", 2, "key-alone");

        assertThat(injected.getCount()).isZero();
        assertThat(placed.orderNumber()).isEqualTo(2);
        assertThat(engine.find(2)).isEqualTo(placed.order());
        assertThat(sum("select count(*) from orders")).isEqualTo(2);
        assertThat(sum("select quantity from products where name = 'Tux'")).isEqualTo(97);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CUT_BEFORE", "CUT_AFTER"})
    void placesABatchOnceIfTheConnectionEndsAroundItsCommit(Fault fault) throws Exception {
        for (String[] toys : new String[][] {{"Tux"}, {"Tux", "Fox"}}) {
            String key = "batch-" + toys.length;
            CountDownLatch injected = proxy.inject(key, 1, fault);
            List<CompletableFuture<PlaceReply>> orders = together(Batches.orders(key, 10, toys));

            for (CompletableFuture<PlaceReply> order : orders) {
                assertThat(engine.find(order.get().orderNumber()))
                        .isEqualTo(order.get().order());
            }
            assertThat(injected.getCount()).isZero();
        }
        assertThat(sum("select count(*) from orders")).isEqualTo(22);
        assertThat(sum("select count(distinct number) + max(number) from orders"))
                .isEqualTo(44);
        assertThat(sum("select quantity from products where name = 'Tux'")).isEqualTo(85);
        assertThat(sum("select quantity from products where name = 'Fox'")).isEqualTo(93);
    }

    /** A batch with a repeated key takes the two round trips of a transaction. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CUT_BEFORE", "CUT_AFTER"})
    void placesABatchOnceIfTheConnectionEndsWithinItsTransaction(Fault fault) throws Exception {
        for (int roundTrip = 1; roundTrip <= 2; roundTrip++) {
            String key = "batch-" + roundTrip;
            CountDownLatch injected = proxy.inject(key, roundTrip, fault);
            List<CompletableFuture<PlaceReply>> orders =
                    together(Batches.withRepetition(Batches.orders(key, 10, "Tux")));

            for (CompletableFuture<PlaceReply> order : orders) {
                assertThat(engine.find(order.get().orderNumber()))
                        .isEqualTo(order.get().order());
            }
            assertThat(orders.get(10).get().order())
                    .isEqualTo(orders.get(0).get().order());
            assertThat(injected.getCount()).isZero();
        }
        assertThat(sum("select count(*) from orders")).isEqualTo(22);
        assertThat(sum("select count(distinct number) + max(number) from orders"))
                .isEqualTo(44);
        assertThat(sum("select quantity from products where name = 'Tux'")).isEqualTo(80);
    }

    @Test
    void anOrderWhoseReplyWasLostIsNotRefusedAsSoldOut() throws Exception {
        place("Tux", 1, "first");
        CountDownLatch injected = proxy.inject("key", 1, Fault.CUT_BEFORE);
        proxy.refuse(true);
        CompletableFuture<PlaceReply> order = begin("Tux", 60, "key");
        injected.await();
        execute("update products set quantity = 0, version = version + 1 where name = 'Tux'");
        proxy.refuse(false);

        assertThat(refusal(order))
                .isEqualTo(Refusal.notReady(
                        "it is not known whether the order was stored: out of stock: 60 wanted," + " 0 available"));
        assertThat(refusal(begin("Tux", 60, "key"))).isEqualTo(Refusal.outOfStock(60, 0));
    }

    @Test
    void repliesInTimeWhileTheDatabaseHangsAndDoesNotSendWhatItHasRefused() throws Exception {
        place("Tux", 1, "first");
        CountDownLatch injected = proxy.inject("key-sent", 1, Fault.HOLD);
        proxy.refuse(true);
        long start = System.nanoTime();
        CompletableFuture<PlaceReply> sent = begin("Tux", 1, "key-sent");
        injected.await();
        CompletableFuture<PlaceReply> waiting = begin("Tux", 1, "key-waiting");

        await().atMost(Duration.ofSeconds(3)).until(() -> !stats().ready());
        assertThat(stats().problem()).startsWith(database() + " has not replied for ");
        assertThat(refusal(sent).message())
                .startsWith("it is not known whether the order was stored: " + database() + ": ");
        assertThat(refusal(waiting).message()).startsWith("no orders can be placed now: " + database() + ": ");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));

        proxy.release();
        proxy.refuse(false);
        await().until(() -> stats().ready());
        PlaceReply again = place("Tux", 1, "key-sent");
        assertThat(sum("select count(*) from orders where key = 'key-sent'")).isEqualTo(1);
        assertThat(engine.find(again.orderNumber())).isEqualTo(again.order());
        assertThat(sum("select count(*) from orders where key = 'key-waiting'")).isZero();
    }

    @Test
    void refusesOrdersWhileTheDatabaseIsDownAndFindsItAgain() throws Exception {
        place("Tux", 1, "first");
        cluster.primary().kill();
        long start = System.nanoTime();
        try {
            Refusal late = refusal(begin("Tux", 1, "key"));
            assertThat(late.code()).isEqualTo(Refusal.NOT_READY);
            assertThat(late.message()).contains(database());
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));

            assertThatThrownBy(() -> engine.place(new OrdersRequest.Place("Tux", 1, "key")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageStartingWith("no orders can be placed now: " + database() + ": ");
            assertThatThrownBy(() -> engine.find(1))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(database());
            assertThat(stats().ready()).isFalse();
            assertThat(stats().orders()).isEqualTo(1);
        } finally {
            cluster.primary().start();
        }
        long up = System.nanoTime();
        await().pollInterval(Duration.ofMillis(10)).until(() -> stats().ready());
        assertThat(Duration.ofNanos(System.nanoTime() - up)).isLessThan(Duration.ofSeconds(2));
        assertThat(place("Tux", 1, "key").quantity()).isEqualTo(1);
        assertThat(engine.find(1).quantity()).isEqualTo(1);
    }

    @Test
    void findsOutThatTheDatabaseIsDownWithoutAnOrder() throws Exception {
        await().until(() -> stats().ready());
        cluster.primary().kill();
        try {
            await().until(() -> !stats().ready());
            assertThat(stats().problem()).startsWith(database() + ": ");
        } finally {
            cluster.primary().start();
        }
        await().until(() -> stats().ready());
    }

    @Test
    void aCellThatIsFrozenWithinATransactionDoesNotStopTheOthers() throws Exception {
        OrderEngine other = Databases.openOrders(direct);
        try (other) {
            CountDownLatch injected = proxy.inject("batch", 2, Fault.HOLD);
            List<CompletableFuture<PlaceReply>> frozen =
                    together(Batches.withRepetition(Batches.orders("batch", 2, "Tux")));
            injected.await();

            PlaceReply placed =
                    other.place(new OrdersRequest.Place("Tux", 1, "other")).get();

            assertThat(placed.orderNumber()).isPositive();
            proxy.release();
            for (CompletableFuture<PlaceReply> order : frozen) {
                assertThat(order.get().quantity()).isEqualTo(1);
            }
            assertThat(sum("select quantity from products where name = 'Tux'")).isEqualTo(97);
        }
    }

    @Test
    void refusesOrdersWhenTooManyWait() throws Exception {
        CountDownLatch injected = proxy.inject("key", 1, Fault.HOLD);
        CompletableFuture<PlaceReply> first = begin("Tux", 1, "key");
        injected.await();
        List<CompletableFuture<PlaceReply>> waiting = new ArrayList<>(List.of(first));
        for (int i = 0; i < OrderLane.QUEUE; i++) {
            waiting.add(begin("Tux", 1, null));
        }

        assertThatThrownBy(() -> begin("Tux", 1, null))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("no orders can be placed now: 1024 orders wait already");

        proxy.release();
        for (CompletableFuture<PlaceReply> order : waiting) {
            Refusal refusal = refusal(order);
            assertThat(refusal == null || refusal.reason() == Refusal.Reason.OUT_OF_STOCK)
                    .isTrue();
        }
        assertThat(sum("select quantity from products where name = 'Tux'")).isZero();
    }

    /** So that a cell which has no orders for a while does not read from a primary that was replaced. */
    @Test
    void isNotReadyWhileThePrimaryHasLostItsStandbys() throws Exception {
        await().until(() -> stats().ready());
        cluster.primary().execute("alter system set synchronous_standby_names = 'ANY 1 (n1, n2)'");
        cluster.primary().query("select pg_reload_conf()");
        try {
            await().until(() -> !stats().ready());
            assertThat(stats().problem()).contains("the primary has no synchronous standby");
        } finally {
            cluster.primary().execute("alter system reset synchronous_standby_names");
            cluster.primary().query("select pg_reload_conf()");
        }
        await().until(() -> stats().ready());
    }

    @ParameterizedTest
    @CsvSource({"15.90001, 5", "NaN, 5", "15.90, 3000000000", "15.900000, 3000000000"})
    void aRowOfAnotherProgramDoesNotHarmOtherOrders(String price, long quantity) throws Exception {
        execute("insert into products(name, price, quantity, started) values ('Elk', '" + price + "', " + quantity
                + ", 0)");
        boolean isSold = quantity > 5;

        for (int i = 1; i <= 2; i++) {
            List<CompletableFuture<PlaceReply>> orders = together(List.of(
                    new OrdersRequest.Place("Tux", 1, null),
                    new OrdersRequest.Place("Elk", 1, "key"),
                    new OrdersRequest.Place("Tux", 1, null)));
            CompletableFuture<PlaceReply> elk = orders.remove(1);
            for (CompletableFuture<PlaceReply> order : orders) {
                assertThat(order.get(10, TimeUnit.SECONDS).quantity()).isEqualTo(1);
            }
            Refusal refusal = refusal(elk);
            assertThat(refusal).isEqualTo(isSold ? null : Refusal.unknownProduct());
            if (isSold) {
                assertThat(engine.find(elk.get().orderNumber()))
                        .isEqualTo(elk.get().order());
            }
            assertThat(refusal(begin("Elk", 1, null))).isEqualTo(refusal);
        }
        assertThat(sum("select count(*) from orders where name = 'Elk'")).isEqualTo(isSold ? 3 : 0);
    }

    /** The catalog is reachable no more than a machine that is off. */
    @Test
    void ordersWaitForOneSecondAtMostForTheCatalogAlsoWhenManyDo() throws Exception {
        ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        List<Socket> full = new ArrayList<>();
        try (silent) {
            while (full.size() < 2) { // the rest cannot connect
                full.add(new Socket(silent.getInetAddress(), silent.getLocalPort()));
            }
            OrderEngine cell = SqlOrderEngine.open(
                    direct, new Address("127.0.0.1", silent.getLocalPort()), PeerTransport.PLAIN, MessageObserver.NONE);
            try (cell) {
                cell.start();
                cell.place(new OrdersRequest.Place("Tux", 1, null)).get(10, TimeUnit.SECONDS);
                List<CompletableFuture<Duration>> times = new ArrayList<>();
                for (int i = 0; i < 6; i++) {
                    long begun = System.nanoTime();
                    times.add(cell.place(new OrdersRequest.Place("Tux", 1, "batch-" + i))
                            .thenApply(placed -> Duration.ofNanos(System.nanoTime() - begun)));
                    String stored = "select count(*) from orders where key = 'batch-" + i + "'";
                    await().until(() -> sum(stored) == 1);
                }
                for (CompletableFuture<Duration> time : times) {
                    assertThat(time.get(10, TimeUnit.SECONDS)).isLessThan(Duration.ofMillis(2500));
                }
            }
        } finally {
            for (Socket socket : full) {
                socket.close();
            }
        }
    }

    // --- tools ---

    private List<CompletableFuture<PlaceReply>> together(List<OrdersRequest.Place> batch) throws Exception {
        return Batches.together(direct, engine, batch);
    }

    private CompletableFuture<PlaceReply> begin(String name, int quantity, String key) throws RefusedException {
        return engine.place(new OrdersRequest.Place(name, quantity, key));
    }

    private PlaceReply place(String name, int quantity, String key) throws Exception {
        return begin(name, quantity, key).get(10, TimeUnit.SECONDS);
    }

    private static Refusal refusal(CompletableFuture<PlaceReply> order) throws Exception {
        try {
            order.get(10, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException e) {
            return ((RefusedException) e.getCause()).refusal();
        }
    }

    private OrdersStats stats() {
        return engine.stats(0, new TrafficStats(0, 0, 0, 0));
    }

    private String database() {
        return "the database at 127.0.0.1:" + proxy.port();
    }

    private static Product toy(String name, int quantity) {
        return new Product(name, new BigDecimal("15.90"), quantity, 1);
    }

    private void execute(String sql) throws Exception {
        Connection connection = Database.connect(direct);
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long sum(String sql) throws Exception {
        return Databases.number(direct, sql);
    }
}

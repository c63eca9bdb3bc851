package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static toystore.sql.Batches.numbers;
import static toystore.sql.Batches.orders;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.engine.OrderEngine;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.service.MetricSample;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/** A batch of orders: a transaction of one round trip places it, or else one of two. */
class OrderBatchTest {
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
        String url = cluster.createDatabase("lane" + count.incrementAndGet(), "");
        direct = DatabaseUrl.parse(url);
        Databases.initialize(direct, List.of(toy("Ant"), toy("Elk"), toy("Fox"), toy("Tux")));
        proxy = new DatabaseProxy(cluster.primary().port());
        engine = Databases.openOrders(
                DatabaseUrl.parse(url.replace(cluster.primary().address(), "127.0.0.1:" + proxy.port())));
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        engine.close();
    }

    @Test
    void takesOneRoundTrip() throws Exception {
        for (int i = 0; i < 3; i++) { // the statements are not prepared yet at first
            proxy.count("one-" + i);
            assertThat(place("Tux", 1, "one-" + i).orderNumber()).isEqualTo(23 * i + 1);
            assertThat(proxy.roundTrips()).isEqualTo(1);

            proxy.count("tux-" + i);
            assertThat(numbers(together(orders("tux-" + i, 10, "Tux")))).isEqualTo(range(23 * i + 3, 10));
            assertThat(proxy.roundTrips()).isEqualTo(1);

            proxy.count("both-" + i);
            assertThat(numbers(together(orders("both-" + i, 10, "Tux", "Elk")))).isEqualTo(range(23 * i + 14, 10));
            assertThat(proxy.roundTrips()).isEqualTo(1);
        }
        assertThat(sum("select n from counter")).isEqualTo(3 * 23);
        assertThat(sum("select count(*) from orders")).isEqualTo(3 * 23);
        assertThat(sum("select quantity from products where name = 'Tux'")).isEqualTo(100 - 3 * (1 + 10 + 5));
        assertThat(sum("select quantity from products where name = 'Elk'")).isEqualTo(100 - 3 * 5);
        assertThat(sum("select version from products where name = 'Elk'")).isEqualTo(1 + 3);
    }

    static Stream<Arguments> refusedOrders() {
        return Stream.of(
                arguments("Tux", 98, "other", Refusal.outOfStock(98, 97), 3),
                arguments("Fox", 100, "other", Refusal.outOfStock(100, 99), 3),
                arguments("Nothing", 1, "other", Refusal.unknownProduct(), 3),
                arguments("Tux", 2, "0-first", Refusal.keyReused("Tux", 1), 3),
                arguments("Elk", 1, "0-first", Refusal.keyReused("Tux", 1), 3),
                arguments("Tux", 2, "0-batch", Refusal.keyReused("Tux", 1), 2));
    }

    /** The optimistic transaction changes nothing, and the one that follows decides in the order of arrival. */
    @ParameterizedTest
    @MethodSource("refusedOrders")
    void anOrderThatIsRefusedDoesNotHarmTheOthers(
            String name, int quantity, String key, Refusal refusal, int roundTrips) throws Exception {
        place("Tux", 1, "0-first");
        List<OrdersRequest.Place> batch = new ArrayList<>(orders("batch", 4, "Tux"));
        batch.add(2, new OrdersRequest.Place(name, quantity, key));
        proxy.count("batch");

        List<CompletableFuture<PlaceReply>> replies = together(batch);

        assertThat(refusal(replies.remove(2))).isEqualTo(refusal);
        assertThat(numbers(replies)).isEqualTo(range(3, 4));
        assertThat(proxy.roundTrips()).isEqualTo(roundTrips);
        assertThat(sum("select quantity from products where name = 'Tux'")).isEqualTo(95);
        assertThat(sum("select version from products where name = 'Tux'")).isEqualTo(3);
        assertThat(sum("select sum(quantity) from products")).isEqualTo(400 - 6);
        assertThat(sum("select count(*) from orders")).isEqualTo(6);
        assertThat(sum("select n from counter")).isEqualTo(6);
    }

    /** With a toy that is sold out, every batch would need three round trips. */
    @Test
    void isNotTriedInOneRoundTripAfterARefusalOrARepetition() throws Exception {
        assertThat(refusal(begin("Tux", 101, "refused"))).isEqualTo(Refusal.outOfStock(101, 100));
        assertThat(roundTripsOf("a")).isEqualTo(2);
        assertThat(roundTripsOf("b")).isEqualTo(1);

        assertThat(place("Tux", 1, "key-of-a").orderNumber()).isEqualTo(1);
        assertThat(roundTripsOf("c")).isEqualTo(2);
        assertThat(roundTripsOf("d")).isEqualTo(1);
        assertThat(engine.samples(null))
                .contains(new MetricSample("toystore_orders_retries_total", "Transactions that were tried again.", 0));
    }

    private int roundTripsOf(String key) throws Exception {
        proxy.count("key-of-" + key);
        place("Tux", 1, "key-of-" + key);
        return proxy.roundTrips();
    }

    /** Another cell places the key while the batch waits for the product. */
    @ParameterizedTest
    @ValueSource(strings = {"Tux", "Elk"})
    void findsAnOrderThatAnotherCellPlacesWithTheSameKeyMeanwhile(String name) throws Exception {
        place("Tux", 1, "first");
        List<CompletableFuture<PlaceReply>> orders;
        Connection cell = Database.connect(direct);
        try (cell;
                Statement statement = cell.createStatement()) {
            cell.setAutoCommit(false);
            statement.execute("update products set quantity = quantity - 2, version = version + 1 where name = 'Tux'");
            orders = together(
                    List.of(new OrdersRequest.Place(name, 1, "new"), new OrdersRequest.Place("Tux", 2, "known")));
            Batches.awaitLock(direct);
            statement.execute("update counter set n = n + 1");
            statement.execute("insert into orders(number, key, name, quantity, price, at)"
                    + " values (3, 'known', 'Tux', 2, 15.90, now())");
            cell.commit();
        }

        assertThat(numbers(orders)).containsExactly(4L, 3L);
        assertThat(orders.get(1).get().version()).isZero();
        assertThat(sum("select count(*) from orders")).isEqualTo(4);
        assertThat(sum("select n from counter")).isEqualTo(4);
        assertThat(sum("select sum(quantity) from products")).isEqualTo(400 - 5);
    }

    /** Another cell places the key with another product, so that no lock is in the way: the look does not see it. */
    @Test
    void findsAnOrderThatAnotherCellCommitsAfterTheLookForItsKey() throws Exception {
        List<CompletableFuture<PlaceReply>> orders;
        Connection cell = Database.connect(direct);
        try (cell;
                Statement statement = cell.createStatement()) {
            cell.setAutoCommit(false);
            statement.execute("insert into orders(number, key, name, quantity, price, at)"
                    + " values (7, 'known', 'Tux', 2, 15.90, now())");
            orders = together(
                    List.of(new OrdersRequest.Place("Elk", 1, "new"), new OrdersRequest.Place("Elk", 2, "known")));
            Batches.awaitLock(direct);
            cell.commit();
        }

        assertThat(refusal(orders.get(1))).isEqualTo(Refusal.keyReused("Tux", 2));
        assertThat(orders.get(0).get().orderNumber()).isEqualTo(2);
        assertThat(sum("select quantity from products where name = 'Elk'")).isEqualTo(99);
    }

    /** The batch has not locked it, as it was not there yet, and sees it all the same. */
    @Test
    void doesNotTakeUnitsThatAreGoneOfAProductThatIsAddedMeanwhile() throws Exception {
        List<CompletableFuture<PlaceReply>> orders;
        Connection lock = Database.connect(direct);
        Connection cell = Database.connect(direct);
        try (lock;
                cell;
                Statement locks = lock.createStatement();
                Statement statement = cell.createStatement()) {
            lock.setAutoCommit(false);
            locks.execute("select * from products where name = 'Ant' for update");
            orders = together(orders("key", 2, "Ant", "New"));
            Batches.awaitLock(direct);
            statement.execute("insert into products(name, price, quantity, started) values ('New', 1, 1, 1)");
            cell.setAutoCommit(false);
            statement.execute("update products set quantity = 0 where name = 'New'");
            lock.rollback();
            Batches.awaitLock(direct, "taken");
            cell.commit();
        }

        assertThat(refusal(orders.get(1))).isEqualTo(Refusal.outOfStock(1, 0));
        assertThat(orders.get(0).get().orderNumber()).isEqualTo(2);
    }

    @Test
    void readsItsReplyInOnePart() throws Exception {
        engine.close();
        engine = Databases.openOrders(direct.withDefault("defaultRowFetchSize", "1"));

        List<CompletableFuture<PlaceReply>> orders = together(orders("key", 4, "Ant", "Elk", "Fox", "Tux"));

        assertThat(numbers(orders)).isEqualTo(range(2, 4));
        assertThat(sum("select count(*) from orders")).isEqualTo(5);
    }

    /** So that two batches cannot wait for each other. */
    @ParameterizedTest
    @ValueSource(strings = {"Ant", "Elk", "Tux"})
    void locksTheProductsInTheOrderOfTheirNamesAndThenTheCounter(String locked) throws Exception {
        List<CompletableFuture<PlaceReply>> orders;
        Connection lock = Database.connect(direct);
        try (lock;
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("select * from products where name = '" + locked + "' for update");
            orders = together(orders("key", 3, "Elk", "Tux", "Ant"));
            Batches.awaitLock(direct);
            statement.execute("select * from products where name > '" + locked + "' for update nowait");
            statement.execute("select * from counter for update nowait");
        }
        assertThat(numbers(orders)).isEqualTo(range(2, 3));
    }

    @Test
    void placesNothingIfAnOrderMustNotBeSentAnyMore() throws Exception {
        Connection connection = Database.connect(direct);
        try (connection) {
            for (String name : List.of("Tux", "Elk")) {
                PendingOrder order = new PendingOrder(new OrdersRequest.Place("Tux", 1), System.nanoTime());
                PendingOrder late = new PendingOrder(new OrdersRequest.Place(name, 1), System.nanoTime());
                assertThat(late.expire(System.nanoTime() + 1, "it took too long"))
                        .isTrue();

                assertThat(new OptimisticTransaction(connection, Clock.systemUTC()).place(List.of(order, late)))
                        .isEmpty();

                assertThat(order.expire(System.nanoTime() + 1, "it took too long"))
                        .isTrue();
                assertThat(refusal(order.reply())).isEqualTo(PendingOrder.notPlaced("it took too long"));
            }
        }
        assertThat(sum("select count(*) from orders")).isZero();
    }

    @Test
    void twoCellsSellTenToysToTheLastUnit() throws Exception {
        Databases.execute(
                direct,
                "insert into products(name, price, quantity, started)"
                        + " select 'Toy ' || i, 1 + i, 40, 40 from generate_series(0, 9) i");
        List<Long> numbers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(16);
        OrderEngine other = Databases.openOrders(direct);
        try (other) {
            List<Callable<List<Long>>> shoppers = IntStream.range(0, 16)
                    .<Callable<List<Long>>>mapToObj(i -> () -> buyAll(i % 2 == 0 ? engine : other, i))
                    .toList();
            for (Future<List<Long>> shopper : threads.invokeAll(shoppers)) {
                numbers.addAll(shopper.get());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(numbers.stream().sorted().toList()).isEqualTo(range(1, 400));
        assertThat(sum("select sum(quantity) from products where name like 'Toy %'"))
                .isZero();
        assertThat(sum("select count(*) from orders")).isEqualTo(400);
        assertThat(sum("select max(number) from orders")).isEqualTo(400);
        assertThat(sum("select n from counter")).isEqualTo(400);
        assertThat(
                        sum(
                                "select count(*) from products where name like 'Toy %' and started"
                                        + " <> (select sum(o.quantity) from orders o where (o.name, o.price) = (products.name, products.price))"))
                .isZero();
    }

    /** Buys single units of ten toys in turn until all are sold out. Returns the numbers of the orders. */
    private static List<Long> buyAll(OrderEngine cell, int shopper) throws Exception {
        List<String> toys =
                new ArrayList<>(IntStream.range(0, 10).mapToObj(i -> "Toy " + i).toList());
        Collections.rotate(toys, shopper);
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; !toys.isEmpty(); i++) {
            String toy = toys.get(i % toys.size());
            OrdersRequest.Place request = new OrdersRequest.Place(toy, 1, shopper + "-" + i);
            CompletableFuture<PlaceReply> order = send(cell, request);
            Refusal refusal = refusal(order);
            for (int tries = 1; tries < 10 && isNotReady(refusal); tries++) { // the machine is busy
                order = send(cell, request);
                refusal = refusal(order);
            }
            if (refusal == null) {
                numbers.add(order.get().orderNumber());
            } else {
                assertThat(refusal).isEqualTo(Refusal.outOfStock(1, 0));
                toys.remove(toy);
            }
        }
        return numbers;
    }

    private static boolean isNotReady(Refusal refusal) {
        return refusal != null && refusal.code() == Refusal.NOT_READY;
    }

    private static CompletableFuture<PlaceReply> send(OrderEngine cell, OrdersRequest.Place order) {
        try {
            return cell.place(order);
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
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

    /** The refusal of an order; {@code null} if it is placed. */
    private static Refusal refusal(CompletableFuture<PlaceReply> order) throws Exception {
        try {
            order.get(10, TimeUnit.SECONDS);
            return null;
        } catch (ExecutionException e) {
            return ((RefusedException) e.getCause()).refusal();
        }
    }

    private static List<Long> range(long first, int count) {
        return LongStream.range(first, first + count).boxed().toList();
    }

    private static Product toy(String name) {
        return new Product(name, new BigDecimal("15.90"), 100, 1);
    }

    private long sum(String sql) throws Exception {
        return Databases.number(direct, sql);
    }
}

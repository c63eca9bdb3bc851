package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import toystore.common.Address;
import toystore.engine.OrderEngine;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.RefreshReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.TrafficStats;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.MessageServer;
import toystore.wire.net.PeerTransport;

/** What orders send to the catalog of their cell. */
class StockRefreshTest {
    private static final AtomicInteger count = new AtomicInteger();
    private static final int LONG_NAMES = 200;
    private static LocalCluster cluster;

    private final List<CatalogRequest.Refresh> received = new CopyOnWriteArrayList<>();
    private volatile Supplier<Reply> reply = RefreshReply::new; // set by the test's thread; null to refuse
    private DatabaseUrl url;
    private Schema.Store store;
    private MessageServer<CatalogRequest<?>> catalog;
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
        url = Databases.create(cluster, "refresh" + count.incrementAndGet());
        List<Product> products = new ArrayList<>(List.of(toy("Tux"), toy("Fox")));
        IntStream.range(0, LONG_NAMES).forEach(i -> products.add(toy(longName(i))));
        Connection connection = Database.connect(url);
        try (connection) {
            store = new Schema().init(connection, products).orElseThrow();
        }
        catalog = new MessageServer<>("catalog", new Address("127.0.0.1", 0), CatalogRequest.class);
        catalog.start(this::handle);
        engine = SqlOrderEngine.open(url, catalog.address(), PeerTransport.PLAIN, MessageObserver.NONE);
        engine.start();
    }

    @AfterEach
    void close() throws Exception {
        engine.close();
        catalog.close();
    }

    private Reply handle(CatalogRequest<?> request) throws RefusedException {
        received.add((CatalogRequest.Refresh) request);
        if (reply == null) {
            throw new RefusedException(Refusal.stale("this catalog has another store"));
        }
        return reply.get();
    }

    @Test
    void theCatalogHasTheNewStockBeforeTheOrderIsAcknowledged() throws Exception {
        AtomicBoolean catalogHasIt = new AtomicBoolean();
        reply = () -> new DeferredReply(CompletableFuture.supplyAsync(
                () -> {
                    catalogHasIt.set(true);
                    return new RefreshReply();
                },
                CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS)));

        CompletableFuture<Boolean> wasFirst = engine.place(new OrdersRequest.Place("Tux", 2))
                .thenApply(order -> order.version() == 2 && catalogHasIt.get());

        assertThat(wasFirst.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(received)
                .containsExactly(new CatalogRequest.Refresh(
                        store.id(), List.of(new Product("Tux", new BigDecimal("15.90"), 98, 2))));
    }

    @Test
    void doesNotWaitForACatalogThatHangs() throws Exception {
        List<CompletableFuture<Reply>> held = new CopyOnWriteArrayList<>();
        reply = () -> {
            held.add(new CompletableFuture<>());
            return new DeferredReply(held.get(held.size() - 1));
        };
        long start = System.nanoTime();

        CompletableFuture<PlaceReply> first = engine.place(new OrdersRequest.Place("Tux", 1));
        CompletableFuture<PlaceReply> second = engine.place(new OrdersRequest.Place("Tux", 1));

        await().until(() -> sum("select n from counter") == 2);
        assertThat(first.get(10, TimeUnit.SECONDS).orderNumber()).isEqualTo(1);
        assertThat(second.get(10, TimeUnit.SECONDS).orderNumber()).isEqualTo(2);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(800));
        assertThat(stats().ready()).isTrue();
        held.forEach(one -> one.complete(new RefreshReply()));
    }

    @Test
    void sendsTheStockOfAProductThatIsSoldOut() throws Exception {
        engine.place(new OrdersRequest.Place("Fox", 100, "key")).get();
        received.clear();

        CompletableFuture<PlaceReply> refused = engine.place(new OrdersRequest.Place("Fox", 1));

        await().until(refused::isCompletedExceptionally);
        assertThat(received)
                .containsExactly(new CatalogRequest.Refresh(
                        store.id(), List.of(new Product("Fox", new BigDecimal("15.90"), 0, 2))));
    }

    @Test
    void aBatchOfManyProductsIsSentInMessagesThatHaveRoomForIt() throws Exception {
        Connection lock = Database.connect(url);
        List<CompletableFuture<PlaceReply>> orders = new ArrayList<>();
        try (lock;
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("select * from products where name = 'Fox' for update");
            orders.add(engine.place(new OrdersRequest.Place("Fox", 1)));
            await().until(() -> sum("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") > 0);
            for (int i = 0; i < LONG_NAMES; i++) {
                orders.add(engine.place(new OrdersRequest.Place(longName(i), 1)));
            }
            lock.rollback();
        }

        for (CompletableFuture<PlaceReply> order : orders) {
            order.get(10, TimeUnit.SECONDS);
        }
        assertThat(received).hasSizeBetween(3, 20);
        assertThat(received.stream().flatMap(message -> message.products().stream()))
                .hasSize(1 + LONG_NAMES)
                .allMatch(product -> product.quantity() == 99 && product.version() == 2);
    }

    @Test
    void aCatalogOfAnotherStoreIsAProblemUntilItIsReplaced() throws Exception {
        reply = null;
        assertThat(engine.place(new OrdersRequest.Place("Tux", 1)).get().orderNumber())
                .isEqualTo(1);

        await().until(() -> !stats().ready());
        assertThat(stats().problem())
                .isEqualTo("the catalog refuses the stock that orders leave: this catalog has another store");
        reply = RefreshReply::new;
        await().until(() -> stats().ready());
    }

    private OrdersStats stats() {
        return engine.stats(0, new TrafficStats(0, 0, 0, 0));
    }

    private static Product toy(String name) {
        return new Product(name, new BigDecimal("15.90"), 100, 1);
    }

    private static String longName(int i) {
        return "🧸".repeat(150) + "\\\"".repeat(20) + i;
    }

    private long sum(String sql) throws Exception {
        return Databases.number(url, sql);
    }
}

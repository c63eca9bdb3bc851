package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.engine.OrderEngine;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.postgres.PostgresBinaries;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PeerTransport;

/** Two cells while the primary of a replicated database is killed: nothing is lost, doubled or oversold. */
class SqlOrderFailoverTest {
    private static final Logger log = LoggerFactory.getLogger(SqlOrderFailoverTest.class);
    private static final Address NO_CATALOG = new Address("127.0.0.1", 1);
    private static final int SHOPPERS = 12;
    private static final List<String> TOYS = List.of("Tux", "Fox", "Whale", "Elephant");

    private final Map<String, Order> acknowledged = new ConcurrentHashMap<>(); // by key
    private final Set<String> refused = ConcurrentHashMap.newKeySet(); // keys
    private final List<String> faults = new ArrayList<>(); // synchronized by itself
    private final AtomicLong lastOrder = new AtomicLong(System.nanoTime());
    private final AtomicLong longestGap = new AtomicLong();
    private volatile boolean stopped;

    @Test
    void losesDoublesAndOversellsNothing() throws Exception {
        assumeTrue(PostgresBinaries.find().has("pg_rewind"), "the PostgreSQL here has no pg_rewind");
        LocalCluster cluster = LocalCluster.temporary(ClusterOptions.fast(3));
        try (cluster) {
            DatabaseUrl url = DatabaseUrl.parse(cluster.url());
            Connection connection = Database.connect(url);
            try (connection) {
                List<Product> toys = TOYS.stream()
                        .map(name ->
                                new Product(name, new BigDecimal("15.90"), name.equals("Tux") ? 300 : 1_000_000, 1))
                        .toList();
                new Schema().init(connection, toys);
            }
            OrderEngine one = open(url);
            OrderEngine other = open(url);
            try (one;
                    other) {
                lastOrder.set(System.nanoTime());
                List<Thread> shoppers = shoppers(one, other);
                for (int round = 0; round < 2; round++) {
                    int before = acknowledged.size();
                    await().until(() -> acknowledged.size() > before + 100);
                    cluster.primary().kill();
                    String next = cluster.failOver().name();
                    long promoted = System.nanoTime();
                    int then = acknowledged.size();
                    await().pollInterval(Duration.ofMillis(10)).until(() -> acknowledged.size() > then + 20);
                    log.info(
                            "{} is the primary; orders again {} ms later",
                            next,
                            Duration.ofNanos(System.nanoTime() - promoted).toMillis());
                    cluster.start(); // the old primary rejoins
                }
                stopped = true;
                for (Thread shopper : shoppers) {
                    shopper.join();
                }
            }
            log.info(
                    "{} orders, {} refused, longest time without orders {} ms",
                    acknowledged.size(),
                    refused.size(),
                    Duration.ofNanos(longestGap.get()).toMillis());
            check(url);
        }
    }

    private static OrderEngine open(DatabaseUrl url) throws Exception {
        OrderEngine engine = SqlOrderEngine.open(url, NO_CATALOG, PeerTransport.PLAIN, MessageObserver.NONE);
        engine.start();
        return engine;
    }

    private List<Thread> shoppers(OrderEngine... cells) {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SHOPPERS; i++) {
            int number = i;
            Thread thread = Threads.named("shopper-" + i, () -> shop(number, cells));
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private void shop(int number, OrderEngine... cells) {
        Random random = new Random(number);
        for (int i = 0; !stopped; i++) {
            OrdersRequest.Place order = new OrdersRequest.Place(
                    TOYS.get(random.nextInt(TOYS.size())), 1 + random.nextInt(2), number + "-" + i);
            boolean isDone = false;
            while (!isDone) {
                List<CompletableFuture<PlaceReply>> tries = new ArrayList<>();
                int cell = random.nextInt(2);
                tries.add(send(cells[cell], order));
                if (random.nextInt(20) == 0) {
                    tries.add(send(cells[1 - cell], order));
                }
                for (CompletableFuture<PlaceReply> reply : tries) {
                    isDone |= receive(order.key(), reply);
                }
            }
        }
    }

    private static CompletableFuture<PlaceReply> send(OrderEngine cell, OrdersRequest.Place order) {
        try {
            return cell.place(order);
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Returns whether the reply is final. */
    private boolean receive(String key, CompletableFuture<PlaceReply> reply) {
        try {
            Order order = reply.get(10, TimeUnit.SECONDS).order();
            Order before = acknowledged.putIfAbsent(key, order);
            if (before != null && !before.equals(order)) {
                fault(key + " is " + order + " and " + before);
            }
            long now = System.nanoTime();
            longestGap.accumulateAndGet(now - lastOrder.getAndSet(now), Math::max);
            return true;
        } catch (ExecutionException e) {
            Refusal refusal = ((RefusedException) e.getCause()).refusal();
            if (refusal.reason() == Refusal.Reason.OUT_OF_STOCK) {
                refused.add(key);
                return true;
            }
            if (refusal.code() != Refusal.NOT_READY) {
                fault(key + ": " + refusal);
            }
            return false;
        } catch (Exception e) {
            fault(key + ": " + e);
            return true;
        }
    }

    private void fault(String fault) {
        synchronized (faults) {
            faults.add(fault);
        }
    }

    private void check(DatabaseUrl url) throws Exception {
        assertThat(faults).isEmpty();
        Map<String, Order> stored = new HashMap<>();
        Connection connection = Database.connect(url);
        try (connection;
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("select key, number, name, quantity, price, at from orders")) {
                while (row.next()) {
                    stored.put(row.getString(1), OrderTransaction.order(row, 2));
                }
            }
            try (ResultSet row = statement.executeQuery("select count(*), max(number), (select n from counter),"
                    + " (select count(*) from products p where quantity <> started"
                    + " - (select coalesce(sum(o.quantity), 0) from orders o where o.name = p.name)) from orders")) {
                row.next();
                assertThat(row.getLong(1)).isEqualTo(stored.size());
                assertThat(row.getLong(2)).isEqualTo(stored.size());
                assertThat(row.getLong(3)).isEqualTo(stored.size());
                assertThat(row.getLong(4)).as("products that do not add up").isZero();
            }
        }
        assertThat(stored).containsAllEntriesOf(acknowledged);
        assertThat(stored.keySet()).doesNotContainAnyElementsOf(refused.isEmpty() ? Set.of("none") : refused);
    }
}

package toystore.sql;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import toystore.engine.OrderEngine;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;

/** Orders that the lane of an engine takes together. */
final class Batches {
    private Batches() {}

    /** Orders of one unit each of some products in turn, with the keys {@code 0-key}, {@code 1-key} and so on. */
    static List<OrdersRequest.Place> orders(String key, int number, String... names) {
        return IntStream.range(0, number)
                .mapToObj(i -> new OrdersRequest.Place(names[i % names.length], 1, i + "-" + key))
                .toList();
    }

    /** The orders, and the first of them again. */
    static List<OrdersRequest.Place> withRepetition(List<OrdersRequest.Place> orders) {
        return Stream.concat(orders.stream(), orders.stream().limit(1)).toList();
    }

    /** Places an order of one Fox, and some orders that wait for it. */
    static List<CompletableFuture<PlaceReply>> together(
            DatabaseUrl url, OrderEngine engine, List<OrdersRequest.Place> batch) throws Exception {
        List<CompletableFuture<PlaceReply>> orders = new ArrayList<>();
        Connection lock = Database.connect(url);
        try (lock;
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("select * from products where name = 'Fox' for update");
            CompletableFuture<PlaceReply> first = engine.place(new OrdersRequest.Place("Fox", 1, null));
            awaitLock(url);
            for (OrdersRequest.Place order : batch) {
                orders.add(engine.place(order));
            }
            lock.rollback();
            first.get(10, TimeUnit.SECONDS);
        }
        return orders;
    }

    /** Waits until a statement in the database waits for a lock. */
    static void awaitLock(DatabaseUrl url) {
        awaitLock(url, "");
    }

    /** Waits until a statement with some text waits for a lock. */
    static void awaitLock(DatabaseUrl url, String text) {
        String waiting = "select count(*) from pg_stat_activity"
                + " where wait_event_type = 'Lock' and datname = current_database() and query like '%" + text + "%'";
        await().until(() -> !Databases.query(url, waiting).equals("0"));
    }

    /** The numbers of some orders, which are placed. */
    static List<Long> numbers(List<CompletableFuture<PlaceReply>> orders) throws Exception {
        List<Long> numbers = new ArrayList<>();
        for (CompletableFuture<PlaceReply> order : orders) {
            numbers.add(order.get(10, TimeUnit.SECONDS).orderNumber());
        }
        return numbers;
    }
}

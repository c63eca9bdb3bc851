package toystore.sql;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import toystore.common.Address;
import toystore.common.ResourceStack;
import toystore.engine.OrderEngine;
import toystore.service.MetricSample;
import toystore.wire.message.Order;
import toystore.wire.message.OrderPage;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.RefusedException;
import toystore.wire.message.TrafficStats;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PeerTransport;

/**
 * The engine over a database: its transactions place the orders, and the database has them. Thread-safe.
 *
 * <p>Several cells may place orders in one database at the same time. The keys of orders are known for ever.
 */
public final class SqlOrderEngine implements OrderEngine {
    private static final int QUERIES = 2; // connections, in addition to that of the lane

    private final Database database;
    private final StockRefresh refresh;
    private final OrderLane lane;
    private final OrderQueries queries;

    private SqlOrderEngine(Database database, StockRefresh refresh, OrderLane lane) {
        this.database = database;
        this.refresh = refresh;
        this.lane = lane;
        this.queries = new OrderQueries(database);
    }

    /**
     * Opens the connections with the database, which need not be reachable, and with the catalog of this cell, which may
     * be started later.
     *
     * @param transport of the connections to the catalog
     * @param observer observes every call to the catalog
     * @throws IOException if the database can be reached and has no store, or one of another version; the message says
     *     what to run
     */
    public static SqlOrderEngine open(
            DatabaseUrl url, Address catalog, PeerTransport transport, MessageObserver observer) throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            Database database = opened.add(Database.open(url, 1 + QUERIES));
            StockRefresh refresh = opened.add(new StockRefresh(catalog, transport, observer));
            OrderLane lane = new OrderLane(database, new Schema(), refresh, Clock.systemUTC());
            lane.open();
            opened.release();
            return new SqlOrderEngine(database, refresh, lane);
        }
    }

    @Override
    public void start() {
        lane.start();
    }

    @Override
    public CompletableFuture<PlaceReply> place(OrdersRequest.Place request) throws RefusedException {
        return lane.place(request);
    }

    @Override
    public Order find(long number) throws RefusedException {
        return queries.find(number);
    }

    @Override
    public OrderPage list(long after, int limit) throws RefusedException {
        return queries.list(after, limit);
    }

    @Override
    public OrdersStats stats(long uptimeSeconds, TrafficStats traffic) {
        Optional<String> problem = lane.problem();
        return new OrdersStats(
                uptimeSeconds, lane.orders(), problem.isEmpty(), problem.orElse(null), null, 0, null, 0, null, traffic);
    }

    @Override
    public List<MetricSample> samples(OrdersStats stats) {
        return List.of(
                new MetricSample(
                        "toystore_orders_batches_total",
                        "Transactions in which orders were placed or refused, with those that were tried again.",
                        lane.batches()),
                new MetricSample(
                        "toystore_orders_batched_total", "Orders in these transactions.", lane.batchedOrders()),
                new MetricSample(
                        "toystore_orders_retries_total", "Transactions that were tried again.", lane.retries()),
                new MetricSample(
                        "toystore_orders_lost_replies_total",
                        "Batches whose outcome was not known at first: the reply of the database was lost.",
                        lane.lostReplies()));
    }

    /** Ends the connections. */
    @Override
    public void close() throws IOException {
        try (database;
                refresh) {
            lane.close();
        }
    }
}

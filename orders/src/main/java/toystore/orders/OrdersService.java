package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import toystore.common.Address;
import toystore.common.ResourceStack;
import toystore.service.MetricSample;
import toystore.service.Monitor;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.net.MessageServer;

/** The orders service: answers messages from its desk. */
final class OrdersService implements Closeable {
    private final long started = System.nanoTime();
    private final MessageServer<OrdersRequest<?>> server;
    private final OrderLog log;
    private final CatalogGateway gateway;
    private final Epochs epochs;
    private final OrderFeed feed;
    private final OrderPlacement orderPlacement;
    private final Monitor monitor;

    private OrdersService(
            MessageServer<OrdersRequest<?>> server, Monitor monitor, OrderLog log, Address peer, Overrides overrides) {
        this.server = server;
        this.monitor = monitor;
        this.log = log;
        this.gateway = new CatalogGateway(peer, overrides.timeouts().reply(), monitor.calls("catalog"));
        this.epochs = new Epochs(overrides.timeouts());
        OrderStore store = overrides.store().apply(log);
        Catalog catalog = overrides.catalog().apply(gateway);
        this.feed = new OrderFeed(store, catalog, epochs);
        this.orderPlacement = new OrderPlacement(store, catalog, epochs, feed, Clock.systemUTC(), overrides.timeouts());
    }

    /**
     * Opens the order log and serves. The catalog may be started later.
     *
     * @param onFailure told once, if the log cannot be written any more: the process should end then
     * @throws IOException if the address, the data folder or the log cannot be used; the message says why
     */
    static OrdersService start(OrdersConfig config, Overrides overrides, Consumer<IOException> onFailure)
            throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            MessageServer<OrdersRequest<?>> server =
                    opened.add(new MessageServer<>("orders", config.listen(), OrdersRequest.class));
            Monitor monitor = opened.add(Monitor.open("orders", config.metrics()));
            OrderLog log = opened.add(OrderLog.open(overrides, config.data(), config.keys(), onFailure));
            OrdersService service = new OrdersService(server, monitor, log, config.catalog(), overrides);
            opened.release();
            opened.add(service);
            service.start();
            opened.release();
            return service;
        }
    }

    private void start() throws IOException {
        feed.start();
        orderPlacement.start();
        monitor.start(this::readings);
        server.start(this::handle, monitor.messages());
    }

    Address address() {
        return server.address();
    }

    /** Where it shows its metrics; empty if it does not. */
    Optional<Address> metrics() {
        return monitor.address();
    }

    /** Lets what runs be answered, tells the catalog of the last of it, and closes the log. */
    @Override
    public void close() throws IOException {
        try (monitor;
                log;
                gateway;
                feed;
                orderPlacement) {
            server.close();
        }
    }

    private Reply handle(OrdersRequest<?> request) throws RefusedException {
        if (request instanceof OrdersRequest.Place post) {
            return new DeferredReply(orderPlacement.place(post));
        }
        if (request instanceof OrdersRequest.Get get) {
            return orderPlacement.find(get.orderNumber());
        }
        return stats();
    }

    private OrdersStats stats() {
        long uptime = Duration.ofNanos(System.nanoTime() - started).toSeconds();
        Optional<String> problem = orderPlacement.problem();
        return new OrdersStats(uptime, log.latest(), problem.isEmpty(), problem.orElse(null), server.traffic());
    }

    private List<MetricSample> readings() {
        OrdersStats stats = stats();
        return List.of(
                new MetricSample(
                        "toystore_open_connections",
                        "Connections to the message port.",
                        stats.traffic().connections()),
                new MetricSample("toystore_orders_total", "Orders in the log.", stats.orders()),
                new MetricSample(
                        "toystore_orders_ready",
                        "1 if orders can be placed: an epoch is open, and the disk does not hang.",
                        stats.ready()));
    }
}

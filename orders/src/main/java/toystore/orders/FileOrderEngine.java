package toystore.orders;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import toystore.common.ResourceStack;
import toystore.engine.OrderEngine;
import toystore.service.MetricSample;
import toystore.wire.message.Order;
import toystore.wire.message.OrderPage;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.RecoveryStats;
import toystore.wire.message.RefusedException;
import toystore.wire.message.TrafficStats;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PeerTransport;

/**
 * The engine over files: places orders in the order log, under epochs of the catalog, and feeds them to it.
 * Thread-safe.
 */
final class FileOrderEngine implements OrderEngine {
    private final OrderLog log;
    private final CatalogGateway gateway;
    private final Epochs epochs;
    private final OrderFeed feed;
    private final OrderPlacement placement;

    private FileOrderEngine(OrderLog log, CatalogGateway gateway, Overrides overrides) {
        this.log = log;
        this.gateway = gateway;
        this.epochs = new Epochs(overrides.timeouts().outage());
        OrderStore store = overrides.store().apply(log);
        Catalog catalog = overrides.catalog().apply(gateway);
        this.feed = new OrderFeed(store, catalog, epochs);
        this.placement = new OrderPlacement(store, catalog, epochs, feed, Clock.systemUTC(), overrides.timeouts());
    }

    /**
     * Opens the order log. The catalog may be started later.
     *
     * @param transport of the connections to the catalog
     * @param observer observes every call to the catalog
     * @param onFailure called once, if the log cannot be written any more
     * @throws IOException if the data folder or the log cannot be used; the message says why
     */
    static FileOrderEngine open(
            OrdersConfig config,
            Overrides overrides,
            PeerTransport transport,
            MessageObserver observer,
            Consumer<IOException> onFailure)
            throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            OrderLog log = opened.add(OrderLog.open(overrides, config.data(), config.keys(), onFailure));
            CatalogGateway gateway = new CatalogGateway(
                    config.catalog(), transport, overrides.timeouts().reply(), observer);
            opened.release();
            return new FileOrderEngine(log, gateway, overrides);
        }
    }

    @Override
    public void start() {
        feed.start();
        placement.start();
    }

    /** Sends the last orders to the catalog, and closes the log. */
    @Override
    public void close() throws IOException {
        try (log;
                gateway;
                feed) {
            placement.close();
        }
    }

    @Override
    public CompletableFuture<PlaceReply> place(OrdersRequest.Place request) throws RefusedException {
        return placement.place(request);
    }

    @Override
    public Order find(long number) throws RefusedException {
        return placement.find(number);
    }

    @Override
    public OrderPage list(long after, int limit) throws RefusedException {
        return placement.list(after, limit);
    }

    @Override
    public OrdersStats stats(long uptimeSeconds, TrafficStats traffic) {
        Optional<String> problem = placement.problem();
        return new OrdersStats(
                uptimeSeconds,
                log.latest(),
                problem.isEmpty(),
                problem.orElse(null),
                epochs.current().orElse(null),
                epochs.count(),
                feed.asOf().orElse(null),
                log.bytes(),
                log.recovery(),
                traffic);
    }

    @Override
    public List<MetricSample> samples(OrdersStats stats) {
        List<MetricSample> samples = new ArrayList<>();
        samples.add(new MetricSample(
                "toystore_orders_epochs_total", "Epochs opened with the catalog since the start.", stats.epochs()));
        if (stats.asOf() != null) {
            samples.add(new MetricSample(
                    "toystore_orders_applied",
                    "Number of the last order that the catalog has applied, as far as orders knows.",
                    stats.asOf()));
        }
        samples.add(new MetricSample("toystore_orders_log_bytes", "Size of the order log.", stats.logBytes()));
        RecoveryStats recovery = stats.recovery();
        samples.add(new MetricSample(
                "toystore_orders_recovery_orders", "Orders in the log at the start.", recovery.orders()));
        samples.add(new MetricSample(
                "toystore_orders_recovery_torn_bytes",
                "Bytes of an incomplete line that were moved out of the log at the start.",
                recovery.tornBytes()));
        samples.add(new MetricSample(
                "toystore_orders_recovery_seconds",
                "Time of the recovery of the log at the start.",
                recovery.millis() / 1000.0));
        return samples;
    }
}

package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import toystore.common.Address;
import toystore.common.ResourceStack;
import toystore.service.MetricSample;
import toystore.service.Monitor;
import toystore.service.PeerFlags;
import toystore.service.WarmUp;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.RecoveryStats;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Role;
import toystore.wire.net.MessageServer;
import toystore.wire.net.PeerTransport;

/** The orders service: opens its parts, and handles messages. */
public final class OrdersService implements Closeable {
    private final long started = System.nanoTime();
    private final MessageServer<OrdersRequest<?>> server;
    private final PeerTransport peers;
    private final OrderLog log;
    private final CatalogGateway gateway;
    private final Epochs epochs;
    private final OrderFeed feed;
    private final OrderPlacement placement;
    private final Monitor monitor;

    private OrdersService(
            MessageServer<OrdersRequest<?>> server,
            PeerTransport peers,
            Monitor monitor,
            OrderLog log,
            Address peer,
            Overrides overrides) {
        this.server = server;
        this.peers = peers;
        this.monitor = monitor;
        this.log = log;
        this.gateway = new CatalogGateway(peer, peers, overrides.timeouts().reply(), monitor.calls("catalog"));
        this.epochs = new Epochs(overrides.timeouts().outage());
        OrderStore store = overrides.store().apply(log);
        Catalog catalog = overrides.catalog().apply(gateway);
        this.feed = new OrderFeed(store, catalog, epochs);
        this.placement = new OrderPlacement(store, catalog, epochs, feed, Clock.systemUTC(), overrides.timeouts());
    }

    /**
     * Opens the order log, and serves. The catalog may be started later.
     *
     * @param onFailure called once, if the log cannot be written any more: the process should end then
     * @throws IOException if the address, the data folder or the log cannot be used; the message says why
     */
    public static OrdersService start(OrdersConfig config, Overrides overrides, Consumer<IOException> onFailure)
            throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            PeerTransport peers = opened.add(PeerFlags.open(config.peerTls(), Role.ORDERS));
            MessageServer<OrdersRequest<?>> server =
                    opened.add(new MessageServer<>("orders", config.listen(), OrdersRequest.class, peers));
            Monitor monitor = opened.add(Monitor.open("orders", config.metrics()));
            OrderLog log = opened.add(OrderLog.open(overrides, config.data(), config.keys(), onFailure));
            OrdersService service = new OrdersService(server, peers, monitor, log, config.catalog(), overrides);
            opened.release();
            opened.add(service);
            service.start();
            opened.release();
            return service;
        }
    }

    private void start() throws IOException {
        feed.start();
        placement.start();
        monitor.start(this::samples);
        server.start(this::handle, monitor.messages());
    }

    public Address address() {
        return server.address();
    }

    /** Prepares the JVM for connections between services. */
    void warmUpConnections() throws IOException {
        peers.warmUp();
    }

    /** Whether the service has more requests than those of other services that also start. */
    boolean isBusy() {
        return server.traffic().served() > WarmUp.START_UP_MESSAGES;
    }

    /** The address of the metrics port; empty if there is none. */
    Optional<Address> metrics() {
        return monitor.address();
    }

    /** Waits for the replies to requests in progress, sends the last orders to the catalog, and closes the log. */
    @Override
    public void close() throws IOException {
        try (peers;
                monitor;
                log;
                gateway;
                feed;
                placement) {
            server.close();
        }
    }

    private Reply handle(OrdersRequest<?> request) throws RefusedException {
        if (request instanceof OrdersRequest.Place place) {
            return new DeferredReply(placement.place(place));
        }
        if (request instanceof OrdersRequest.Get get) {
            return placement.find(get.orderNumber());
        }
        if (request instanceof OrdersRequest.List list) {
            return placement.list(list.after(), list.limit());
        }
        return stats();
    }

    private OrdersStats stats() {
        long uptime = Duration.ofNanos(System.nanoTime() - started).toSeconds();
        Optional<String> problem = placement.problem();
        return new OrdersStats(
                uptime,
                log.latest(),
                problem.isEmpty(),
                problem.orElse(null),
                epochs.current().orElse(null),
                epochs.count(),
                feed.asOf().orElse(null),
                log.bytes(),
                log.recovery(),
                server.traffic());
    }

    private List<MetricSample> samples() {
        OrdersStats stats = stats();
        List<MetricSample> samples = new ArrayList<>();
        samples.add(new MetricSample(
                "toystore_open_connections",
                "Connections to the message port.",
                stats.traffic().connections()));
        samples.add(new MetricSample("toystore_orders_total", "Orders in the log.", stats.orders()));
        samples.add(new MetricSample(
                "toystore_orders_ready",
                "1 if orders can be placed: an epoch is open, and the disk does not hang.",
                stats.ready()));
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

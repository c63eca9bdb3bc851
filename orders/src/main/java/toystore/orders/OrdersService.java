package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import toystore.common.Address;
import toystore.common.ResourceStack;
import toystore.engine.OrderEngine;
import toystore.service.MetricSample;
import toystore.service.Monitor;
import toystore.service.PeerFlags;
import toystore.service.WarmUp;
import toystore.sql.SqlOrderEngine;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Role;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.MessageServer;
import toystore.wire.net.PeerTransport;

/** The orders service: opens its parts, and handles messages. */
public final class OrdersService implements Closeable {
    private final long started = System.nanoTime();
    private final MessageServer<OrdersRequest<?>> server;
    private final PeerTransport peers;
    private final OrderEngine engine;
    private final Monitor monitor;

    private OrdersService(
            MessageServer<OrdersRequest<?>> server, PeerTransport peers, Monitor monitor, OrderEngine engine) {
        this.server = server;
        this.peers = peers;
        this.monitor = monitor;
        this.engine = engine;
    }

    /**
     * Opens the order log, or the connections with the database, and serves. The catalog may be started later, and the
     * database, too.
     *
     * @param overrides for the engine over files
     * @param onFailure called once, if the log cannot be written any more: the process should end then
     * @throws IOException if the address, the data folder, the log or the tables of the database cannot be used; the
     *     message says why
     */
    public static OrdersService start(OrdersConfig config, Overrides overrides, Consumer<IOException> onFailure)
            throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            PeerTransport peers = opened.add(PeerFlags.open(config.peerTls(), Role.ORDERS));
            MessageServer<OrdersRequest<?>> server =
                    opened.add(new MessageServer<>("orders", config.listen(), OrdersRequest.class, peers));
            Monitor monitor = opened.add(Monitor.open("orders", config.metrics()));
            MessageObserver calls = monitor.calls("catalog");
            OrderEngine engine = opened.add(
                    config.database().isPresent()
                            ? SqlOrderEngine.open(config.database().get(), config.catalog(), peers, calls)
                            : FileOrderEngine.open(config, overrides, peers, calls, onFailure));
            OrdersService service = new OrdersService(server, peers, monitor, engine);
            opened.release();
            opened.add(service);
            service.start();
            opened.release();
            return service;
        }
    }

    private void start() throws IOException {
        engine.start();
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

    /** Waits for the replies to requests in progress, and closes the engine. */
    @Override
    public void close() throws IOException {
        try (peers;
                monitor;
                engine) {
            server.close();
        }
    }

    private Reply handle(OrdersRequest<?> request) throws RefusedException {
        if (request instanceof OrdersRequest.Place place) {
            return new DeferredReply(engine.place(place));
        }
        if (request instanceof OrdersRequest.Get get) {
            return engine.find(get.orderNumber());
        }
        if (request instanceof OrdersRequest.List list) {
            return engine.list(list.after(), list.limit());
        }
        return stats();
    }

    private OrdersStats stats() {
        long uptime = Duration.ofNanos(System.nanoTime() - started).toSeconds();
        return engine.stats(uptime, server.traffic());
    }

    private List<MetricSample> samples() {
        OrdersStats stats = stats();
        List<MetricSample> samples = new ArrayList<>();
        samples.add(new MetricSample(
                "toystore_open_connections",
                "Connections to the message port.",
                stats.traffic().connections()));
        samples.add(new MetricSample("toystore_orders_total", "Orders of the store.", stats.orders()));
        samples.add(new MetricSample(
                "toystore_orders_ready",
                "1 if orders can be placed: an epoch is open and the disk does not hang, or the database replies.",
                stats.ready()));
        samples.addAll(engine.samples(stats));
        return samples;
    }
}

package toystore.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import toystore.common.Address;
import toystore.common.ResourceStack;
import toystore.durable.Storage;
import toystore.engine.Inventory;
import toystore.engine.ProductChange;
import toystore.service.MetricSample;
import toystore.service.Monitor;
import toystore.service.PeerFlags;
import toystore.service.WarmUp;
import toystore.sql.SqlInventory;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Constraints;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Role;
import toystore.wire.net.MessageServer;
import toystore.wire.net.PeerTransport;

/** The catalog: replies to messages from its inventory. */
final class CatalogService implements Closeable {
    private final long started = System.nanoTime();
    private final MessageServer<CatalogRequest<?>> server;
    private final PeerTransport peers;
    private final Inventory inventory;
    private final int priceDigits;
    private final Optional<Restocker> restocker;
    private final Monitor monitor;

    private CatalogService(
            MessageServer<CatalogRequest<?>> server,
            PeerTransport peers,
            Monitor monitor,
            Inventory inventory,
            CatalogConfig config) {
        this.server = server;
        this.peers = peers;
        this.monitor = monitor;
        this.inventory = inventory;
        this.priceDigits = config.priceDigits();
        this.restocker = config.restocks().map(policy -> new Restocker(inventory, policy));
    }

    /**
     * Loads the catalog, or opens the connections with the database, and serves it. The database may be started later.
     *
     * @param storage of the files
     * @param onFailure called once, if changes can no longer be written to them: the process should end then
     * @throws IOException if the address, the data folder, the files in it or the tables of the database cannot be
     *     used; the message says why
     */
    static CatalogService start(CatalogConfig config, Storage storage, Consumer<IOException> onFailure)
            throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            PeerTransport peers = opened.add(PeerFlags.open(config.peerTls(), Role.CATALOG));
            MessageServer<CatalogRequest<?>> server =
                    opened.add(new MessageServer<>("catalog", config.listen(), CatalogRequest.class, peers));
            Monitor monitor = opened.add(Monitor.open("catalog", config.metrics()));
            Inventory inventory = opened.add(
                    config.database().isPresent()
                            ? SqlInventory.open(config.database().get())
                            : FileInventory.open(
                                    storage, config.data(), config.priceDigits(), config.checkpoints(), onFailure));
            CatalogService service = new CatalogService(server, peers, monitor, inventory, config);
            opened.release();
            opened.add(service);
            service.start();
            opened.release();
            return service;
        }
    }

    private void start() throws IOException {
        inventory.start();
        restocker.ifPresent(Restocker::start);
        monitor.start(this::metricSamples);
        server.start(this::handle, monitor.messages());
    }

    Address address() {
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

    /** The address of the metrics; empty if there is none. */
    Optional<Address> metrics() {
        return monitor.address();
    }

    /** Completes the requests that are in progress, and closes the inventory. */
    @Override
    public void close() throws IOException {
        try (peers;
                monitor;
                inventory) {
            server.close();
            restocker.ifPresent(Restocker::close);
        }
    }

    private Reply handle(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Get get) {
            return inventory.find(get.name());
        }
        if (request instanceof CatalogRequest.List list) {
            return inventory.list(list.prefix(), list.after(), list.limit());
        }
        if (request instanceof CatalogRequest.Put put) {
            return inventory.change(List.of(change(put))).get(0);
        }
        if (request instanceof CatalogRequest.Watch) {
            return inventory.watch();
        }
        if (request instanceof CatalogRequest.Stats) {
            return stats();
        }
        return inventory.synchronize(request);
    }

    private ProductChange change(CatalogRequest.Put put) throws RefusedException {
        try {
            BigDecimal price = put.price() == null ? null : Constraints.price(put.price(), priceDigits);
            return new ProductChange(put.name(), price, put.add());
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Refusal.notUnderstood(e.getMessage()));
        }
    }

    private CatalogStats stats() {
        long uptime = Duration.ofNanos(System.nanoTime() - started).toSeconds();
        return inventory.stats(uptime, server.traffic());
    }

    private List<MetricSample> metricSamples() {
        CatalogStats stats = stats();
        List<MetricSample> samples = new ArrayList<>();
        samples.add(new MetricSample(
                "toystore_open_connections",
                "Connections to the message port.",
                stats.traffic().connections()));
        samples.add(new MetricSample("toystore_catalog_products", "Products in the catalog.", stats.products()));
        samples.add(new MetricSample("toystore_catalog_units", "Available units of all products.", stats.units()));
        samples.add(new MetricSample(
                "toystore_catalog_ready",
                "1 if orders can be placed: an epoch is active, or the database replies.",
                stats.ready()));
        samples.addAll(inventory.samples(stats));
        return samples;
    }
}

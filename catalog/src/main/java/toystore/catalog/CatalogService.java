package toystore.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import toystore.durable.Storage;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.net.Address;
import toystore.wire.net.MessageServer;

/** The catalog: answers messages from its shelf. */
final class CatalogService implements Closeable {
    private final long started = System.nanoTime();
    private final MessageServer<CatalogRequest<?>> server;
    private final FileShelf shelf;
    private final Checkpointer checkpointer;
    private final Optional<Restocker> restocker;

    private CatalogService(MessageServer<CatalogRequest<?>> server, FileShelf shelf, CatalogConfig config) {
        this.server = server;
        this.shelf = shelf;
        this.checkpointer = new Checkpointer(shelf, config.checkpoints());
        this.restocker = config.restocks().map(rhythm -> new Restocker(shelf, rhythm));
    }

    /**
     * Loads the catalog and serves it.
     *
     * @param onFailure told once, if changes cannot be written any more: the process should end then
     * @throws IOException if the address, the data folder or the files in it cannot be used; the message says why
     */
    static CatalogService start(CatalogConfig config, Storage storage, Consumer<IOException> onFailure)
            throws IOException {
        MessageServer<CatalogRequest<?>> server = new MessageServer<>("catalog", config.listen(), CatalogRequest.class);
        try {
            CatalogService service =
                    new CatalogService(server, FileShelf.open(storage, config.data(), onFailure), config);
            service.checkpointer.start();
            service.restocker.ifPresent(Restocker::start);
            server.start(service::handle);
            return service;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    Address address() {
        return server.address();
    }

    /** Lets what runs be answered, and brings the file up to date. */
    @Override
    public void close() throws IOException {
        try (shelf;
                checkpointer) {
            server.close();
            restocker.ifPresent(Restocker::close);
        }
    }

    private Reply handle(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Get get) {
            return find(get.name());
        }
        if (request instanceof CatalogRequest.List list) {
            return shelf.list(list.after(), list.limit());
        }
        if (request instanceof CatalogRequest.Post post) {
            return shelf.reserve(post);
        }
        if (request instanceof CatalogRequest.Sold sold) {
            return shelf.count(sold);
        }
        if (request instanceof CatalogRequest.Open open) {
            return shelf.open(open.log(), open.head());
        }
        if (request instanceof CatalogRequest.Ready ready) {
            return shelf.serve(ready.epoch(), ready.head());
        }
        if (request instanceof CatalogRequest.Put put) {
            shelf.change(List.of(new Change(put.name(), put.price(), put.add())));
            return find(put.name());
        }
        Shelf.Totals totals = shelf.totals();
        long uptime = Duration.ofNanos(System.nanoTime() - started).toSeconds();
        return new CatalogStats(
                uptime,
                totals.products(),
                totals.units(),
                totals.reservations(),
                totals.asOf(),
                totals.ready(),
                server.traffic());
    }

    private Product find(String name) throws RefusedException {
        return shelf.find(name).orElseThrow(() -> new RefusedException(Refusal.unknownProduct()));
    }
}

package toystore.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Sale;
import toystore.wire.net.Address;
import toystore.wire.net.MessageServer;

/** The catalog: answers messages from its shelf. */
final class CatalogService implements Closeable {
    private final long started = System.nanoTime();
    private final MessageServer<CatalogRequest<?>> server;
    private final FileShelf shelf;

    private CatalogService(MessageServer<CatalogRequest<?>> server, FileShelf shelf) {
        this.server = server;
        this.shelf = shelf;
    }

    /**
     * Loads the catalog and serves it.
     *
     * @throws IOException if the address, the data folder or the catalog file cannot be used; the message says why
     */
    static CatalogService start(CatalogConfig config) throws IOException {
        MessageServer<CatalogRequest<?>> server = new MessageServer<>("catalog", config.listen(), CatalogRequest.class);
        try {
            CatalogService service = new CatalogService(server, FileShelf.open(config.data()));
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
        try (shelf) {
            server.close();
        }
    }

    private Reply handle(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Get get) {
            return shelf.find(get.name()).orElseThrow(() -> new RefusedException(Refusal.unknownProduct()));
        }
        if (request instanceof CatalogRequest.List list) {
            return shelf.list(list.after(), list.limit());
        }
        if (request instanceof CatalogRequest.Post post) {
            Product sold = shelf.sell(post.name(), post.quantity());
            return new Sale(sold.price(), sold.quantity(), sold.version());
        }
        Shelf.Totals totals = shelf.totals();
        long uptime = Duration.ofNanos(System.nanoTime() - started).toSeconds();
        return new CatalogStats(uptime, totals.products(), totals.units(), server.traffic());
    }
}

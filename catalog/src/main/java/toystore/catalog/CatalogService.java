package toystore.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import toystore.durable.DataFolder;
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
    private final DataFolder folder;
    private final MessageServer<CatalogRequest<?>> server;
    private final FileShelf shelf;

    private CatalogService(DataFolder folder, Address listen, CatalogFile file, List<Product> products)
            throws IOException {
        this.folder = folder;
        this.server = new MessageServer<>("catalog", listen, CatalogRequest.class, this::handle);
        this.shelf = new FileShelf(file, products);
    }

    /**
     * Loads the catalog and serves it.
     *
     * @throws IOException if the data folder, the catalog file or the address cannot be used; the message says why
     */
    static CatalogService start(CatalogConfig config) throws IOException {
        DataFolder folder = DataFolder.take(config.data(), "catalog");
        try {
            CatalogFile file = new CatalogFile(folder.path());
            CatalogService service = new CatalogService(folder, config.listen(), file, file.load());
            service.server.start();
            return service;
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    Address address() {
        return server.address();
    }

    /** Lets what runs be answered, and brings the file up to date. */
    @Override
    public void close() throws IOException {
        try (folder;
                shelf) {
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

package toystore.db.copy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import toystore.catalog.CatalogArchive;
import toystore.common.ResourceStack;
import toystore.db.copy.CopyFormat.ChangeLine;
import toystore.db.copy.CopyFormat.Header;
import toystore.db.copy.CopyFormat.PlacedOrder;
import toystore.db.copy.CopyFormat.ProductLine;
import toystore.durable.DataFolder;
import toystore.durable.Storage;
import toystore.engine.NameOrder;
import toystore.engine.ProductChange;
import toystore.orders.OrderArchive;
import toystore.wire.message.Product;

/**
 * A store in files, whose services do not run: it has their locks. Not thread-safe.
 *
 * <p>It reads the logs twice, first for the totals of the products. The checkpoint is not used.
 */
final class FileSource implements CopySource {
    private final Path folder;
    private final CatalogArchive catalog;
    private final ResourceStack locks;
    private final Map<String, Totals> products = new HashMap<>();
    private long changes;

    private static final class Totals {
        private BigDecimal price;
        private long started;
        private long restocked;
        private long ordered;
    }

    private FileSource(Path folder, ResourceStack locks) {
        this.folder = folder;
        this.catalog = new CatalogArchive(folder);
        this.locks = locks;
    }

    /**
     * Opens a store.
     *
     * @throws IOException if there is none, or its services run
     */
    static FileSource open(Path folder) throws IOException {
        if (CatalogArchive.names().stream().noneMatch(name -> Files.exists(folder.resolve(name)))) {
            throw new IOException(
                    "no store in " + folder + ": it has no " + String.join(" and no ", CatalogArchive.names()));
        }
        return new FileSource(folder, lock(folder));
    }

    /** Takes the locks of both services. */
    static ResourceStack lock(Path folder) throws IOException {
        ResourceStack locks = new ResourceStack();
        try {
            locks.add(DataFolder.take(Storage.DISK, folder, "orders"));
            locks.add(DataFolder.take(Storage.DISK, folder, "catalog"));
            return locks;
        } catch (IOException e) {
            locks.close();
            throw new IOException(e.getMessage() + ": run ./toystore down first", e);
        }
    }

    @Override
    public void read(CopyVisitor visitor) throws IOException {
        for (Product product : catalog.start()) {
            Totals totals = new Totals();
            totals.price = product.price();
            totals.started = product.quantity();
            products.put(product.name(), totals);
        }
        catalog.changes((number, change) -> add(change));
        OrderArchive.Extent orders = OrderArchive.read(
                folder, order -> product(order.name(), "order " + order.orderNumber()).ordered += order.quantity());
        visitor.header(Header.of(orders.log(), products.size(), changes, orders.last()));
        visitProducts(visitor);
        catalog.changes((number, change) ->
                visitor.change(new ChangeLine(number, change.name(), change.price(), change.add(), null, null)));
        OrderArchive.read(
                folder,
                order -> visitor.order(new PlacedOrder(
                        order.orderNumber(),
                        order.name(),
                        order.quantity(),
                        order.price(),
                        order.time(),
                        order.key())));
        visitor.end();
    }

    private void add(ProductChange change) throws IOException {
        changes++;
        if (change.price() != null) {
            products.computeIfAbsent(change.name(), name -> new Totals()).price = change.price();
        }
        product(change.name(), "change " + changes).restocked += change.add();
    }

    private Totals product(String name, String cause) throws IOException {
        Totals totals = products.get(name);
        if (totals == null) {
            throw new IOException(cause + " in " + folder + " is of \"" + name
                    + "\", which is no product: ./toystore audit says more");
        }
        return totals;
    }

    private void visitProducts(CopyVisitor visitor) throws IOException {
        List<String> names = new ArrayList<>(products.keySet());
        names.sort(NameOrder.BY_CODE_POINT);
        for (String name : names) {
            Totals totals = products.get(name);
            long quantity = totals.started + totals.restocked - totals.ordered;
            try {
                visitor.product(new ProductLine(name, totals.price, quantity, totals.started, totals.restocked));
            } catch (IllegalArgumentException e) {
                throw new IOException("\"" + name + "\" in " + folder + ": " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        locks.close();
    }
}

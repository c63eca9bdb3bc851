package toystore.db.copy;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toystore.catalog.CatalogArchive;
import toystore.common.ResourceStack;
import toystore.db.copy.CopyFormat.ChangeLine;
import toystore.db.copy.CopyFormat.Header;
import toystore.db.copy.CopyFormat.PlacedOrder;
import toystore.db.copy.CopyFormat.ProductLine;
import toystore.durable.Storage;
import toystore.engine.ProductChange;
import toystore.orders.OrderArchive;
import toystore.orders.OrderLine;
import toystore.orders.audit.Audit;
import toystore.wire.message.Product;

/**
 * A data folder without a store, of which it has the locks. Not thread-safe.
 *
 * <p>The files are written to a folder in it, audited, and then moved. The products are moved first: a catalog without
 * its order log sells nothing, so a crash while they are moved does no harm.
 */
final class FileTarget implements CopyTarget {
    private static final String STORE = "{catalog.json,catalog-start.json,orders-*.log,catalog-changes-*.log}";
    private static final String TEMPORARY = "import-in-progress";
    private static final String RESERVATION = "imported"; // of orders; no catalog knows it
    private static final int CHANGES_AT_ONCE = 1000;

    private final Path folder;
    private final Path temporary;
    private final int keys;
    private final PrintStream report;
    private final ResourceStack opened;
    private final CatalogArchive catalog;
    private final OrderArchive orders;
    private final Map<String, Start> products = new LinkedHashMap<>();
    private final List<ProductChange> changes = new ArrayList<>(); // not written yet
    private long changed;

    /** A product, and what tells the price that it had at first. */
    private static final class Start {
        private final ProductLine product;
        private final List<BigDecimal> changedPrices = new ArrayList<>(0);
        private BigDecimal price; // of an order, if no change has set it; null if there is none
        private boolean isNew; // the first change has its first price

        Start(ProductLine product) {
            this.product = product;
        }

        private boolean wasSet(BigDecimal price) {
            return changedPrices.stream().anyMatch(set -> set.compareTo(price) == 0);
        }

        /** Any price, if no order and no change tells. */
        private BigDecimal price() {
            return price == null ? product.price() : price;
        }
    }

    private FileTarget(Path folder, int keys, PrintStream report, ResourceStack opened) throws IOException {
        this.folder = folder;
        this.temporary = folder.resolve(TEMPORARY);
        this.keys = keys;
        this.report = report;
        this.opened = opened;
        deleteTemporary();
        Files.createDirectory(temporary);
        this.catalog = new CatalogArchive(temporary);
        this.orders = opened.add(OrderArchive.create(temporary));
    }

    /**
     * Opens a data folder.
     *
     * @param keys the number of orders whose keys the service remembers
     * @param report gets the report of the audit
     * @throws IOException if it has a store
     */
    static FileTarget open(Path folder, int keys, PrintStream report) throws IOException {
        ResourceStack opened = FileSource.lock(folder);
        try {
            requireEmpty(folder);
            return new FileTarget(folder, keys, report, opened);
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, STORE)) {
            for (Path file : files) {
                throw new IOException(
                        folder + " has a store: " + file.getFileName() + "; expected a data folder without one");
            }
        }
    }

    @Override
    public void header(Header header) {}

    @Override
    public void product(ProductLine product) {
        products.put(product.product(), new Start(product));
    }

    @Override
    public void change(ChangeLine change) throws IOException {
        changed++;
        Start start = products.get(change.name());
        if (change.price() != null) {
            start.isNew |= start.changedPrices.isEmpty() && start.product.started() == 0;
            start.changedPrices.add(change.price());
        }
        changes.add(new ProductChange(change.name(), change.price(), change.add()));
        if (changes.size() == CHANGES_AT_ONCE) {
            writeChanges();
        }
    }

    private void writeChanges() throws IOException {
        if (!changes.isEmpty()) {
            catalog.append(changes);
            changes.clear();
        }
    }

    @Override
    public void order(PlacedOrder order) throws IOException {
        Start start = products.get(order.name());
        if (start.price == null && !start.wasSet(order.price())) {
            start.price = order.price();
        }
        orders.append(new OrderLine(
                order.order(), order.name(), order.quantity(), order.price(), order.time(), order.key(), RESERVATION));
    }

    @Override
    public void end() throws IOException {
        writeChanges();
        OrderArchive.Extent extent = orders.extent();
        orders.close();
        List<Product> start = new ArrayList<>();
        List<Product> current = new ArrayList<>();
        for (Start product : products.values()) {
            ProductLine line = product.product;
            if (!product.isNew) {
                start.add(new Product(line.product(), product.price(), (int) line.started(), 1));
            }
            current.add(new Product(line.product(), line.price(), (int) line.quantity(), 1));
        }
        catalog.write(start, current, extent.log(), extent.last(), extent.digest(), changed);
        if (!Audit.run(temporary, keys, report)) {
            throw new IOException("the audit found a difference: nothing was imported into " + folder);
        }
        for (String name : CatalogArchive.names()) {
            move(temporary.resolve(name));
        }
        Storage.DISK.forceFolder(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary)) {
            for (Path file : files) {
                move(file);
            }
        }
        Storage.DISK.forceFolder(folder); // Commit
    }

    private void move(Path file) throws IOException {
        Storage.DISK.rename(file, folder.resolve(file.getFileName()));
    }

    private void deleteTemporary() throws IOException {
        if (Files.isDirectory(temporary)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(temporary);
        }
    }

    @Override
    public void close() throws IOException {
        try (opened) {
            orders.close();
            deleteTemporary();
        }
    }
}

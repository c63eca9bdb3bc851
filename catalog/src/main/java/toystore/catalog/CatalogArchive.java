package toystore.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import toystore.catalog.CatalogFile.Checkpoint;
import toystore.catalog.CatalogFile.ProductRecord;
import toystore.durable.AppendLog;
import toystore.durable.LogReader;
import toystore.durable.Storage;
import toystore.engine.ProductChange;
import toystore.wire.message.Constraints;
import toystore.wire.message.Product;

/**
 * The files of the catalog of a store whose services do not run: reads them, or writes new ones. Thread-safe.
 *
 * <p>It takes no lock; the caller has that of the folder.
 */
public final class CatalogArchive {
    private static final List<String> NAMES = List.of(CatalogFile.NAME, CatalogFile.START);

    private final Path folder;
    private final CatalogFile file;

    /** Receives the changes in the order of their numbers. */
    public interface Visitor {
        void change(long number, ProductChange change) throws IOException;
    }

    /** The files in a folder. */
    public CatalogArchive(Path folder) {
        this.folder = folder;
        this.file = new CatalogFile(Storage.DISK, folder, Constraints.MAX_PRICE_SCALE);
    }

    /** The names of the two files of products, in the order in which to move them into a folder. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The products of a starting catalog that a person wrote.
     *
     * @param toys its file; {@code null} for the one in the program
     * @param priceDigits digits that a price may have after the point: the flag --price-digits
     * @throws IllegalArgumentException if that is out of bounds
     */
    public static List<Product> startingCatalog(Path toys, int priceDigits) throws IOException {
        CatalogConfig.requirePriceDigits(priceDigits);
        return products(CatalogFile.readStarting(toys, priceDigits).stream());
    }

    /** The products that the store began with. */
    public List<Product> start() throws IOException {
        if (!Files.exists(folder.resolve(CatalogFile.START))) {
            throw new IOException(folder.resolve(CatalogFile.START)
                    + " is missing: the products that the store began with are not known");
        }
        return products(file.start().stream());
    }

    private static List<Product> products(Stream<ProductRecord> records) {
        return records.map(product -> new Product(
                        product.name(),
                        product.price(),
                        Constraints.stock((int) Math.min(Integer.MAX_VALUE, product.quantity())),
                        1))
                .toList();
    }

    /**
     * Reads all changes. An incomplete record at the end, which a crash has left, is none.
     *
     * @throws IOException if the log is damaged; the message names the place
     */
    public void changes(Visitor visitor) throws IOException {
        LogReader.scan(
                folder,
                ChangeLog.NAME,
                entry -> visitor.change(
                        entry.number(),
                        ChangeLog.parse(entry.json(), entry.number(), entry.file() + " at byte " + entry.offset())));
    }

    /** Creates the log of changes, or appends to it. Returns when they are on disk. */
    public void append(List<ProductChange> changes) throws IOException {
        try (ChangeLog log = ChangeLog.open(new AppendLog.Options(folder, ChangeLog.NAME), failure -> {})) {
            log.append(changes);
        }
    }

    /**
     * Writes the products.
     *
     * @param start those that the store began with
     * @param current those that it has
     * @param orderLog id of the order log
     * @param orders number of its last order
     * @param digest of the order log; {@code null} if it is empty
     * @param changes number of the last change
     */
    public void write(
            List<Product> start, List<Product> current, String orderLog, long orders, String digest, long changes)
            throws IOException {
        file.create(records(start), new Checkpoint(orderLog, orders, digest, changes, records(current)));
    }

    private static List<ProductRecord> records(List<Product> products) {
        return products.stream()
                .map(product -> new ProductRecord(product.name(), product.price(), (long) product.quantity()))
                .toList();
    }
}

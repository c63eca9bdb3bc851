package toystore.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import toystore.durable.DataFolder;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/**
 * The shelf in memory, written back to the catalog file: a sale is answered when the file has it.
 *
 * <p>Locks, in the order in which they are taken: the catalog's read-write lock, then the lock of one product. A sale
 * holds the catalog's read side, so that a snapshot, which holds the write side while it copies references, sees all
 * of a sale or nothing. The file has a lock of its own, taken when neither of those is held.
 */
final class FileShelf implements Shelf, Closeable {
    /** Bytes that the products of a page may take up in a message. */
    private static final int PAGE_BYTES = 60_000;
    /** At most: a product's JSON without its name. */
    private static final int PRODUCT_BYTES = 120;
    /** At most: what one {@code char} of a name takes up in UTF-8, or escaped. */
    private static final int CHAR_BYTES = 3;

    private final DataFolder folder;
    private final ReadWriteLock catalog = new ReentrantReadWriteLock();

    @GuardedBy("catalog")
    private final NavigableMap<String, Stock> stocks = new TreeMap<>();

    private final AtomicLong changes = new AtomicLong();
    private final ReentrantLock storing = new ReentrantLock();

    @GuardedBy("storing")
    private final CatalogFile file;

    @GuardedBy("storing")
    private long stored; // changes that the file has

    /** What the catalog was after so many changes. */
    private record Snapshot(long changes, List<Product> products) {}

    private FileShelf(DataFolder folder, CatalogFile file, List<Product> products) {
        this.folder = folder;
        this.file = file;
        products.forEach(product -> stocks.put(product.name(), new Stock(product)));
    }

    /**
     * Takes the folder and loads the catalog in it, or the starting one.
     *
     * @throws IOException if the folder cannot be used, or its file is no catalog; the message names the place
     */
    static FileShelf open(Path data) throws IOException {
        DataFolder folder = DataFolder.take(data, "catalog");
        try {
            CatalogFile file = new CatalogFile(folder.path());
            return new FileShelf(folder, file, file.load());
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    @Override
    public Optional<Product> find(String name) {
        catalog.readLock().lock();
        try {
            return Optional.ofNullable(stocks.get(name)).map(Stock::product);
        } finally {
            catalog.readLock().unlock();
        }
    }

    @Override
    public ProductPage list(String after, int limit) {
        List<Product> page = new ArrayList<>();
        int room = PAGE_BYTES;
        catalog.readLock().lock();
        try {
            for (Stock stock : (after == null ? stocks : stocks.tailMap(after, false)).values()) {
                Product product = stock.product();
                room -= PRODUCT_BYTES + CHAR_BYTES * product.name().length();
                if (page.size() == limit || room < 0) {
                    return new ProductPage(page, page.get(page.size() - 1).name());
                }
                page.add(product);
            }
        } finally {
            catalog.readLock().unlock();
        }
        return new ProductPage(page, null);
    }

    @Override
    public Product sell(String name, int quantity) throws RefusedException {
        Product sold;
        long change;
        catalog.readLock().lock();
        try {
            Stock stock = stocks.get(name);
            if (stock == null) {
                throw new RefusedException(Refusal.unknownProduct());
            }
            sold = stock.sell(quantity);
            change = changes.incrementAndGet();
        } finally {
            catalog.readLock().unlock();
        }
        try {
            store(change);
        } catch (IOException e) {
            throw new RefusedException(Refusal.notReady("the stock could not be stored: " + e.getMessage()));
        }
        return sold;
    }

    @Override
    public Totals totals() {
        catalog.readLock().lock();
        try {
            long units = stocks.values().stream()
                    .mapToLong(stock -> stock.product().quantity())
                    .sum();
            return new Totals(stocks.size(), units);
        } finally {
            catalog.readLock().unlock();
        }
    }

    @Override
    public void close() throws IOException {
        try (folder) {
            store(changes.get());
        }
    }

    /**
     * Brings the file up to the change. Those who wait for the lock while one writes mostly find, once they have it,
     * that the next one's snapshot had their change too. It is held across the write because it guards nothing else.
     */
    private void store(long change) throws IOException {
        storing.lock();
        try {
            if (stored < change) {
                Snapshot snapshot = snapshot();
                file.write(snapshot.products());
                stored = snapshot.changes();
            }
        } finally {
            storing.unlock();
        }
    }

    private Snapshot snapshot() {
        catalog.writeLock().lock();
        try {
            List<Product> products = new ArrayList<>(stocks.size());
            stocks.values().forEach(stock -> products.add(stock.product()));
            return new Snapshot(changes.get(), products);
        } finally {
            catalog.writeLock().unlock();
        }
    }
}

package toystore.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.durable.AppendLog;
import toystore.durable.DataFolder;
import toystore.durable.Storage;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Counted;
import toystore.wire.message.Opened;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.Sale;
import toystore.wire.message.SoldOrder;
import toystore.wire.message.Stored;
import toystore.wire.net.ResourceStack;

/**
 * The shelf in memory. What it counts can be had again from its files and the order log, so nothing is written when
 * units are reserved or orders counted: the catalog file is a checkpoint, and only changes have a log of their own.
 *
 * <p>Locks, in the order in which they are taken:
 *
 * <ol>
 *   <li>{@code changing}: one change after the other. Held while the change log is forced, because it guards nothing
 *       that anybody else waits for.
 *   <li>{@code ledger}: what is counted. Held by whoever counts orders or changes, and by a checkpoint while it copies
 *       references; who reserves does not need it, so a checkpoint is in nobody's way.
 *   <li>{@code catalog}, a read-write lock: which products there are, and which epoch stands. Who reserves holds its
 *       read side, so an epoch does not end in the middle of that.
 *   <li>the lock of one {@link Stock}.
 * </ol>
 */
final class FileShelf implements Shelf, Closeable {
    private static final Logger log = LoggerFactory.getLogger(FileShelf.class);
    /** A write that takes longer will take longer still. */
    private static final Duration LONGEST_WRITE = Duration.ofSeconds(1);
    /** Less than the frontend waits. */
    private static final Duration CHANGE_DEADLINE = Duration.ofSeconds(4);

    private final DataFolder folder;
    private final CatalogFile file;
    private final ChangeLog changes;
    private final ReentrantLock changing = new ReentrantLock();
    private final ReentrantLock ledger = new ReentrantLock();
    private final ReadWriteLock catalog = new ReentrantReadWriteLock();
    private final Watchers watchers = new Watchers();
    /** Of all products: the time in microseconds, so that no version was given in an earlier run, unless a clock was set back. */
    private final long firstVersion = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());

    @GuardedBy("catalog")
    private final NavigableMap<String, Stock> stocks = new TreeMap<>();

    @GuardedBy("catalog")
    private final Reservations reservations =
            new Reservations(() -> UUID.randomUUID().toString().substring(0, 13));

    @GuardedBy("ledger")
    private String orderLog; // null as long as it follows none

    @GuardedBy("ledger")
    private long asOf;

    @GuardedBy("ledger")
    private String digest; // of the order log up to asOf; null if that is 0

    @GuardedBy("ledger")
    private long changesCounted;

    private FileShelf(DataFolder folder, CatalogFile file, ChangeLog changes, Checkpoint checkpoint) {
        this.folder = folder;
        this.file = file;
        this.changes = changes;
        this.orderLog = checkpoint.orderLog();
        this.asOf = checkpoint.asOf();
        this.digest = checkpoint.digest();
        this.changesCounted = checkpoint.changes();
        checkpoint.products().forEach(item -> stocks.put(item.name(), newStock(item)));
    }

    /**
     * Takes the folder and loads the catalog in it, or the starting one.
     *
     * @param priceDigits digits that a price of the starting catalog may have after the point
     * @param onFailure told once, if changes cannot be written any more
     * @throws IOException if the folder cannot be used, or its files are no catalog; the message names the place
     */
    static FileShelf open(Storage storage, Path data, int priceDigits, Consumer<IOException> onFailure)
            throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            DataFolder folder = opened.add(DataFolder.take(storage, data, "catalog"));
            CatalogFile file = new CatalogFile(storage, folder.path(), priceDigits);
            Checkpoint checkpoint = file.load();
            ChangeLog changes = opened.add(ChangeLog.open(
                    new AppendLog.Options(storage, folder.path(), ChangeLog.NAME, AppendLog.Options.SEGMENT_BYTES),
                    onFailure));
            FileShelf shelf = new FileShelf(folder, file, changes, checkpoint);
            shelf.countChangesInLog();
            if (!file.isSound()) {
                shelf.store();
            }
            opened.release();
            return shelf;
        }
    }

    @Override
    public Optional<Product> find(String name) {
        catalog.readLock().lock();
        try {
            return Optional.ofNullable(stocks.get(name)).map(Stock::forSale);
        } finally {
            catalog.readLock().unlock();
        }
    }

    @Override
    public ProductPage list(String after, int limit) {
        List<Product> page = new ArrayList<>();
        int room = Pages.BYTES;
        catalog.readLock().lock();
        try {
            for (Stock stock : (after == null ? stocks : stocks.tailMap(after, false)).values()) {
                Product product = stock.forSale();
                room -= Pages.bytesOf(product);
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
    public Sale reserve(CatalogRequest.Post order) throws RefusedException {
        catalog.readLock().lock();
        try {
            reservations.requireServed(order.epoch());
            Stock stock = stocks.get(order.name());
            if (stock == null) {
                throw new RefusedException(Refusal.unknownProduct());
            }
            Product left = stock.reserve(order.quantity());
            reservations.hold(order.reservation(), stock, order.quantity());
            return new Sale(left.price(), left.quantity(), left.version());
        } finally {
            catalog.readLock().unlock();
        }
    }

    @Override
    public Counted position() {
        ledger.lock();
        try {
            return new Counted(asOf);
        } finally {
            ledger.unlock();
        }
    }

    @Override
    public Opened open(CatalogRequest.Open open) throws RefusedException {
        ledger.lock();
        try {
            requireSameHistory(open);
            catalog.writeLock().lock();
            try {
                return new Opened(reservations.open(), asOf);
            } finally {
                catalog.writeLock().unlock();
            }
        } finally {
            ledger.unlock();
        }
    }

    @Override
    public Counted count(CatalogRequest.Sold sold) throws RefusedException {
        ledger.lock();
        try {
            catalog.readLock().lock();
            try {
                reservations.requireCurrent(sold.epoch());
                for (SoldOrder order : sold.orders()) {
                    count(order);
                }
                return new Counted(asOf);
            } finally {
                catalog.readLock().unlock();
            }
        } finally {
            ledger.unlock();
        }
    }

    @Override
    public Counted serve(String epoch, long head) throws RefusedException {
        ledger.lock();
        try {
            catalog.writeLock().lock();
            try {
                reservations.requireCurrent(epoch);
                if (asOf != head) {
                    throw new RefusedException(Refusal.stale(
                            "orders up to " + asOf + " are counted, not up to " + head + " as for the epoch"));
                }
                reservations.serve();
                return new Counted(asOf);
            } finally {
                catalog.writeLock().unlock();
            }
        } finally {
            ledger.unlock();
        }
    }

    @Override
    public List<Stored> change(List<Change> wanted) throws RefusedException {
        lockChanging();
        try {
            Set<String> made = new HashSet<>();
            for (Change change : wanted) {
                if (check(change)) {
                    made.add(change.name());
                }
            }
            changes.append(wanted); // Commit
            count(wanted);
            return stored(wanted, made);
        } catch (IOException e) {
            throw new RefusedException(
                    Refusal.notReady("it is not known whether the change was stored: " + e.getMessage()));
        } finally {
            changing.unlock();
        }
    }

    @Override
    public List<Product> soldOut() {
        catalog.readLock().lock();
        try {
            return stocks.values().stream()
                    .map(Stock::forSale)
                    .filter(product -> product.quantity() == 0)
                    .toList();
        } finally {
            catalog.readLock().unlock();
        }
    }

    @Override
    public Totals totals() {
        ledger.lock();
        try {
            catalog.readLock().lock();
            try {
                long units = stocks.values().stream()
                        .mapToLong(stock -> stock.forSale().quantity())
                        .sum();
                return new Totals(stocks.size(), units, reservations.count(), asOf, reservations.isServed());
            } finally {
                catalog.readLock().unlock();
            }
        } finally {
            ledger.unlock();
        }
    }

    @Override
    public ReplyStream watch() {
        return watchers.add();
    }

    private Stock newStock(Item item) {
        return new Stock(item, firstVersion, watchers);
    }

    /** How much has been counted since the beginning: grows with every order and every change. */
    long progress() {
        ledger.lock();
        try {
            return asOf + changesCounted;
        } finally {
            ledger.unlock();
        }
    }

    /** Brings the catalog file up to date. By one thread at a time. */
    void store() throws IOException {
        file.write(checkpoint());
    }

    private Checkpoint checkpoint() {
        ledger.lock();
        try {
            catalog.readLock().lock();
            try {
                List<Item> products = new ArrayList<>(stocks.size());
                stocks.values().forEach(stock -> products.add(stock.counted()));
                return new Checkpoint(orderLog, asOf, digest, changesCounted, products);
            } finally {
                catalog.readLock().unlock();
            }
        } finally {
            ledger.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        try (folder) {
            changes.close();
        }
    }

    /** Refuses another log than the one that it follows, and one that does not begin with the orders that it counts. */
    @GuardedBy("ledger")
    private void requireSameHistory(CatalogRequest.Open open) throws RefusedException {
        if (orderLog != null && !orderLog.equals(open.log())) {
            throw new RefusedException(Refusal.stale(file + " follows order log " + orderLog + ", and this is order"
                    + " log " + open.log() + ": give both services the files that belong together, or begin anew with"
                    + " ./toystore reset"));
        }
        if (open.head() < asOf) {
            throw new RefusedException(Refusal.stale("order log " + open.log() + " ends with order " + open.head()
                    + ", but " + file + " counts the orders up to " + asOf
                    + ": the end of the log is missing. Put it back; or, to go on without those orders, stop both services and"
                    + " delete " + file + ": it is made again from the log"));
        }
        if (open.asOf() != asOf) {
            throw new RefusedException(Refusal.stale("order " + asOf + " is the last one that " + file
                    + " counts, not order " + open.asOf()
                    + ": another orders process has told it of orders, or an earlier message came late"));
        }
        if (asOf > 0 && !open.digest().equals(digest)) {
            throw new RefusedException(Refusal.stale("order log " + orderLog + " has another history than the one that "
                    + file + " follows: up to order " + asOf + " its digest is " + open.digest() + ", not " + digest
                    + ". It is a copy, or an older state, that was written to since; use the log that belongs to "
                    + file));
        }
        if (orderLog == null) {
            log.info("{} follows order log {} from now on", file, open.log());
            orderLog = open.log();
        }
    }

    @GuardedBy("ledger")
    private void count(SoldOrder order) throws RefusedException {
        if (order.number() <= asOf) {
            return; // told again, because the answer to the first time was lost
        }
        Stock stock = stocks.get(order.name());
        if (order.number() != asOf + 1 || stock == null) {
            throw new RefusedException(Refusal.stale("order " + order.number() + " of " + order.name()
                    + (stock == null ? ", which is no product here," : "") + " came behind order " + asOf));
        }
        stock.sell(order.quantity(), reservations.take(order.reservation()));
        asOf = order.number();
        digest = order.digest();
    }

    /** Not behind a disk that hangs: those who ask would wait for nothing, each with a thread. */
    private void lockChanging() throws RefusedException {
        try {
            if (changes.stalled().compareTo(LONGEST_WRITE) < 0
                    && changing.tryLock(CHANGE_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new RefusedException(
                Refusal.notReady("no product can be changed now: the disk is still busy with another change"));
    }

    /** Refuses what is not allowed; says whether it would make a new product. */
    private boolean check(Change change) throws RefusedException {
        catalog.readLock().lock();
        try {
            Stock stock = stocks.get(change.name());
            if (stock != null) {
                stock.check(change);
            } else if (change.price() == null) {
                throw new RefusedException(Refusal.unknownProduct());
            }
            return stock == null;
        } finally {
            catalog.readLock().unlock();
        }
    }

    private List<Stored> stored(List<Change> changed, Set<String> made) {
        catalog.readLock().lock();
        try {
            return changed.stream()
                    .map(change -> stocks.get(change.name()).forSale())
                    .map(product -> new Stored(product, made.contains(product.name())))
                    .toList();
        } finally {
            catalog.readLock().unlock();
        }
    }

    /** Counts the changes that are in their log and that the checkpoint does not have. */
    private void countChangesInLog() throws IOException {
        ledger.lock();
        try {
            if (changesCounted > changes.last()) {
                throw new IOException(file + " counts " + changesCounted + " changes, but their log ends with change "
                        + changes.last() + ": its end is missing");
            }
            while (changesCounted < changes.last()) {
                count(List.of(changes.read(changesCounted + 1)));
            }
        } finally {
            ledger.unlock();
        }
    }

    /** Counts the next changes of the log. */
    private void count(List<Change> next) {
        ledger.lock();
        try {
            next.forEach(this::count);
            changesCounted += next.size();
        } finally {
            ledger.unlock();
        }
    }

    private void count(Change change) {
        catalog.writeLock().lock();
        try {
            Stock stock = stocks.get(change.name());
            if (stock == null) {
                stocks.put(change.name(), newStock(change.item()));
            } else {
                stock.change(change);
            }
        } finally {
            catalog.writeLock().unlock();
        }
    }
}

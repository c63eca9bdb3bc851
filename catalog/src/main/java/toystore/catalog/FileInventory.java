package toystore.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.catalog.CatalogFile.Checkpoint;
import toystore.catalog.CatalogFile.ProductRecord;
import toystore.common.ResourceStack;
import toystore.durable.AppendLog;
import toystore.durable.DataFolder;
import toystore.durable.Storage;
import toystore.engine.Inventory;
import toystore.engine.NameOrder;
import toystore.engine.ProductChange;
import toystore.engine.Watchers;
import toystore.service.MetricSample;
import toystore.wire.codec.PageSize;
import toystore.wire.message.CatalogPosition;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.PutReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.ReserveReply;
import toystore.wire.message.TrafficStats;

/**
 * The inventory of the engine over files: in memory, with a checkpoint and a log of changes on disk. Thread-safe.
 *
 * <p>The stock can be computed again from the catalog's files and the order log. So neither a reservation nor an
 * applied order writes to the disk: {@link CatalogFile} is a checkpoint, and only changes have a log of their own.
 *
 * <p>Locks, in the order in which a thread takes them. No lock is held during a disk write.
 *
 * <ol>
 *   <li>The monitor of the inventory: the epoch, and the positions in the order log and in the change log. A checkpoint
 *       holds it while it copies references to the products.
 *   <li>The monitor of one {@link StockItem}: its price, its stock and its reserved units.
 * </ol>
 *
 * <p>Queries and reservations take the second one only, so that neither a checkpoint nor an applied order delays them.
 */
final class FileInventory implements Inventory {
    private static final Logger log = LoggerFactory.getLogger(FileInventory.class);
    /** After a write has taken this long, no further change waits for the disk. */
    private static final Duration MAX_STALL = Duration.ofSeconds(1);
    /** Less than the frontend waits for a reply. */
    private static final Duration CHANGE_TIMEOUT = Duration.ofSeconds(4);

    private final DataFolder folder;
    private final CatalogFile file;
    private final ChangeLog changeLog;
    private final Checkpointer checkpointer;
    private final Watchers<StockItem> watchers = new Watchers<>(new Items());
    /** The products by name. Two maps, because a hash map finds one of a million products several times faster. */
    private final Map<String, StockItem> items = new ConcurrentHashMap<>();

    private final NavigableMap<String, StockItem> itemsInOrder = new ConcurrentSkipListMap<>(NameOrder.BY_CODE_POINT);
    /** Microseconds since 1970: higher than every version of an earlier run, unless the clock was set back. */
    private final long firstVersion = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());

    private final Reservations reservations = new Reservations();
    /** Held by the one change that is checked, written and applied. Guards no field; only other changes wait for it. */
    private final Semaphore changeTurn = new Semaphore(1);

    @GuardedBy("this")
    private String orderLog; // null until an order log opens the first epoch

    @GuardedBy("this")
    private long asOf; // number of the last order applied

    @GuardedBy("this")
    private String digest; // of the order log up to asOf; null if that is 0

    @GuardedBy("this")
    private long changesApplied;

    @GuardedBy("this")
    private long epochs; // opened since the start

    private volatile Instant lastCheckpoint; // null before the first; written by the thread that writes it, read by all

    private FileInventory(
            DataFolder folder,
            CatalogFile file,
            ChangeLog changeLog,
            Checkpoint checkpoint,
            Checkpointer.Schedule schedule) {
        this.folder = folder;
        this.file = file;
        this.changeLog = changeLog;
        this.orderLog = checkpoint.orderLog();
        this.asOf = checkpoint.asOf();
        this.digest = checkpoint.digest();
        this.changesApplied = checkpoint.changes();
        checkpoint.products().forEach(this::add);
        this.checkpointer = new Checkpointer(this, schedule);
    }

    /**
     * Locks the data folder and loads the catalog in it, or a starting catalog.
     *
     * @param priceDigits digits that a price of a starting catalog may have after the point
     * @param schedule of the checkpoints
     * @param onFailure called once, if changes can no longer be written
     * @throws IOException if the folder cannot be used, or a file in it is not valid; the message names the place
     */
    static FileInventory open(
            Storage storage,
            Path data,
            int priceDigits,
            Checkpointer.Schedule schedule,
            Consumer<IOException> onFailure)
            throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            DataFolder folder = opened.add(DataFolder.take(storage, data, "catalog"));
            CatalogFile file = new CatalogFile(storage, folder.path(), priceDigits);
            Checkpoint checkpoint = file.load();
            ChangeLog changeLog = opened.add(ChangeLog.open(
                    new AppendLog.Options(storage, folder.path(), ChangeLog.NAME, AppendLog.Options.SEGMENT_BYTES),
                    onFailure));
            FileInventory inventory = new FileInventory(folder, file, changeLog, checkpoint, schedule);
            inventory.applyChangesSince(checkpoint.changes());
            if (!file.isUpToDate()) {
                inventory.writeCheckpoint();
            }
            opened.release();
            return inventory;
        }
    }

    @Override
    public void start() {
        checkpointer.start();
    }

    /** Writes a last checkpoint, and closes the files. */
    @Override
    public void close() throws IOException {
        try (folder;
                changeLog) {
            checkpointer.close();
        }
    }

    @Override
    public Product find(String name) throws RefusedException {
        return item(name).product();
    }

    @Override
    public ProductPage list(String prefix, String after, int limit) {
        String begin = prefix == null ? "" : prefix;
        boolean inside = after != null
                && NameOrder.BY_CODE_POINT.compare(after, begin) >= 0; // else the page begins with the prefix
        List<Product> page = new ArrayList<>();
        PageSize size = new PageSize(PRODUCT_BYTES);
        for (StockItem item :
                itemsInOrder.tailMap(inside ? after : begin, !inside).values()) {
            Product product = item.product();
            if (!product.name().startsWith(begin)) {
                break; // names with one prefix follow each other
            }
            if (page.size() == limit || !size.hasRoom()) {
                return new ProductPage(page, page.get(page.size() - 1).name());
            }
            size.add(product.name());
            page.add(product);
        }
        return new ProductPage(page, null);
    }

    @Override
    public ReplyStream watch() throws RefusedException {
        return watchers.add();
    }

    /** Reservations, and the order feed. */
    @Override
    public Reply synchronize(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Reserve reserve) {
            return reserve(reserve);
        }
        if (request instanceof CatalogRequest.Apply apply) {
            return apply(apply);
        }
        if (request instanceof CatalogRequest.Open open) {
            return open(open);
        }
        if (request instanceof CatalogRequest.Position) {
            return position();
        }
        if (request instanceof CatalogRequest.Activate activate) {
            return activate(activate);
        }
        throw new RefusedException(
                Refusal.notUnderstood("this catalog keeps its products in files, but orders keeps its"
                        + " orders in a database; start both with the same --db, or both without"));
    }

    @Override
    public CatalogStats stats(long uptimeSeconds, TrafficStats traffic) {
        long units = items.values().stream().mapToLong(StockItem::available).sum();
        synchronized (this) {
            return new CatalogStats(
                    uptimeSeconds,
                    items.size(),
                    units,
                    reservations.count(),
                    asOf,
                    reservations.areActive(),
                    null,
                    epochs == 0 ? null : reservations.epoch(),
                    epochs,
                    lastCheckpoint,
                    traffic);
        }
    }

    @Override
    public List<MetricSample> samples(CatalogStats stats) {
        List<MetricSample> samples = new ArrayList<>();
        samples.add(new MetricSample(
                "toystore_catalog_reservations",
                "Reservations of orders that are not applied yet.",
                stats.reservations()));
        samples.add(new MetricSample(
                "toystore_catalog_orders_applied", "Number of the last order applied to the stock.", stats.asOf()));
        samples.add(new MetricSample(
                "toystore_catalog_epochs_total", "Epochs opened by orders since the start.", stats.epochs()));
        if (stats.lastCheckpoint() != null) {
            samples.add(new MetricSample(
                    "toystore_catalog_checkpoint_timestamp_seconds",
                    "Time of the last checkpoint since the start, in seconds since 1970.",
                    stats.lastCheckpoint().toEpochMilli() / 1000.0));
        }
        return samples;
    }

    /**
     * Reserves units of a product: all of them or none.
     *
     * @throws RefusedException if the product does not exist, has too few units, or the epoch is not active
     */
    ReserveReply reserve(CatalogRequest.Reserve request) throws RefusedException {
        StockItem item = item(request.name());
        synchronized (item) { // nobody sees the units of a reservation that add() refuses
            reservations.requireActive(request.epoch());
            ReserveReply reply = item.reserve(request.quantity());
            reservations.add(request, item);
            return reply;
        }
    }

    synchronized CatalogPosition position() {
        return new CatalogPosition(asOf);
    }

    /** Opens an epoch for the orders of a log. From now on, reservations under older epochs are refused. */
    synchronized OpenReply open(CatalogRequest.Open request) throws RefusedException {
        requireSameHistory(request);
        if (orderLog == null) {
            log.info("{} follows order log {} from now on", file, request.log());
            orderLog = request.log();
        }
        epochs++;
        return new OpenReply(reservations.open(), asOf);
    }

    /** Applies orders that are in the log. An order that is already applied has no effect. */
    synchronized CatalogPosition apply(CatalogRequest.Apply request) throws RefusedException {
        reservations.requireCurrent(request.epoch());
        for (CommittedOrder order : request.orders()) {
            if (order.number() > asOf) {
                apply(order);
            }
        }
        return new CatalogPosition(asOf);
    }

    /** Activates the epoch: it can reserve from now on, and the reservations of older epochs are released. */
    synchronized CatalogPosition activate(CatalogRequest.Activate request) throws RefusedException {
        reservations.requireCurrent(request.epoch());
        if (asOf != request.head()) {
            throw new RefusedException(Refusal.stale("the epoch begins after order " + request.head()
                    + ", but the catalog has applied the orders up to " + asOf));
        }
        reservations.activate();
        return new CatalogPosition(asOf);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Units that a change takes from the stock are reserved before its line is written: an order that is placed
     * meanwhile cannot get them. They stay reserved if it is not known whether the line was written, because the
     * change exists after the next start then.
     */
    @Override
    public List<PutReply> change(List<ProductChange> changes) throws RefusedException {
        awaitChangeTurn();
        try {
            Set<String> created = new HashSet<>();
            for (ProductChange change : changes) {
                if (requireAllowed(change) == null) {
                    created.add(change.name());
                }
            }
            reserveTaken(changes);
            changeLog.append(changes); // Commit
            List<PutReply> replies = new ArrayList<>(changes.size());
            for (ProductChange change : changes) {
                StockItem item = apply(change, change.taken());
                replies.add(new PutReply(item.product(), created.contains(change.name())));
            }
            return replies;
        } catch (IOException e) {
            throw new RefusedException(
                    Refusal.notReady("it is not known whether the change was stored: " + e.getMessage()));
        } finally {
            changeTurn.release();
        }
    }

    @Override
    public List<Product> restock(int units) throws RefusedException {
        List<ProductChange> changes = itemsInOrder.values().stream()
                .map(StockItem::product)
                .filter(product -> product.quantity() == 0)
                .map(product -> new ProductChange(product.name(), null, units))
                .toList();
        return changes.isEmpty()
                ? List.of()
                : change(changes).stream().map(PutReply::product).toList();
    }

    /** The number of orders and changes applied since the store began. */
    synchronized long progress() {
        return asOf + changesApplied;
    }

    /** Replaces the catalog file by a checkpoint of this moment. For one thread at a time. */
    void writeCheckpoint() throws IOException {
        file.write(checkpoint());
        lastCheckpoint = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private synchronized Checkpoint checkpoint() {
        List<ProductRecord> products = new ArrayList<>(items.size());
        itemsInOrder.values().forEach(item -> products.add(item.record()));
        return new Checkpoint(orderLog, asOf, digest, changesApplied, products);
    }

    private StockItem item(String name) throws RefusedException {
        StockItem item = items.get(name);
        if (item == null) {
            throw new RefusedException(Refusal.unknownProduct());
        }
        return item;
    }

    /** Refuses another log than that of the applied orders, and another history of it. */
    @GuardedBy("this")
    private void requireSameHistory(CatalogRequest.Open open) throws RefusedException {
        if (orderLog != null && !orderLog.equals(open.log())) {
            throw new RefusedException(Refusal.stale(file + " follows order log " + orderLog
                    + ", but the orders process has order log " + open.log()
                    + ": start both services on files that belong together, or start over with ./toystore reset"));
        }
        if (open.head() < asOf) {
            throw new RefusedException(Refusal.stale("order log " + open.log() + " ends with order " + open.head()
                    + ", but " + file + " contains the orders up to " + asOf
                    + ": the end of the log is missing. Restore the log; or, to continue without those orders, "
                    + "stop both"
                    + " services and delete " + file + ": the catalog rebuilds it from the log"));
        }
        if (open.asOf() != asOf) {
            throw new RefusedException(Refusal.stale("order " + asOf + " is the last one that " + file
                    + " contains, not order " + open.asOf()
                    + ": another orders process has sent orders, or an earlier message arrived late"));
        }
        if (asOf > 0 && !open.digest().equals(digest)) {
            throw new RefusedException(Refusal.stale("order log " + orderLog + " has another history than the one that "
                    + file + " follows: up to order " + asOf + " its digest is " + open.digest() + ", not " + digest
                    + ". It is a copy or an older state of the log, with other orders added since; use the log "
                    + "that belongs"
                    + " to " + file));
        }
    }

    @GuardedBy("this")
    private void apply(CommittedOrder order) throws RefusedException {
        StockItem item = items.get(order.name());
        if (order.number() != asOf + 1 || item == null) {
            throw new RefusedException(Refusal.stale("order " + order.number() + " of " + order.name()
                    + (item == null ? ", which is not a product of this store," : "") + " came after order " + asOf));
        }
        item.apply(order.quantity(), reservations.remove(order.reservation()));
        asOf = order.number();
        digest = order.digest();
    }

    /** Refuses a change while the disk does not respond: each waiting change would block a thread. */
    private void awaitChangeTurn() throws RefusedException {
        try {
            if (changeLog.stalled().compareTo(MAX_STALL) < 0
                    && changeTurn.tryAcquire(CHANGE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new RefusedException(
                Refusal.notReady("no product can be changed now: the disk is still busy with another change"));
    }

    /** Refuses a change that is not allowed. Returns the product that it changes, {@code null} if it adds a new one. */
    private StockItem requireAllowed(ProductChange change) throws RefusedException {
        StockItem item = items.get(change.name());
        if (item == null) {
            change.requireNew();
        } else {
            item.requireRoomFor(change);
        }
        if (change.taken() > 0 && !reservations.areActive()) {
            throw new RefusedException(Refusal.notReady("no units can be taken from the stock now: the catalog waits"
                    + " for the orders that it has not applied yet"));
        }
        return item;
    }

    /**
     * Reserves the units that the changes take: all of them or none.
     *
     * <p>Since an epoch was active, all orders are applied or have a reservation. So the units that are available now
     * are not sold, even if the epoch ends in this moment.
     */
    private void reserveTaken(List<ProductChange> changes) throws RefusedException {
        List<ProductChange> reserved = new ArrayList<>();
        try {
            for (ProductChange change : changes) {
                if (change.taken() > 0) {
                    item(change.name()).reserveFor(change);
                    reserved.add(change);
                }
            }
        } catch (RefusedException e) {
            for (ProductChange change : reserved) {
                item(change.name()).release(change.taken());
            }
            throw e;
        }
    }

    private void applyChangesSince(long applied) throws IOException {
        if (applied > changeLog.last()) {
            throw new IOException(file + " contains the changes up to " + applied + ", but their log ends with change "
                    + changeLog.last() + ": its end is missing");
        }
        for (long number = applied + 1; number <= changeLog.last(); number++) {
            ProductChange change = changeLog.read(number);
            try {
                apply(change, 0);
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        "change " + number + " of " + change.name() + " cannot be applied to the products of " + file
                                + ": " + e.getMessage() + "; the change log does not belong to them",
                        e);
            }
        }
    }

    /**
     * Applies the next change of the log.
     *
     * <p>When changes are applied again, orders that came before them may be missing: then the stock is higher than it
     * was, so that it does not get below zero. A change that was not applied yet when the checkpoint was made had its
     * units reserved: the orders in the checkpoint have left them.
     *
     * @param reservedUnits the units that are reserved for it
     */
    private synchronized StockItem apply(ProductChange change, int reservedUnits) {
        changesApplied++;
        StockItem item = items.get(change.name());
        if (item == null) {
            return add(new ProductRecord(change.name(), change.price(), (long) change.add()));
        }
        item.apply(change, reservedUnits);
        return item;
    }

    private StockItem add(ProductRecord product) {
        StockItem item = new StockItem(product, firstVersion, watchers);
        items.put(product.name(), item);
        itemsInOrder.put(product.name(), item);
        return item;
    }

    /** What the watch streams report. */
    private static final class Items implements Watchers.Source<StockItem> {
        @Override
        public Product product(StockItem item) {
            return item.product();
        }

        @Override
        public String name(StockItem item) {
            return item.product().name();
        }
    }

    /**
     * The reservations whose orders are not applied yet, and the epoch under which units can be reserved. In memory
     * only: both end with the process. Thread-safe; {@link #open} and {@link #activate} must not run concurrently.
     *
     * <p>A reservation does not wait for a change of the epoch. It is stored first and compared with the epoch then;
     * the epoch changes first and the reservations of older ones are released then. So if an epoch ends during a
     * reservation, at least one side sees the other. The one that removes the reservation from the map releases its
     * units.
     */
    private static final class Reservations {
        private record Epoch(String name, boolean active) {}

        private record Reservation(String epoch, StockItem item, int quantity) {}

        private final Map<String, Reservation> reservations = new ConcurrentHashMap<>();
        private volatile Epoch epoch = new Epoch("none", false); // volatile: reservations read it without a lock

        /** Begins an epoch with a new random name. It is not active before all orders of older epochs are applied. */
        String open() {
            epoch = new Epoch(UUID.randomUUID().toString().substring(0, 13), false);
            return epoch.name();
        }

        /** All orders of older epochs are applied, so their remaining reservations will never become orders. */
        void activate() {
            String active = epoch.name();
            reservations.forEach((name, reservation) -> {
                if (!reservation.epoch().equals(active)) {
                    release(name, reservation);
                }
            });
            epoch = new Epoch(active, true);
        }

        /** The name of the current epoch. */
        String epoch() {
            return epoch.name();
        }

        boolean areActive() {
            return epoch.active();
        }

        int count() {
            return reservations.size();
        }

        void requireCurrent(String claimed) throws RefusedException {
            requireCurrent(epoch, claimed);
        }

        void requireActive(String claimed) throws RefusedException {
            Epoch current = epoch;
            requireCurrent(current, claimed);
            if (!current.active()) {
                throw new RefusedException(Refusal.stale("epoch " + claimed + " is not ready yet"));
            }
        }

        private static void requireCurrent(Epoch current, String claimed) throws RefusedException {
            if (!current.name().equals(claimed)) {
                throw new RefusedException(Refusal.stale("epoch " + claimed + " is over; now it is " + current.name()));
            }
        }

        /** Stores a reservation of units that the product has already reserved. Releases them if it is refused. */
        void add(CatalogRequest.Reserve request, StockItem item) throws RefusedException {
            Reservation reservation = new Reservation(request.epoch(), item, request.quantity());
            if (reservations.putIfAbsent(request.reservation(), reservation) != null) {
                item.release(request.quantity());
                throw new RefusedException(
                        Refusal.notUnderstood("reservation " + request.reservation() + " exists already"));
            }
            Epoch current = epoch; // read after the reservation is stored
            if (!current.name().equals(request.epoch())) {
                release(request.reservation(), reservation);
                requireCurrent(current, request.epoch());
            }
        }

        /** Removes the reservation of an order that is being applied. Returns its units, 0 if there is none. */
        int remove(String name) {
            Reservation removed = reservations.remove(name);
            return removed == null ? 0 : removed.quantity();
        }

        private void release(String name, Reservation reservation) {
            if (reservations.remove(name, reservation)) {
                reservation.item().release(reservation.quantity());
            }
        }
    }
}

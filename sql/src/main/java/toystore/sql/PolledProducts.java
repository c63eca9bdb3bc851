package toystore.sql;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.BackgroundLoop;
import toystore.common.log.Outage;
import toystore.engine.Watchers;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReplyStream;

/**
 * The products that were asked for lately, in memory, reread from the primary twice a second. Thread-safe.
 *
 * <p>How old a product can be. Its age counts from before the read was sent that has found it.
 *
 * <pre>
 *   a product that {@link #find} returns              1 s
 *   at a frontend with a watch                        0.5 s + the time of a reread + some milliseconds
 *     while rereads fail or hang                      0.95 s + some milliseconds: then the streams end
 *     whose catalog is frozen meanwhile               1 s more: the time for which a frontend bears its silence
 * </pre>
 *
 * <p>So that a frontend has nothing whose changes nobody reads: an entry is made before its product is read, so that
 * each reread from then on has it. When an entry is dropped, or a product is read without one, the product is marked
 * after the frontend's request has arrived; the watch streams tell the frontends to forget it. A frontend makes its own
 * entry before it sends the request, so it forgets also a product whose reply is still on its way.
 *
 * <p>A version replaces only lower ones: reads, orders and changes of this cell arrive in any order. If reads find only
 * lower versions for half a minute, or another product with the same version, the database was set back, and the product
 * is dropped.
 */
final class PolledProducts implements Watchers.Source<String>, Closeable {
    /** No product that is older is returned. */
    static final Duration MAX_AGE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(PolledProducts.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofMillis(50);
    private static final long MAX_AGE_NANOS = MAX_AGE.toNanos();
    /** A watch stream ends when the last reread was sent so long ago. */
    private static final long MAX_WATCH_NANOS = Duration.ofMillis(950).toNanos();
    /** A reread that takes longer is taken for a failure. */
    private static final long MAX_SILENCE_NANOS = Duration.ofMillis(1500).toNanos();
    /** The time in which the database is to reply to a read. */
    private static final Duration READ_TIMEOUT = Duration.ofMillis(1500);

    private final Database database;
    private final Schema schema;
    private final Limits limits;
    private final ReadLane lane;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Watchers<String> watchers = new Watchers<>(this);
    private final BackgroundLoop loop = new BackgroundLoop("products-poll", Duration.ZERO, this::reread);

    private final Outage outage = new Outage(); // of the loop's thread, as is the next one

    private Schema.Store known; // the first one that was found; of the loop's thread
    private volatile Schema.Store store; // written by the loop's thread, as are the next two; null before it is known
    private volatile long reread = System.nanoTime() - MAX_SILENCE_NANOS; // when the last one that succeeded was sent
    private volatile String problem; // of the last reread; null if it succeeded

    /**
     * What is reread.
     *
     * @param products at once, at most; others are read for each query
     * @param idle a product that nobody has asked for in this time is dropped
     * @param setBack a product of which only lower versions are found in this time is dropped; a primary that was
     *     replaced may have them for some seconds, before it has lost its standbys
     */
    record Limits(int products, Duration idle, Duration setBack) {
        static final Limits DEFAULT = new Limits(10_000, Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    /** A product that was asked for lately. */
    private static final class Entry {
        private volatile long asked; // when, on the clock of System.nanoTime()
        private volatile State state; // null before the first read; written under the lock, read without it

        @GuardedBy("this")
        private long since; // when this version was known

        @GuardedBy("this")
        private long lower; // when a read that began after that found a lower version first; 0 if none did

        Entry(long now) {
            this.asked = now;
        }

        /** Takes in a product that was read, by a statement that was sent then. Returns what has become of it. */
        synchronized Change take(Product product, long sent, Duration setBack) {
            State old = state;
            if (old == null || product.version() > old.product.version()) {
                since = System.nanoTime();
                lower = 0;
                state = new State(product, old == null ? sent : later(sent, old.asOf));
                return old == null ? Change.NONE : Change.NEWER;
            }
            if (sent - since > 0) {
                if (product.version() < old.product.version()) {
                    lower = lower == 0 ? sent : lower;
                    return sent - lower > setBack.toNanos() ? Change.SET_BACK : Change.NONE;
                }
                if (!isSame(product, old.product)) {
                    return Change.SET_BACK;
                }
            }
            lower = 0;
            state = new State(old.product, later(sent, old.asOf));
            return Change.NONE;
        }

        /** Whether two products of one version are the same: if not, they are of different histories of the database. */
        private static boolean isSame(Product one, Product other) {
            return one.quantity() == other.quantity() && one.price().compareTo(other.price()) == 0;
        }

        private static long later(long one, long other) {
            return one - other > 0 ? one : other;
        }
    }

    /**
     * A product.
     *
     * @param asOf it has all changes that were made before, on the clock of {@link System#nanoTime()}
     */
    private record State(Product product, long asOf) {}

    private enum Change {
        NONE,
        NEWER,
        SET_BACK
    }

    PolledProducts(Database database, Schema schema, Limits limits) {
        this.database = database;
        this.schema = schema;
        this.limits = limits;
        this.lane = new ReadLane(database);
        this.problem = database + " is not connected yet";
    }

    /**
     * Connects, if the database can be reached.
     *
     * @throws IOException if it has no store, or one of another version; the message says what to run
     */
    void open() throws IOException {
        try {
            connect(database.firstConnection());
        } catch (SQLException e) {
            problem = database.problem(e);
            outage.isNew(problem);
            log.warn("queries are refused until the database can be reached: {}", problem);
        }
    }

    void start() {
        lane.start();
        loop.start();
    }

    @Override
    public void close() {
        loop.close();
        lane.close();
    }

    // --- queries ---

    /**
     * A product that is not older than {@link #MAX_AGE}.
     *
     * @throws RefusedException if there is none, or the database does not reply
     */
    Product find(String name) throws RefusedException {
        long now = System.nanoTime();
        Entry entry = entries.get(name);
        if (entry == null && entries.size() < limits.products()) {
            requireReplies();
            entry = entries.computeIfAbsent(name, absent -> new Entry(now)); // before the read: see above
        }
        if (entry == null) {
            watchers.changed(name); // nobody reads its changes
            return read(name);
        }
        entry.asked = now;
        State state = entry.state;
        return state != null && now - state.asOf <= MAX_AGE_NANOS ? state.product : read(name);
    }

    private Product read(String name) throws RefusedException {
        requireReplies();
        ReadLane.Found found = await(name);
        if (found.product() == null) {
            dropAbsent(name, found.sent());
            throw new RefusedException(Refusal.unknownProduct());
        }
        Entry entry = entries.get(name);
        if (entry == null) {
            return found.product();
        }
        take(name, entry, found.product(), found.sent());
        State state = entry.state;
        return state.product.version() > found.product().version() ? state.product : found.product();
    }

    private ReadLane.Found await(String name) throws RefusedException {
        try {
            return lane.read(name).get(READ_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw notReady(problem().orElse(silent()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notReady("the catalog stops");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure && SqlFailure.of(failure) != SqlFailure.FAULT) {
                throw notReady(database.problem(failure));
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static RefusedException notReady(String reason) {
        return new RefusedException(Refusal.notReady("no products can be read now: " + reason));
    }

    /** Refuses a query at once while it is known that the database does not reply. */
    void requireReplies() throws RefusedException {
        Optional<String> why = problem();
        if (why.isPresent()) {
            throw notReady(why.get());
        }
    }

    /** Why the database cannot be read; empty if it can. */
    Optional<String> problem() {
        String failed = problem;
        if (failed != null) {
            return Optional.of(failed);
        }
        long silence = System.nanoTime() - reread;
        return silence <= MAX_SILENCE_NANOS ? Optional.empty() : Optional.of(silent());
    }

    /** Without the time: those who get it compare it with what they have logged. */
    private String silent() {
        return database + " does not reply";
    }

    /** The store in the database, which must reply. */
    Schema.Store store() throws RefusedException {
        Schema.Store known = store;
        if (known == null) {
            throw notReady(problem().orElse(database + " is not connected yet"));
        }
        return known;
    }

    /** The number of products that are reread. */
    int size() {
        return entries.size();
    }

    /** The number of products that were read for a query. */
    long reads() {
        return lane.reads();
    }

    // --- what is newer ---

    /**
     * Takes in products as a transaction of this cell has left them. No later query returns older versions. It proves
     * nothing about the changes of others, so the products do not count as read.
     */
    void enter(List<Product> products) {
        long unread = System.nanoTime() - 2 * MAX_AGE_NANOS;
        for (Product product : products) {
            Entry entry = entries.get(product.name());
            if (entry != null) {
                take(product.name(), entry, product, unread);
            }
        }
    }

    private void take(String name, Entry entry, Product product, long sent) {
        Change change = entry.take(product, sent, limits.setBack());
        if (change == Change.NEWER) {
            watchers.changed(name);
        } else if (change == Change.SET_BACK) {
            log.warn("{} has another version {} of {} than before: it was set back", database, product.version(), name);
            drop(name, entry);
        }
    }

    private void drop(String name, Entry entry) {
        if (entries.remove(name, entry)) {
            watchers.changed(name); // after the removal, so that the streams tell to forget it
        }
    }

    /** Drops the entry of a product that was not found, unless it was found later. */
    private void dropAbsent(String name, long sent) {
        Entry entry = entries.get(name);
        if (entry != null) {
            State state = entry.state;
            if (state == null || sent - state.asOf > 0) {
                drop(name, entry);
            }
        }
    }

    // --- the loop's thread ---

    private Duration reread() {
        long begun = System.nanoTime();
        try {
            if (store == null) {
                connect(database.connection());
            }
            long sent = System.nanoTime(); // before the names: an entry that is made after them is read after that
            List<String> names = namesInUse(sent);
            Map<String, Product> products = lane.readOnce(names);
            for (String name : names) {
                takeReread(name, products.get(name), sent);
            }
            reread = sent; // after the marks: until then the streams are not told that they are complete
            outage.end();
            if (problem != null) {
                log.info("{} replies: products are read", database);
            }
            problem = null;
            Duration left = INTERVAL.minusNanos(System.nanoTime() - begun);
            return left.isNegative() ? Duration.ZERO : left;
        } catch (SQLException e) {
            failed(database.problem(e));
        } catch (IOException | RuntimeException e) {
            failed(e.getMessage());
        }
        return RETRY;
    }

    private void failed(String why) {
        store = null; // the next server may have another store
        problem = why;
        if (outage.isNew(why)) {
            log.warn("products cannot be read: {}", why);
        }
    }

    private void connect(Connection connection) throws IOException, SQLException {
        try (connection) {
            known = schema.require(connection, database.toString(), known);
            store = known;
        } catch (SQLException e) {
            database.discard(connection);
            throw e;
        }
    }

    /** The names that were asked for lately. Drops the others. */
    private List<String> namesInUse(long now) {
        List<String> names = new ArrayList<>(entries.size());
        entries.forEach((name, entry) -> {
            if (now - entry.asked > limits.idle().toNanos()) {
                drop(name, entry);
            } else {
                names.add(name);
            }
        });
        return names;
    }

    private void takeReread(String name, Product product, long sent) {
        Entry entry = entries.get(name);
        if (product == null) {
            dropAbsent(name, sent);
        } else if (entry != null) {
            take(name, entry, product, sent);
        }
    }

    // --- watch streams ---

    /**
     * Opens a stream of all changes from now on. It ends when the rereads fail for too long.
     *
     * @throws RefusedException if they do now
     */
    ReplyStream watch() throws RefusedException {
        return watchers.add();
    }

    @Override
    public Product product(String name) {
        Entry entry = entries.get(name);
        State state = entry == null ? null : entry.state;
        return state == null ? null : state.product;
    }

    @Override
    public String name(String name) {
        return name;
    }

    @Override
    public long nanosComplete() throws RefusedException {
        long left = MAX_WATCH_NANOS - (System.nanoTime() - reread);
        if (left <= 0) {
            throw notReady(problem().orElse(silent()));
        }
        return left;
    }
}

package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Threads;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.RefusedException;
import toystore.wire.net.UnavailableException;

/**
 * Keeps the catalog in step with the order book, on a thread of its own: opens an epoch, tells of every order that the
 * catalog does not count yet, declares the epoch ready, and then tells of orders as they are committed, until the epoch
 * breaks. Then it begins anew.
 *
 * <pre>
 *   orders: close the epoch ──▶ position ──▶ catalog says up to which order it counts
 *           open, with the book's digest there ──▶ catalog names an epoch, if it follows this history of the book
 *           open the epoch in the book, which gives the head: older epochs end there
 *           sold … sold ──▶ catalog counts up to the head
 *           ready ──▶ catalog forgets the reservations that are left of older epochs
 *           sold, sold, … one batch at a time, or an empty one as a sign of life
 * </pre>
 */
final class OrderFeed implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(OrderFeed.class);
    /** Orders in a message, so that it fits into a line however long the names are. */
    private static final int BATCH = 50;

    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(250);
    /** After a message that is not full, so that a busy store tells of many orders at once, and not of each alone. */
    private static final Duration BREATH = Duration.ofMillis(10);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final OrderStore store;
    private final Catalog catalog;
    private final Epochs epochs;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Threads.named("order-feed", this::run);
    private String lastComplaint = "";

    OrderFeed(OrderStore store, Catalog catalog, Epochs epochs) {
        this.store = store;
        this.catalog = catalog;
        this.epochs = epochs;
    }

    void start() {
        thread.start();
    }

    /** A call to the catalog under the epoch has failed: nothing is committed under it from now on. */
    void broken(String epoch, String why) {
        store.closeEpoch(epoch);
        epochs.close(epoch, why);
        store.wake();
    }

    /** Tells of what is left to tell, if the catalog is there. */
    @Override
    public void close() {
        closing.countDown();
        store.wake();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                runEpoch();
            } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void runEpoch() throws InterruptedException {
        String epoch = "none";
        try {
            OpenReply opened = catalog.open(store(catalog.position()));
            epoch = opened.epoch();
            long head = store.openEpoch(epoch);
            long told = opened.asOf();
            while (told < head) {
                if (closing.getCount() == 0) {
                    broken(epoch, "orders stops");
                    return;
                }
                told = tellNext(epoch, told);
            }
            catalog.ready(epoch, head);
            epochs.open(epoch);
            log.info("epoch {}: {} orders, of which the catalog did not count {}", epoch, head, head - opened.asOf());
            lastComplaint = "";
            while (epochs.isOpen(epoch) && closing.getCount() > 0) {
                long now = tellNext(epoch, told);
                if (now - told < BATCH) {
                    closing.await(BREATH.toMillis(), TimeUnit.MILLISECONDS);
                }
                told = now;
            }
            tellTheRest(epoch, told);
        } catch (UnavailableException | RefusedException | IOException | RuntimeException e) {
            broken(epoch, String.valueOf(e.getMessage()));
            complain(e);
        }
    }

    /** The book as the catalog is shown it, which counts orders up to there. */
    private CatalogRequest.Open store(long asOf) throws IOException {
        long latest = store.latest();
        return new CatalogRequest.Open(store.id(), latest, asOf, store.digest(Math.min(asOf, latest)));
    }

    /** Tells of the next orders, or gives a sign of life when none has come for a while. */
    private long tellNext(String epoch, long told)
            throws RefusedException, UnavailableException, IOException, InterruptedException {
        store.awaitAfter(told, SIGN_OF_LIFE);
        return tell(epoch, told);
    }

    private void tellTheRest(String epoch, long from) throws RefusedException, UnavailableException, IOException {
        long told = from;
        while (epochs.isOpen(epoch) && told < store.latest()) {
            told = tell(epoch, told);
        }
    }

    private long tell(String epoch, long told) throws RefusedException, UnavailableException, IOException {
        List<CommittedOrder> orders = store.after(told, BATCH);
        return catalog.sold(epoch, orders);
    }

    /** Says it once, not twenty times a second. */
    private void complain(Exception e) {
        if (e instanceof RuntimeException) {
            log.error("no orders can be placed now", e);
        } else if (!lastComplaint.equals(e.getMessage())) {
            log.warn("no orders can be placed now: {}", e.getMessage());
            lastComplaint = e.getMessage();
        }
    }
}

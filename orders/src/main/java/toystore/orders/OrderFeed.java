package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.BackgroundLoop;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.RefusedException;
import toystore.wire.net.UnavailableException;

/**
 * Sends all orders to the catalog, and opens the epochs under which they are placed. It has a thread of its own.
 *
 * <pre>
 *   orders: close the epoch ──▶ position ──▶ catalog replies with the last order that it has applied
 *           open, with the digest of the log there ──▶ catalog names an epoch, if it follows this history of the log
 *           open the epoch in the log, which returns the head: older epochs end there
 *           apply … apply ──▶ catalog has applied all orders up to the head
 *           activate ──▶ catalog drops the reservations that are left of older epochs
 *           apply, apply, … one batch at a time, or an empty one as a sign of life
 * </pre>
 *
 * When a call fails, the epoch is closed, and the next one opened from the start.
 */
final class OrderFeed implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(OrderFeed.class);
    /** Orders in a message: so many fit into a line however long the names are. */
    private static final int BATCH = 50;

    private static final Duration SIGN_OF_LIFE = Duration.ofMillis(250);
    /** After a batch that is not full, so that a busy store sends many orders in a message. */
    private static final Duration BATCH_PAUSE = Duration.ofMillis(10);

    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);
    private static final long UNKNOWN = -1;

    private final OrderStore store;
    private final Catalog catalog;
    private final Epochs epochs;
    private final TracedOrders traced = new TracedOrders();
    private final BackgroundLoop loop = new BackgroundLoop("order-feed", Duration.ZERO, this::runEpoch);
    private String lastProblem = "";
    private volatile long asOf = UNKNOWN; // written by the loop's thread, read by all

    OrderFeed(OrderStore store, Catalog catalog, Epochs epochs) {
        this.store = store;
        this.catalog = catalog;
        this.epochs = epochs;
    }

    void start() {
        loop.start();
    }

    /** The number of the last order that the catalog has applied; empty before it has replied. */
    Optional<Long> asOf() {
        long number = asOf;
        return number == UNKNOWN ? Optional.empty() : Optional.of(number);
    }

    /** Logs it under the trace when the catalog has applied the order with this reservation. */
    void trace(String reservation, String trace) {
        traced.add(reservation, trace);
    }

    /** There will be no order with this reservation. */
    void forgetTrace(String reservation) {
        traced.remove(reservation);
    }

    /** Closes the epoch because a call to the catalog has failed: no order is appended under it any more. */
    void closeEpoch(String epoch, String why) {
        store.closeEpoch(epoch);
        epochs.close(epoch, why);
        store.wake();
    }

    /** Sends the last orders, if the catalog replies, and ends. */
    @Override
    public void close() {
        loop.stop();
        store.wake();
        loop.close();
    }

    /** Opens an epoch, and feeds the catalog until the epoch ends. */
    private Duration runEpoch() throws InterruptedException {
        String epoch = "none";
        try {
            asOf = catalog.position();
            OpenReply opened = catalog.open(openRequest(asOf));
            epoch = opened.epoch();
            long head = store.openEpoch(epoch);
            long applied = opened.asOf();
            while (applied < head) {
                if (loop.isClosing()) {
                    closeEpoch(epoch, "orders stops");
                    return RETRY_PAUSE;
                }
                applied = awaitAndSend(epoch, applied);
            }
            catalog.activate(epoch, head);
            epochs.open(epoch);
            log.info("epoch {}: {} orders, of which the catalog had not applied {}", epoch, head, head - opened.asOf());
            lastProblem = "";
            while (epochs.isOpen(epoch) && !loop.isClosing()) {
                long before = applied;
                applied = awaitAndSend(epoch, before);
                if (applied - before < BATCH) {
                    loop.pause(BATCH_PAUSE);
                }
            }
            sendRest(epoch, applied);
        } catch (UnavailableException | RefusedException | IOException | RuntimeException e) {
            closeEpoch(epoch, String.valueOf(e.getMessage()));
            logProblem(e);
        }
        return RETRY_PAUSE;
    }

    /** @param applied the last order that the catalog has applied */
    private CatalogRequest.Open openRequest(long applied) throws IOException {
        long latest = store.latest();
        return new CatalogRequest.Open(store.id(), latest, applied, store.digest(Math.min(applied, latest)));
    }

    /** Sends the next orders, or an empty batch when none came for a while; returns the last applied order. */
    private long awaitAndSend(String epoch, long applied)
            throws RefusedException, UnavailableException, IOException, InterruptedException {
        store.awaitAfter(applied, SIGN_OF_LIFE);
        return send(epoch, applied);
    }

    private void sendRest(String epoch, long from) throws RefusedException, UnavailableException, IOException {
        long applied = from;
        while (epochs.isOpen(epoch) && applied < store.latest()) {
            applied = send(epoch, applied);
        }
    }

    private long send(String epoch, long applied) throws RefusedException, UnavailableException, IOException {
        List<CommittedOrder> orders = store.after(applied, BATCH);
        if (traced.isEmpty()) {
            asOf = catalog.apply(epoch, orders);
        } else {
            long start = System.nanoTime();
            asOf = catalog.apply(epoch, orders);
            traced.logApplied(orders, System.nanoTime() - start);
        }
        return asOf;
    }

    /** Logs a problem once, not twenty times a second. */
    private void logProblem(Exception e) {
        if (e instanceof RuntimeException) {
            log.error("no orders can be placed now", e);
        } else if (!lastProblem.equals(e.getMessage())) {
            log.warn("no orders can be placed now: {}", e.getMessage());
            lastProblem = e.getMessage();
        }
    }
}

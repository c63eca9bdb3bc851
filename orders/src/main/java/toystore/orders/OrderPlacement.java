package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Threads;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.UnavailableException;

/**
 * Where orders are placed and found. To place one, units are reserved at the catalog, and then the order is committed
 * to the book under the epoch of the reservation: an order exists from that moment on, and only then. Whatever fails
 * before that moment leaves nothing behind but a reservation, which the catalog forgets with its epoch.
 */
final class OrderPlacement implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(OrderPlacement.class);
    private static final Duration DEADLINE_CHECKS = Duration.ofMillis(100);
    private static final int TRIES = 10;

    private final OrderStore store;
    private final Catalog catalog;
    private final Epochs epochs;
    private final OrderFeed feed;
    private final Clock clock;
    private final Timeouts timeouts;
    private final ConcurrentMap<String, PendingOrder> inFlight = new ConcurrentHashMap<>(); // by key
    private final Set<PendingOrder> undecided = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread deadlines = Threads.named("orders-deadlines", this::keepDeadlines);
    private final ExecutorService retries = Executors.newCachedThreadPool(Threads.numbered("orders-retry"));

    OrderPlacement(OrderStore store, Catalog catalog, Epochs epochs, OrderFeed feed, Clock clock, Timeouts timeouts) {
        this.store = store;
        this.catalog = catalog;
        this.epochs = epochs;
        this.feed = feed;
        this.clock = clock;
        this.timeouts = timeouts;
    }

    void start() {
        deadlines.start();
    }

    /**
     * Places an order, or finds the one that was placed with the same key.
     *
     * @return what was placed, once it will survive a crash, by whichever thread finds that out; or the {@link
     *     RefusedException} that says that it may not. In time, also when the disk or the catalog hangs: then it says that
     *     it is not known, and the key stays in flight until it is
     * @throws RefusedException if the key was used for another order
     */
    CompletableFuture<PlaceReply> place(OrdersRequest.Place post) throws RefusedException {
        PendingOrder mine =
                new PendingOrder(post, System.nanoTime() + timeouts.order().toNanos());
        PendingOrder first = post.key() == null ? null : inFlight.putIfAbsent(post.key(), mine);
        if (first == null) {
            undecided.add(mine);
            advance(mine, () -> begin(mine));
            return mine.outcome();
        }
        if (!first.post().equals(post)) {
            throw new RefusedException(
                    Refusal.keyReused(first.post().name(), first.post().quantity()));
        }
        return first.outcome();
    }

    /** An order by its number. */
    Order find(long number) throws RefusedException {
        try {
            return store.find(number).orElseThrow(() -> new RefusedException(Refusal.unknownOrder()));
        } catch (IOException e) {
            throw unreadable("order " + number, e);
        }
    }

    /** Why no order can be placed now; empty if one can. */
    Optional<String> problem() {
        Optional<String> noEpoch = epochs.problem();
        return noEpoch.isPresent() ? noEpoch : stalled();
    }

    private Optional<String> stalled() {
        Duration writing = store.stalled();
        return writing.compareTo(timeouts.write()) < 0
                ? Optional.empty()
                : Optional.of("the disk has been busy with one write of orders for " + writing.toSeconds() + " s");
    }

    /** To be called when nothing is being placed any more. */
    @Override
    public void close() {
        closing.countDown();
        retries.shutdownNow();
    }

    private void keepDeadlines() {
        try {
            while (!closing.await(DEADLINE_CHECKS.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = System.nanoTime();
                for (PendingOrder pending : undecided) {
                    if (now - pending.deadline() > 0) {
                        String why = stalled()
                                .orElse("it took longer than "
                                        + timeouts.order().toSeconds() + " s");
                        pending.run(() -> pending.outcome().completeExceptionally(unknown(new IOException(why))));
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Goes on with an order; whatever happens, it is not left undecided. */
    private void advance(PendingOrder pending, Step step) {
        try {
            step.run();
        } catch (RefusedException e) {
            refuse(pending, e);
        } catch (RuntimeException | Error e) {
            Threads.endIfFatal(e); // others must not go on with what may be half done
            log.error("an order could not be placed", e);
            refuse(pending, new RefusedException(Refusal.fault("the order could not be placed")));
        }
    }

    private interface Step {
        void run() throws RefusedException;
    }

    private void begin(PendingOrder pending) throws RefusedException {
        Optional<PlaceReply> known = pending.post().key() == null ? Optional.empty() : known(pending.post());
        if (known.isPresent()) {
            end(pending);
            pending.outcome().complete(known.get());
        } else {
            reserve(pending);
        }
    }

    private void reserve(PendingOrder pending) throws RefusedException {
        long now = System.nanoTime();
        if (pending.tryAgain() == TRIES || now > pending.deadline()) {
            throw new RefusedException(Refusal.notReady("no orders can be placed now: the catalog comes and goes"));
        }
        Optional<String> stalled = stalled();
        if (stalled.isPresent()) {
            throw new RefusedException(Refusal.notReady("no orders can be placed now: " + stalled.get()));
        }
        String epoch =
                epochs.await(Math.min(pending.deadline(), now + timeouts.epoch().toNanos()));
        String reservation = epochs.reservation(epoch);
        CompletableFuture<?> unused = catalog.reserve(
                        pending.post().name(), pending.post().quantity(), epoch, reservation)
                .whenComplete((sale, failure) -> advance(pending, () -> {
                    if (failure == null) {
                        append(pending, sale, epoch, reservation);
                    } else {
                        notReserved(pending, epoch, causeOf(failure));
                    }
                }));
    }

    private void notReserved(PendingOrder pending, String epoch, Throwable failure) throws RefusedException {
        if (failure instanceof RefusedException refused && refused.refusal().code() != Refusal.STALE) {
            throw refused;
        }
        if (failure instanceof UnavailableException e
                && !e.outcomeUnknown()
                && !(e.getCause() instanceof ConnectException)) {
            throw new RefusedException(Refusal.notReady(e.getMessage())); // nothing was sent
        }
        feed.broken(epoch, failure.getMessage());
        again(pending);
    }

    private void append(PendingOrder pending, ReserveReply sale, String epoch, String reservation)
            throws RefusedException {
        OrdersRequest.Place post = pending.post();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        OrderStore.Draft draft =
                new OrderStore.Draft(post.name(), post.quantity(), sale.price(), now, post.key(), reservation);
        try {
            CompletableFuture<?> unused = store.commit(epoch, draft, undecided.size() == 1)
                    .whenComplete((order, failure) -> committed(pending, order, sale, failure));
        } catch (StaleEpochException e) {
            log.debug("{}", e.getMessage());
            again(pending); // there is no such order
        } catch (IOException e) {
            throw unknown(e);
        }
    }

    private void committed(PendingOrder pending, Order order, ReserveReply sale, Throwable failure) {
        Throwable cause = causeOf(failure);
        if (failure == null) {
            end(pending);
            pending.outcome().complete(new PlaceReply(order, sale.version()));
        } else if (cause instanceof IOException) {
            refuse(
                    pending,
                    unknown(cause)); // the log takes nothing any more, so the key cannot be used for another order
        } else {
            Threads.endIfFatal(cause);
            log.error("an order may be stored, and its key not remembered: it stays in flight", cause);
            pending.outcome().completeExceptionally(unknown(cause));
        }
    }

    /** Tries once more, under the next epoch; on a thread that may wait for that. */
    private void again(PendingOrder pending) {
        retries.execute(() -> pending.run(() -> advance(pending, () -> reserve(pending))));
    }

    private void refuse(PendingOrder pending, RefusedException why) {
        end(pending);
        pending.outcome().completeExceptionally(why);
    }

    /** The book knows the key now, or never will: who comes later asks the book. */
    private void end(PendingOrder pending) {
        undecided.remove(pending);
        if (pending.post().key() != null) {
            inFlight.remove(pending.post().key(), pending);
        }
    }

    private static RefusedException unknown(Throwable failure) {
        return new RefusedException(Refusal.notReady("it is not known whether the order was stored: "
                + causeOf(failure).getMessage()));
    }

    private static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    private Optional<PlaceReply> known(OrdersRequest.Place post) throws RefusedException {
        Optional<Order> known;
        try {
            known = store.findByKey(post.key());
        } catch (IOException e) {
            throw unreadable("the order with the key " + post.key(), e);
        } catch (TimeoutException e) {
            throw new RefusedException(Refusal.notReady("the keys of the last orders are still being read"));
        }
        if (known.isEmpty()) {
            return Optional.empty();
        }
        Order order = known.get();
        if (!order.name().equals(post.name()) || order.quantity() != post.quantity()) {
            throw new RefusedException(Refusal.keyReused(order.name(), order.quantity()));
        }
        return Optional.of(new PlaceReply(order, 0));
    }

    private static RefusedException unreadable(String what, IOException e) {
        log.error("{} cannot be read", what, e);
        return new RefusedException(Refusal.fault(what + " cannot be read; the log of the service has it"));
    }
}

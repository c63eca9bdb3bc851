package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.Placed;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Sale;
import toystore.wire.net.Threads;
import toystore.wire.net.UnavailableException;

/**
 * Where orders are placed and found. To place one, units are reserved at the catalog, and then the order is committed
 * to the book under the epoch of the reservation: an order exists from that moment on, and only then. Whatever fails
 * before that moment leaves nothing behind but a reservation, which the catalog forgets with its epoch.
 */
final class OrderDesk implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(OrderDesk.class);
    /** Less than the frontend waits. */
    private static final Duration DEADLINE = Duration.ofSeconds(4);

    private static final Duration PATIENCE = Duration.ofSeconds(1); // with a catalog that is down

    private static final int TRIES = 10;

    private final OrderBook book;
    private final Catalog catalog;
    private final Epochs epochs;
    private final SoldFeed feed;
    private final Clock clock;
    private final ConcurrentMap<String, Placement> inFlight = new ConcurrentHashMap<>(); // by key
    private final AtomicInteger placing = new AtomicInteger();
    private final ExecutorService retries = Executors.newCachedThreadPool(Threads.numbered("orders-retry"));

    OrderDesk(OrderBook book, Catalog catalog, Epochs epochs, SoldFeed feed, Clock clock) {
        this.book = book;
        this.catalog = catalog;
        this.epochs = epochs;
        this.feed = feed;
        this.clock = clock;
    }

    /**
     * Places an order, or finds the one that was placed with the same key.
     *
     * @return what was placed, once it will survive a crash, by whichever thread finds that out; or the {@link
     *     RefusedException} that says that it may not
     * @throws RefusedException if the key was used for another order
     */
    CompletableFuture<Placed> place(OrdersRequest.Post post) throws RefusedException {
        Placement mine = new Placement(post, System.nanoTime() + DEADLINE.toNanos());
        Placement first = post.key() == null ? null : inFlight.putIfAbsent(post.key(), mine);
        if (first == null) {
            placing.incrementAndGet();
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
            return book.find(number).orElseThrow(() -> new RefusedException(Refusal.unknownOrder()));
        } catch (IOException e) {
            throw unreadable("order " + number, e);
        }
    }

    /** To be called when nothing is being placed any more. */
    @Override
    public void close() {
        retries.shutdownNow();
    }

    /** Goes on with an order; whatever happens, it is not left undecided. */
    private void advance(Placement placement, Step step) {
        try {
            step.run();
        } catch (RefusedException e) {
            refuse(placement, e);
        } catch (RuntimeException | Error e) {
            Threads.endIfFatal(e); // others must not go on with what may be half done
            log.error("an order could not be placed", e);
            refuse(placement, new RefusedException(Refusal.fault("the order could not be placed")));
        }
    }

    private interface Step {
        void run() throws RefusedException;
    }

    private void begin(Placement placement) throws RefusedException {
        Optional<Placed> known = placement.post().key() == null ? Optional.empty() : known(placement.post());
        if (known.isPresent()) {
            end(placement);
            placement.outcome().complete(known.get());
        } else {
            reserve(placement);
        }
    }

    private void reserve(Placement placement) throws RefusedException {
        long now = System.nanoTime();
        if (placement.tryAgain() == TRIES || now > placement.deadline()) {
            throw new RefusedException(Refusal.notReady("no orders can be placed now: the catalog comes and goes"));
        }
        String epoch = epochs.await(Math.min(placement.deadline(), now + PATIENCE.toNanos()));
        String reservation = epochs.reservation(epoch);
        CompletableFuture<?> unused = catalog.reserve(
                        placement.post().name(), placement.post().quantity(), epoch, reservation)
                .whenComplete((sale, failure) -> advance(placement, () -> {
                    if (failure == null) {
                        append(placement, sale, epoch, reservation);
                    } else {
                        notReserved(placement, epoch, causeOf(failure));
                    }
                }));
    }

    private void notReserved(Placement placement, String epoch, Throwable failure) throws RefusedException {
        if (failure instanceof RefusedException refused && refused.refusal().code() != Refusal.STALE) {
            throw refused;
        }
        if (failure instanceof UnavailableException e
                && !e.outcomeUnknown()
                && !(e.getCause() instanceof ConnectException)) {
            throw new RefusedException(Refusal.notReady(e.getMessage())); // nothing was sent
        }
        feed.broken(epoch, failure.getMessage());
        again(placement);
    }

    private void append(Placement placement, Sale sale, String epoch, String reservation) throws RefusedException {
        OrdersRequest.Post post = placement.post();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        OrderBook.Draft draft =
                new OrderBook.Draft(post.name(), post.quantity(), sale.price(), now, post.key(), reservation);
        try {
            CompletableFuture<?> unused = book.commit(epoch, draft, placing.get() == 1)
                    .whenComplete((order, failure) -> advance(placement, () -> {
                        if (failure != null) {
                            throw unknown(failure);
                        }
                        end(placement);
                        placement.outcome().complete(new Placed(order, sale.version()));
                    }));
        } catch (StaleEpochException e) {
            log.debug("{}", e.getMessage());
            again(placement); // there is no such order
        } catch (IOException e) {
            throw unknown(e);
        }
    }

    /** Tries once more, under the next epoch; on a thread that may wait for that. */
    private void again(Placement placement) {
        retries.execute(() -> placement.run(() -> advance(placement, () -> reserve(placement))));
    }

    private void refuse(Placement placement, RefusedException why) {
        end(placement);
        placement.outcome().completeExceptionally(why);
    }

    /** The book knows the key now, or never will: who comes later asks the book. */
    private void end(Placement placement) {
        placing.decrementAndGet();
        if (placement.post().key() != null) {
            inFlight.remove(placement.post().key(), placement);
        }
    }

    private static RefusedException unknown(Throwable failure) {
        return new RefusedException(Refusal.notReady("it is not known whether the order was stored: "
                + causeOf(failure).getMessage()));
    }

    private static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    private Optional<Placed> known(OrdersRequest.Post post) throws RefusedException {
        Optional<Order> known;
        try {
            known = book.findByKey(post.key());
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
        return Optional.of(new Placed(order, 0));
    }

    private static RefusedException unreadable(String what, IOException e) {
        log.error("{} cannot be read", what, e);
        return new RefusedException(Refusal.fault(what + " cannot be read; the log of the service has it"));
    }
}

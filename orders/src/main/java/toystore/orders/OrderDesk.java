package toystore.orders;

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
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.Placed;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Sale;
import toystore.wire.net.UnavailableException;

/**
 * Where orders are placed and found. To place one, units are reserved at the catalog, and then the order is committed
 * to the book under the epoch of the reservation: an order exists from that moment on, and only then. Whatever fails
 * before that moment leaves nothing behind but a reservation, which the catalog forgets with its epoch.
 */
final class OrderDesk {
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
    private final ConcurrentMap<String, Placement> inFlight = new ConcurrentHashMap<>();

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
     * @throws RefusedException if it is not placed
     */
    CompletableFuture<Placed> place(OrdersRequest.Post post) throws RefusedException {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        if (post.key() == null) {
            return commit(post, deadline);
        }
        Placement mine = new Placement(post);
        Placement first = inFlight.putIfAbsent(post.key(), mine);
        if (first != null) {
            return CompletableFuture.completedFuture(first.await(post, deadline));
        }
        CompletableFuture<Placed> placed;
        try {
            Optional<Placed> known = known(post);
            placed = known.isPresent() ? CompletableFuture.completedFuture(known.get()) : commit(post, deadline);
        } catch (RefusedException | RuntimeException | Error e) {
            end(mine, null, e);
            throw e;
        }
        return placed.whenComplete((order, failure) -> end(mine, order, failure));
    }

    /** The book knows the key now, or never will: others who have sent it are told, and who comes later asks the book. */
    private void end(Placement placement, Placed placed, Throwable failure) {
        inFlight.remove(placement.key(), placement);
        placement.end(placed, failure);
    }

    /** An order by its number. */
    Order find(long number) throws RefusedException {
        try {
            return book.find(number).orElseThrow(() -> new RefusedException(Refusal.unknownOrder()));
        } catch (IOException e) {
            throw unreadable("order " + number, e);
        }
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

    private CompletableFuture<Placed> commit(OrdersRequest.Post post, long deadline) throws RefusedException {
        for (int i = 0; i < TRIES && System.nanoTime() < deadline; i++) {
            String epoch = epochs.await(Math.min(deadline, System.nanoTime() + PATIENCE.toNanos()));
            String reservation = epochs.reservation(epoch);
            Optional<Sale> sale = reserve(post, epoch, reservation);
            if (sale.isPresent()) {
                Optional<CompletableFuture<Placed>> placed = append(post, sale.get(), epoch, reservation);
                if (placed.isPresent()) {
                    return placed.get();
                }
            }
        }
        throw new RefusedException(Refusal.notReady("no orders can be placed now: the catalog comes and goes"));
    }

    /** Empty if the epoch is over: another one may do. */
    private Optional<Sale> reserve(OrdersRequest.Post post, String epoch, String reservation) throws RefusedException {
        try {
            return Optional.of(catalog.reserve(post.name(), post.quantity(), epoch, reservation));
        } catch (UnavailableException e) {
            if (!e.outcomeUnknown() && !(e.getCause() instanceof ConnectException)) {
                throw new RefusedException(Refusal.notReady(e.getMessage())); // too many at once: nothing was sent
            }
            feed.broken(epoch, e.getMessage());
            return Optional.empty();
        } catch (RefusedException e) {
            if (e.refusal().code() != Refusal.STALE) {
                throw e;
            }
            feed.broken(epoch, e.getMessage());
            return Optional.empty();
        }
    }

    /** Empty if the epoch is over: then there is no such order. */
    private Optional<CompletableFuture<Placed>> append(
            OrdersRequest.Post post, Sale sale, String epoch, String reservation) throws RefusedException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        OrderBook.Draft draft =
                new OrderBook.Draft(post.name(), post.quantity(), sale.price(), now, post.key(), reservation);
        try {
            return Optional.of(book.commit(epoch, draft).handle((order, failure) -> {
                if (failure != null) {
                    throw new CompletionException(unknown(failure));
                }
                return new Placed(order, sale.version());
            }));
        } catch (StaleEpochException e) {
            log.debug("{}", e.getMessage());
            return Optional.empty();
        } catch (IOException e) {
            throw unknown(e);
        }
    }

    private static RefusedException unknown(Throwable failure) {
        Throwable why = failure instanceof CompletionException ? failure.getCause() : failure;
        return new RefusedException(
                Refusal.notReady("it is not known whether the order was stored: " + why.getMessage()));
    }

    private static RefusedException unreadable(String what, IOException e) {
        log.error("{} cannot be read", what, e);
        return new RefusedException(Refusal.fault(what + " cannot be read; the log of the service has it"));
    }
}

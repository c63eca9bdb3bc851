package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.BackgroundLoop;
import toystore.common.Threads;
import toystore.common.log.Phases;
import toystore.common.log.Trace;
import toystore.engine.OrderEngine;
import toystore.orders.OrderStore.StaleEpochException;
import toystore.orders.Overrides.Timeouts;
import toystore.wire.codec.PageSize;
import toystore.wire.message.Order;
import toystore.wire.message.OrderPage;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.UnavailableException;

/**
 * Places orders, and finds them. Thread-safe.
 *
 * <p>An order is placed in these steps. The thread that gets the result of one step runs the next one:
 *
 * <pre>
 *   step      thread                                  next
 *   key       orders-session-N, of the first request  found: reply; else reserve
 *   reserve   the same, or orders-waiting-N           catalog replies: append; refuses: reply; epoch is over: retry
 *   append    catalog-reply-reader                    on disk: reply; epoch is over: retry
 *   reply     orders-log; with a refusal, the thread that finds the reason
 *   retry     orders-waiting-N                        reserve, under the next epoch
 * </pre>
 *
 * So no thread waits for the reply of the catalog. An order that has to wait for the key index or for an epoch, up to a
 * second for each, does so on a thread orders-waiting-N from its first step on: the thread orders-session-N has the
 * orders of many shoppers. An order that is alone, with no other in progress, is written to the log by
 * catalog-reply-reader, which then replies: this saves two thread switches.
 *
 * <p>The line of an order in the log of requests has its {@link Phases}: check (of the key), epoch (the wait for one),
 * reserve, queue (of the log), write, reply. Without a log of requests, they are not measured.
 *
 * <p>An order exists as soon as it is in the log, and not before. A failure before that leaves only a reservation,
 * which the catalog drops with its epoch. After {@link Timeouts#order} the thread orders-deadlines replies that the
 * outcome is not known.
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
    private final ConcurrentMap<String, Placement> byKey = new ConcurrentHashMap<>(); // those in progress
    private final Set<Placement> inProgress = ConcurrentHashMap.newKeySet();
    private final BackgroundLoop deadlines =
            new BackgroundLoop("orders-deadlines", DEADLINE_CHECKS, this::checkDeadlines);
    private final ExecutorService waiting = Executors.newCachedThreadPool(Threads.numbered("orders-waiting"));

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
     * @return the order, when it will survive a crash; or the {@link RefusedException} that says that it may not. In
     *     time, also when the disk or the catalog hangs: then the refusal says that the outcome is not known, and the
     *     key stays in progress until it is
     * @throws RefusedException if the key was used for another order
     */
    CompletableFuture<PlaceReply> place(OrdersRequest.Place request) throws RefusedException {
        Placement placement =
                new Placement(request, System.nanoTime() + timeouts.order().toNanos());
        Placement first = request.key() == null ? null : byKey.putIfAbsent(request.key(), placement);
        if (first == null) {
            inProgress.add(placement);
            placement.run(placement::start);
            return placement.reply;
        }
        if (!first.request.equals(request)) {
            throw new RefusedException(Refusal.keyReused(first.request.name(), first.request.quantity()));
        }
        return first.reply;
    }

    /** An order on its way, and the reply for all requests with its key. One thread at a time works on it. */
    private final class Placement {
        private final OrdersRequest.Place request;
        private final long deadline; // on the clock of System.nanoTime()
        private final String trace = Trace.current(); // null if there is none
        private final Phases phases = Trace.phases();
        private final CompletableFuture<PlaceReply> reply = new CompletableFuture<>();
        private int tries;

        Placement(OrdersRequest.Place request, long deadline) {
            this.request = request;
            this.deadline = deadline;
        }

        /** The thread that serves a connection has the next orders of other shoppers: it does not wait for anything. */
        private void start() throws RefusedException {
            if (store.hasKeys()) {
                checkKey();
            } else {
                runLater(this::checkKey);
            }
        }

        // --- the steps ---

        private void checkKey() throws RefusedException {
            Optional<Order> placed = request.key() == null ? Optional.empty() : findByKey(request.key());
            phases.end("check");
            if (placed.isEmpty()) {
                reserve();
                return;
            }
            Order order = placed.get();
            if (!order.name().equals(request.name()) || order.quantity() != request.quantity()) {
                throw new RefusedException(Refusal.keyReused(order.name(), order.quantity()));
            }
            reply(new PlaceReply(order, 0));
        }

        private void reserve() throws RefusedException {
            long now = System.nanoTime();
            if (tries++ == TRIES || now > deadline) {
                throw new RefusedException(Refusal.notReady("no orders can be placed now: the catalog comes and goes"));
            }
            Optional<String> hangingWrite = hangingWrite();
            if (hangingWrite.isPresent()) {
                throw new RefusedException(Refusal.notReady("no orders can be placed now: " + hangingWrite.get()));
            }
            Optional<String> epoch = epochs.current();
            if (epoch.isPresent()) {
                reserve(epoch.get());
            } else {
                runLater(() -> reserve(awaitEpoch()));
            }
        }

        private void reserve(String epoch) {
            phases.end("epoch");
            String reservation = epochs.newReservation(epoch);
            CompletableFuture<?> unused = catalog.reserve(request.name(), request.quantity(), epoch, reservation)
                    .whenComplete((reserved, failure) -> run(() -> {
                        phases.end("reserve");
                        if (failure == null) {
                            append(reserved, epoch, reservation);
                        } else {
                            notReserved(epoch, causeOf(failure));
                        }
                    }));
        }

        private String awaitEpoch() throws RefusedException {
            long now = System.nanoTime();
            return epochs.await(Math.min(deadline, now + timeouts.epoch().toNanos()));
        }

        private void notReserved(String epoch, Throwable failure) throws RefusedException {
            if (failure instanceof RefusedException refused && refused.refusal().code() != Refusal.STALE) {
                throw refused;
            }
            if (failure instanceof UnavailableException e
                    && !e.outcomeUnknown()
                    && !(e.getCause() instanceof ConnectException)) {
                throw new RefusedException(Refusal.notReady(e.getMessage())); // nothing was sent: the epoch continues
            }
            feed.closeEpoch(epoch, failure.getMessage());
            retry();
        }

        private void append(ReserveReply reserved, String epoch, String reservation) throws RefusedException {
            Instant time = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            OrderLine order = OrderLine.unnumbered(
                    request.name(), request.quantity(), reserved.price(), time, request.key(), reservation);
            boolean alone = inProgress.size() == 1;
            if (phases.areMeasured()) {
                feed.trace(reservation, trace);
            }
            try {
                CompletableFuture<?> unused = store.append(epoch, order, alone, phases) // Commit
                        .whenComplete((number, failure) -> {
                            if (failure == null) {
                                reply(new PlaceReply(
                                        number,
                                        order.name(),
                                        order.quantity(),
                                        order.price(),
                                        time,
                                        reserved.version()));
                            } else {
                                notAppended(causeOf(failure));
                            }
                        });
            } catch (StaleEpochException e) {
                log.debug("{}", e.getMessage());
                feed.forgetTrace(reservation);
                retry(); // the order does not exist
            } catch (IOException e) {
                throw outcomeUnknown(e);
            }
        }

        private void notAppended(Throwable failure) {
            if (failure instanceof IOException) {
                refuse(outcomeUnknown(failure)); // the log accepts no order any more, so none with this key
            } else {
                Threads.endIfFatal(failure);
                log.error("an order may be stored, and its key not remembered: it stays in progress", failure);
                reply.completeExceptionally(outcomeUnknown(failure));
            }
        }

        // --- the end ---

        private void reply(PlaceReply placed) {
            end();
            reply.complete(placed);
        }

        private void refuse(RefusedException why) {
            end();
            reply.completeExceptionally(why);
        }

        /** From now on, the store knows the key, or no order was placed with it. */
        private void end() {
            inProgress.remove(this);
            if (request.key() != null) {
                byKey.remove(request.key(), this);
            }
        }

        // --- what runs the steps ---

        /** Runs a step. After an exception from it, the order is refused. */
        private void run(Step step) {
            try {
                step.run();
            } catch (RefusedException e) {
                refuse(e);
            } catch (RuntimeException | Error e) {
                Threads.endIfFatal(e); // the step may be half done
                log.error("an order could not be placed", e);
                refuse(new RefusedException(Refusal.fault("the order could not be placed")));
            }
        }

        /** Reserves again, under the next epoch. */
        private void retry() {
            runLater(() -> {
                phases.end("retry");
                reserve();
            });
        }

        /** Runs a step on a thread that may wait. */
        private void runLater(Step step) {
            waiting.execute(() -> underTrace(() -> run(step)));
        }

        /** Runs a task under the trace of the request, on a thread that works for other requests, too. */
        private void underTrace(Runnable task) {
            Trace begun = Trace.begin(trace);
            try (begun) {
                task.run();
            }
        }
    }

    private interface Step {
        void run() throws RefusedException;
    }

    private Duration checkDeadlines() {
        long now = System.nanoTime();
        for (Placement late : inProgress) {
            if (now - late.deadline > 0 && !late.reply.isDone()) {
                String why = hangingWrite()
                        .orElse("it took longer than " + timeouts.order().toSeconds() + " s");
                late.phases.end("timeout");
                late.underTrace(() -> late.reply.completeExceptionally(outcomeUnknown(new IOException(why))));
            }
        }
        return DEADLINE_CHECKS;
    }

    private static RefusedException outcomeUnknown(Throwable failure) {
        return new RefusedException(
                Refusal.notReady("it is not known whether the order was stored: " + failure.getMessage()));
    }

    private static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    /** An order by its number. */
    Order find(long number) throws RefusedException {
        try {
            return store.find(number).orElseThrow(() -> new RefusedException(Refusal.unknownOrder()));
        } catch (IOException e) {
            throw unreadable("order " + number, e);
        }
    }

    /**
     * A page of the orders after a number, which may be 0.
     *
     * @param limit the most orders in the page; it may have fewer, to fit into a message
     */
    OrderPage list(long after, int limit) throws RefusedException {
        try {
            PageSize size = new PageSize(OrderEngine.ORDER_BYTES);
            List<Order> orders = store.findAfter(after, Math.min(limit, size.mostEntries()));
            int count = 0;
            while (count < orders.size() && size.hasRoom()) {
                size.add(orders.get(count).name());
                count++;
            }
            long last = after + count;
            return new OrderPage(orders.subList(0, count), count > 0 && last < store.latest() ? last : null);
        } catch (IOException e) {
            throw unreadable("the orders after " + after, e);
        }
    }

    private Optional<Order> findByKey(String key) throws RefusedException {
        try {
            return store.findByKey(key);
        } catch (IOException e) {
            throw unreadable("the order with the key " + key, e);
        } catch (TimeoutException e) {
            throw new RefusedException(Refusal.notReady("the keys of the last orders are still being read"));
        }
    }

    private static RefusedException unreadable(String what, IOException e) {
        log.error("{} cannot be read", what, e);
        return new RefusedException(Refusal.fault(what + " cannot be read; the log of the service has it"));
    }

    /** Why no order can be placed now; empty if one can. */
    Optional<String> problem() {
        Optional<String> noEpoch = epochs.problem();
        return noEpoch.isPresent() ? noEpoch : hangingWrite();
    }

    private Optional<String> hangingWrite() {
        Duration writing = store.stalled();
        return writing.compareTo(timeouts.write()) < 0
                ? Optional.empty()
                : Optional.of("the disk has been busy with one write of orders for " + writing.toSeconds() + " s");
    }

    /** No order may be in progress any more. */
    @Override
    public void close() {
        deadlines.close();
        waiting.shutdownNow();
    }
}

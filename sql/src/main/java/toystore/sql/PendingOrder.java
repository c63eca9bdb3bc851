package toystore.sql;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import toystore.common.log.Phases;
import toystore.common.log.Trace;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/**
 * An order on its way, and the reply to its request. Thread-safe.
 *
 * <pre>
 *   state      since                                               at its deadline
 *   waiting    the request                                         refused: not placed, and not sent any more
 *   sent       a statement that may commit it leaves               refused: it is not known whether it is stored
 *   in doubt   the reply to such a statement was lost              the same
 *   placed     the commit returned                                 replied
 * </pre>
 */
final class PendingOrder {
    private final OrdersRequest.Place request;
    private final String key;
    private final long deadline;
    private final String trace = Trace.current(); // null if there is none
    private final Phases phases = Trace.phases();
    private final CompletableFuture<PlaceReply> reply = new CompletableFuture<>();

    @GuardedBy("this")
    private boolean sent;

    @GuardedBy("this")
    private boolean inDoubt;

    @GuardedBy("this")
    private PlaceReply placed; // null before

    /** @param deadline of the reply, on the clock of {@link System#nanoTime()} */
    PendingOrder(OrdersRequest.Place request, long deadline) {
        this.request = request;
        this.key = request.key() == null ? StoredKey.without(UUID.randomUUID().toString()) : request.key();
        this.deadline = deadline;
    }

    String name() {
        return request.name();
    }

    int quantity() {
        return request.quantity();
    }

    /** The key in the database; if the request has none, a random {@link StoredKey} for further tries of this process. */
    String key() {
        return key;
    }

    CompletableFuture<PlaceReply> reply() {
        return reply;
    }

    void endPhase(String name) {
        phases.end(name);
    }

    /** Begins to send a statement that may commit the order. Returns false if it must not, as it was refused. */
    synchronized boolean send() {
        if (isRefused()) {
            return false;
        }
        sent = true;
        return true;
    }

    /** The statement that was sent has not stored the order, and will not. */
    synchronized void rolledBack() {
        sent = false;
    }

    /** The reply of the database was lost. */
    synchronized void replyLost() {
        inDoubt |= sent;
    }

    synchronized boolean isInDoubt() {
        return inDoubt;
    }

    /** Returns whether the order was refused and is not stored: it must not be sent any more. */
    synchronized boolean isRefused() {
        return reply.isDone() && !sent && !inDoubt;
    }

    /** The commit has returned. The reply follows with {@link #answer}. */
    synchronized void placed(PlaceReply order) {
        placed = order;
    }

    /** Replies that the order is placed. */
    void answer() {
        PlaceReply order;
        synchronized (this) {
            order = placed;
        }
        underTrace(() -> reply.complete(order));
    }

    /**
     * Refuses the order, unless it is placed. One in doubt may still be stored by the statement whose reply was lost, so
     * that it gets no reason after which the shopper would not send it again.
     */
    void refuse(Refusal why) {
        boolean unknown;
        boolean known;
        synchronized (this) {
            known = placed != null; // what failed was done after the commit
            unknown = inDoubt && why.reason() != Refusal.Reason.KEY_REUSED;
        }
        if (known) {
            answer();
            return;
        }
        Refusal refusal = unknown ? outcomeUnknown(why.message()) : why;
        underTrace(() -> reply.completeExceptionally(new RefusedException(refusal)));
    }

    /** Ends the wait if the deadline has passed. Returns whether it has. */
    boolean expire(long now, String problem) {
        if (now - deadline <= 0) {
            return false;
        }
        PlaceReply order;
        boolean unknown;
        synchronized (this) {
            order = placed;
            unknown = sent || inDoubt;
            if (order == null && !unknown) { // within the lock: it must not be sent after that
                phases.end("timeout");
                underTrace(() -> reply.completeExceptionally(new RefusedException(notPlaced(problem))));
                return true;
            }
        }
        phases.end("timeout");
        underTrace(() -> {
            if (order != null) {
                reply.complete(order);
            } else {
                reply.completeExceptionally(new RefusedException(outcomeUnknown(problem)));
            }
        });
        return true;
    }

    static Refusal notPlaced(String problem) {
        return Refusal.notReady("no orders can be placed now: " + problem);
    }

    private static Refusal outcomeUnknown(String problem) {
        return Refusal.notReady("it is not known whether the order was stored: " + problem);
    }

    /** Runs a task under the trace of the request, on a thread that works for other requests, too. */
    private void underTrace(Runnable task) {
        Trace begun = Trace.begin(trace);
        try (begun) {
            task.run();
        }
    }
}

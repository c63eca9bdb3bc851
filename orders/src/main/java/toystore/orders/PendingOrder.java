package toystore.orders;

import java.util.concurrent.CompletableFuture;
import toystore.common.log.Trace;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;

/** An order that is being placed, and what all wait for who ask for it. One thread at a time is at it. */
final class PendingOrder {
    private final OrdersRequest.Place post;
    private final long deadline;
    private final String trace = Trace.current(); // null if there is none
    private final CompletableFuture<PlaceReply> outcome = new CompletableFuture<>();
    private int tries;

    /** @param deadline after which nothing is begun any more, on the clock of {@link System#nanoTime()} */
    PendingOrder(OrdersRequest.Place post, long deadline) {
        this.post = post;
        this.deadline = deadline;
    }

    OrdersRequest.Place post() {
        return post;
    }

    long deadline() {
        return deadline;
    }

    /** Runs something on a thread that did not get the request, under its trace all the same. */
    void run(Runnable step) {
        Trace begun = Trace.begin(trace);
        try (begun) {
            step.run();
        }
    }

    /** Counts one more try; how many there have been before. */
    int tryAgain() {
        return tries++;
    }

    /** The order, once it will survive a crash; or the {@code RefusedException} that says that it may not. */
    CompletableFuture<PlaceReply> outcome() {
        return outcome;
    }
}

package toystore.orders;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.Placed;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/** An order with a key that is being placed, and what others wait for who ask for the same. */
final class Placement {
    private final OrdersRequest.Post post;
    private final CompletableFuture<Placed> outcome = new CompletableFuture<>();

    Placement(OrdersRequest.Post post) {
        this.post = post;
    }

    String key() {
        return post.key();
    }

    /** @param failure {@code null} if it was placed */
    void end(Placed placed, Throwable failure) {
        if (failure == null) {
            outcome.complete(placed);
        } else {
            outcome.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
        }
    }

    /**
     * What becomes of it.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     */
    Placed await(OrdersRequest.Post same, long deadline) throws RefusedException {
        if (!same.equals(post)) {
            throw new RefusedException(Refusal.keyReused(post.name(), post.quantity()));
        }
        try {
            return outcome.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RefusedException refused
                    ? refused
                    : new RefusedException(Refusal.fault("the order could not be placed"));
        } catch (TimeoutException e) {
            throw new RefusedException(Refusal.notReady("the order is still being placed"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Refusal.notReady("interrupted"));
        }
    }
}

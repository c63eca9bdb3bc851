package toystore.orders;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import toystore.common.log.Phases;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.Order;

/**
 * All orders: an order exists if and only if it is in here. Thread-safe.
 *
 * <p>Orders are appended under an <em>epoch</em>: after another one is opened, or this one is closed, no order of it is
 * accepted, not even from a thread that was stopped in between.
 */
public interface OrderStore {
    /**
     * Appends an order, and gives it the next number.
     *
     * @param order without a number
     * @param alone no other order is in progress, so no other waits if the calling thread writes this one itself
     * @param phases of the request for the order; two of them, queue and write, end here
     * @return its number, when the order is durable; or an {@link IOException} if it may not be: then the order may
     *     exist. The thread that writes the order completes it, and runs dependent stages, which must be short
     * @throws StaleEpochException if the epoch is not open: the order does not exist
     * @throws IOException if no orders are accepted any more: the order does not exist
     */
    CompletableFuture<Long> append(String epoch, OrderLine order, boolean alone, Phases phases)
            throws StaleEpochException, IOException;

    /** Opens an epoch, and closes the one before it; returns the number of the last order of older epochs. */
    long openEpoch(String epoch);

    /** Closes the epoch, if it is open. */
    void closeEpoch(String epoch);

    /** An order by its number. */
    Optional<Order> find(long number) throws IOException;

    /** The durable orders after the number, 0 or more, without a gap: at most {@code most}. */
    List<Order> findAfter(long number, int most) throws IOException;

    /**
     * The newest order with the key, among the orders whose keys are remembered.
     *
     * @throws TimeoutException if the keys are still being read, because the service has just started
     */
    Optional<Order> findByKey(String key) throws IOException, TimeoutException;

    /** Returns whether {@link #findByKey} need not wait for the keys to be read. */
    boolean hasKeys();

    /** The durable orders after the number, without a gap, at most {@code most}. */
    List<CommittedOrder> after(long number, int most) throws IOException;

    /** Waits for a durable order after the number; returns false after this time, or when it is woken. */
    boolean awaitAfter(long number, Duration time) throws InterruptedException;

    /** Wakes the threads in {@link #awaitAfter}. */
    void wake();

    /** The number of the newest durable order, which is also how many orders there are; 0 if there is none. */
    long latest();

    /** The identity of the store, random. */
    String id();

    /**
     * A digest of the orders up to one, in 16 hexadecimal digits. Two stores with one id and different orders have
     * different digests.
     *
     * @param number from 0 to {@link #latest()}
     */
    String digest(long number) throws IOException;

    /** How long the current write of orders has taken until now; zero if there is none. */
    Duration stalled();

    /** The epoch is not open, so the order was not appended. */
    final class StaleEpochException extends Exception {
        StaleEpochException(String message) {
            super(message, null, false, false); // no stack trace: this is part of normal work
        }
    }
}

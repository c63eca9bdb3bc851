package toystore.orders;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.Order;

/**
 * The orders of the store, wherever they are kept. An order exists if and only if it is in here. Thread-safe.
 *
 * <p>Orders are committed under an <em>epoch</em>: once another one is opened, or this one is closed, no order of it
 * is taken any more, not even by a thread that was stopped in between and goes on now.
 */
interface OrderStore {
    /**
     * Gives the order the next number.
     *
     * @param alone whether no other order is on its way: then nobody has to wait if this one takes its time
     * @return the order, once it is durable, by whichever thread finds that out; so what follows must not take long. Or an
     *     {@link IOException} if it is not known to be: the order may be found later, or not
     * @throws StaleEpochException if the epoch is not open: there is no such order
     * @throws IOException if nothing is taken any more: there is none either
     */
    CompletableFuture<Order> commit(String epoch, Draft draft, boolean alone) throws StaleEpochException, IOException;

    /** Opens an epoch, and closes the one before it; returns the number of the last order of older epochs. */
    long openEpoch(String epoch);

    /** Closes the epoch, if it is open. */
    void closeEpoch(String epoch);

    /** An order by its number. */
    Optional<Order> find(long number) throws IOException;

    /**
     * The newest order that was placed with the key, if it is among those that are remembered.
     *
     * @throws TimeoutException if that is not known yet, because the book was opened a moment ago
     */
    Optional<Order> findByKey(String key) throws IOException, TimeoutException;

    /** Durable orders behind the number, without a gap, at most so many. */
    List<CommittedOrder> after(long number, int most) throws IOException;

    /** Waits for a durable order behind the number; false if none comes in that time, or if it is woken. */
    boolean awaitAfter(long number, Duration time) throws InterruptedException;

    /** Wakes who waits in {@link #awaitAfter}. */
    void wake();

    /** The number of the newest durable order, which is also how many there are; 0 if there is none. */
    long latest();

    /** Tells this book from all others. */
    String id();

    /**
     * Tells what the book has up to an order from other histories of the same book: 16 hexadecimal digits.
     *
     * @param number from 0 to {@link #latest()}
     */
    String digest(long number) throws IOException;

    /** How long a write of orders has been under way that is not done; zero if none is. */
    Duration stalled();

    /**
     * An order that has no number yet.
     *
     * @param price of one unit
     * @param key names it for its client; may be {@code null}
     * @param reservation that it is made from
     */
    record Draft(String name, int quantity, BigDecimal price, Instant time, String key, String reservation) {
        Order numbered(long number) {
            return new Order(number, name, quantity, price, time);
        }
    }
}

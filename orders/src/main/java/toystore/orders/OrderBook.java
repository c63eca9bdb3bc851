package toystore.orders;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import toystore.wire.message.Order;

/** The orders of the store, wherever they are kept. An order exists if and only if it is in here. Thread-safe. */
interface OrderBook {
    /**
     * Gives the order the next number. Returns when it is durable.
     *
     * @throws IOException if it is not known to be durable, or cannot be
     */
    Order commit(Draft draft) throws IOException;

    /** An order by its number. */
    Optional<Order> find(long number) throws IOException;

    /** The number of the newest order, which is also how many there are; 0 if there is none. */
    long latest();

    /**
     * An order that has no number yet.
     *
     * @param price of one unit
     */
    record Draft(String name, int quantity, BigDecimal price, Instant time) {
        Order numbered(long number) {
            return new Order(number, name, quantity, price, time);
        }
    }
}

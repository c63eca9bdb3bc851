package toystore.wire.message;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * An order in the order log.
 *
 * @param orderNumber 1, 2, 3 … without gaps
 * @param price of one unit at the time of the order
 * @param time when it was placed (UTC)
 */
public record Order(long orderNumber, String name, int quantity, BigDecimal price, Instant time) implements Reply {
    public Order {
        Constraints.orderNumber(orderNumber);
        Constraints.name(name);
        Constraints.quantity(quantity);
        price = Constraints.price(price);
        if (time == null) {
            throw new IllegalArgumentException("time is missing");
        }
    }
}

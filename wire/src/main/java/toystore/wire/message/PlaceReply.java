package toystore.wire.message;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * The order that a {@code post} made: the fields of {@link Order}.
 *
 * @param version of its product after the sale; 0 if the order had been placed before, with the same key
 */
public record PlaceReply(long orderNumber, String name, int quantity, BigDecimal price, Instant time, long version)
        implements Reply {

    public PlaceReply(Order order, long version) {
        this(order.orderNumber(), order.name(), order.quantity(), order.price(), order.time(), version);
    }

    /** The order alone, as a later look-up finds it. */
    public Order order() {
        return new Order(orderNumber, name, quantity, price, time);
    }
}

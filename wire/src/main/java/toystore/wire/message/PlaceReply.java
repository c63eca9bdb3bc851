package toystore.wire.message;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * The reply to {@link OrdersRequest.Place}: the fields of the {@link Order}.
 *
 * @param version of the product after the order; 0 if the order was placed before, with the same key
 */
public record PlaceReply(long orderNumber, String name, int quantity, BigDecimal price, Instant time, long version)
        implements Reply {

    public PlaceReply(Order order, long version) {
        this(order.orderNumber(), order.name(), order.quantity(), order.price(), order.time(), version);
    }

    /** The order, as {@link OrdersRequest.Get} returns it. */
    public Order order() {
        return new Order(orderNumber, name, quantity, price, time);
    }
}

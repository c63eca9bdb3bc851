package toystore.wire.message;

import java.math.BigDecimal;

/**
 * Units are reserved.
 *
 * @param price of one unit now
 * @param quantity units left for others
 * @param version of the product after it
 */
public record ReserveReply(BigDecimal price, int quantity, long version) implements Reply {
    public ReserveReply {
        price = Constraints.price(price);
        Constraints.stock(quantity);
    }
}

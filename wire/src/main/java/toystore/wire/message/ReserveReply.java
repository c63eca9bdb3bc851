package toystore.wire.message;

import java.math.BigDecimal;

/**
 * The reply to {@link CatalogRequest.Reserve}.
 *
 * @param price of one unit
 * @param quantity units that are still for sale
 * @param version of the product after the reservation
 */
public record ReserveReply(BigDecimal price, int quantity, long version) implements Reply {
    public ReserveReply {
        price = Constraints.price(price);
        Constraints.stock(quantity);
    }
}

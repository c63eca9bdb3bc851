package toystore.wire.message;

import java.math.BigDecimal;

/**
 * Units are reserved.
 *
 * @param price of one unit now
 * @param quantity units left for others
 * @param version of the product after it
 */
public record Sale(BigDecimal price, int quantity, long version) implements Reply {
    public Sale {
        price = Rules.price(price);
        Rules.stock(quantity);
    }
}

package toystore.wire.message;

import java.math.BigDecimal;

/**
 * A product as it is for sale.
 *
 * @param price of one unit
 * @param quantity units for sale, never below 0
 * @param version grows with every change of this product, and from one run of the catalog to the next
 */
public record Product(String name, BigDecimal price, int quantity, long version) implements Reply {
    public Product {
        Constraints.name(name);
        price = Constraints.price(price);
        Constraints.stock(quantity);
    }
}

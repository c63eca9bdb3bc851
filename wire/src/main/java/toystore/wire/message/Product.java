package toystore.wire.message;

import java.math.BigDecimal;

/**
 * A product that is for sale.
 *
 * @param price of one unit
 * @param quantity units for sale, never below 0
 * @param version increases with every change of the product, and with every restart of the catalog
 */
public record Product(String name, BigDecimal price, int quantity, long version) implements Reply {
    public Product {
        Constraints.name(name);
        price = Constraints.price(price);
        Constraints.stock(quantity);
    }
}

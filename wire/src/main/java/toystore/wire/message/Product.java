package toystore.wire.message;

import java.math.BigDecimal;

/**
 * A product as it is for sale.
 *
 * @param price of one unit
 * @param quantity units for sale, never below 0
 * @param version grows with every change of this product while the catalog runs
 */
public record Product(String name, BigDecimal price, int quantity, long version) implements Reply {
    public Product {
        Rules.name(name);
        price = Rules.price(price);
        Rules.stock(quantity);
    }

    /** This product with more units, or fewer. */
    public Product plus(int units) {
        return new Product(name, price, quantity + units, version + 1);
    }

    /** This product at another price. */
    public Product at(BigDecimal other) {
        return new Product(name, other, quantity, version + 1);
    }
}

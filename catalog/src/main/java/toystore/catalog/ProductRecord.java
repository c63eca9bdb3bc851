package toystore.catalog;

import java.math.BigDecimal;
import toystore.wire.message.Constraints;

/**
 * A product as it is counted.
 *
 * @param quantity units in stock. While orders are counted again after a crash, there may be more than are ever allowed
 *     at once: the restocks that came after those orders are counted already
 */
record ProductRecord(String name, BigDecimal price, Long quantity) {
    ProductRecord {
        Constraints.name(name);
        price = Constraints.price(price);
        if (quantity == null) {
            throw new IllegalArgumentException("quantity is missing");
        }
        Constraints.count("quantity", quantity);
    }

    ProductRecord plus(long units) {
        return new ProductRecord(name, price, quantity + units);
    }

    ProductRecord at(BigDecimal other) {
        return new ProductRecord(name, other, quantity);
    }
}

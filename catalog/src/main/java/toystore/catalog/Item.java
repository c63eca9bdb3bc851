package toystore.catalog;

import java.math.BigDecimal;
import toystore.wire.message.Rules;

/**
 * A product as it is counted.
 *
 * @param quantity units in stock. While orders are counted again after a crash, there may be more than are ever allowed
 *     at once: the restocks that came after those orders are counted already
 */
record Item(String name, BigDecimal price, Long quantity) {
    Item {
        Rules.name(name);
        price = Rules.price(price);
        if (quantity == null) {
            throw new IllegalArgumentException("quantity is missing");
        }
        Rules.count("quantity", quantity);
    }

    Item plus(long units) {
        return new Item(name, price, quantity + units);
    }

    Item at(BigDecimal other) {
        return new Item(name, other, quantity);
    }
}

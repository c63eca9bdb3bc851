package toystore.catalog;

import java.math.BigDecimal;
import toystore.wire.message.Constraints;

/**
 * A change that is no order: of a product that there is, or a new product.
 *
 * @param price of one unit from now on; {@code null} if it stays as it is
 * @param add units that come into stock
 */
record Change(String name, BigDecimal price, int add) {
    Change {
        Constraints.name(name);
        price = price == null ? null : Constraints.price(price);
        Constraints.added(add);
    }

    /** The product that it makes when there is none of that name. */
    ProductRecord item() {
        return new ProductRecord(name, price, (long) add);
    }
}

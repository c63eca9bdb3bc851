package toystore.engine;

import java.math.BigDecimal;
import toystore.wire.message.Constraints;

/**
 * A change of a product, or a new product.
 *
 * @param price the new price of one unit; {@code null} if it stays as it is
 * @param add units added to the stock, or taken from it if negative
 */
public record ProductChange(String name, BigDecimal price, int add) {
    public ProductChange {
        Constraints.name(name);
        price = price == null ? null : Constraints.price(price);
        Constraints.added(add);
    }

    /** The units that this change takes from the stock. */
    public int taken() {
        return Math.max(0, -add);
    }
}

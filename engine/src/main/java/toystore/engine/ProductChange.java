package toystore.engine;

import java.math.BigDecimal;
import toystore.wire.message.Constraints;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

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

    /**
     * Refuses this change of a product if it would leave too many units.
     *
     * @param quantity the units in stock before it
     */
    public void requireRoom(long quantity) throws RefusedException {
        long units = quantity + add;
        if (units > Constraints.MAX_STOCK) {
            throw new RefusedException(Refusal.notUnderstood("add is " + add + ", which makes " + units
                    + " units in stock; at most " + Constraints.MAX_STOCK + " are allowed"));
        }
    }

    /** Refuses this change of a product that does not exist, unless it can add the product. */
    public void requireNew() throws RefusedException {
        if (price == null) {
            throw new RefusedException(Refusal.unknownProduct());
        }
        if (taken() > 0) {
            throw new RefusedException(Refusal.notUnderstood(
                    "add is " + add + ", but " + name + " is a new product; expected a whole number from 0"));
        }
    }

    /** The units that this change takes from the stock. */
    public int taken() {
        return Math.max(0, -add);
    }
}

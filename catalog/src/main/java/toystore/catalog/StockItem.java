package toystore.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import toystore.wire.message.Constraints;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/**
 * One product, behind a lock of its own: what is in stock, counting the orders up to {@code as_of}, and what of that is
 * for sale, because it is not reserved for an order that is yet to be counted.
 */
final class StockItem {
    @GuardedBy("this")
    private ProductRecord counted;

    @GuardedBy("this")
    private long reserved;

    @GuardedBy("this")
    private long version; // of what a shopper sees

    private final Watchers watchers;

    /**
     * A product.
     *
     * @param version its first one: higher than any that it had before this process was started
     * @param watchers who are told when it changes for shoppers
     */
    StockItem(ProductRecord item, long version, Watchers watchers) {
        this.counted = item;
        this.version = version;
        this.watchers = watchers;
    }

    /** As a shopper sees it. */
    synchronized Product forSale() {
        return new Product(counted.name(), counted.price(), units(), version);
    }

    /** As the catalog file has it. */
    synchronized ProductRecord counted() {
        return counted;
    }

    /** Sets units aside: all of them or none. */
    synchronized Product reserve(int quantity) throws RefusedException {
        if (quantity > units()) {
            throw new RefusedException(Refusal.outOfStock(quantity, units()));
        }
        reserved += quantity;
        changed();
        return forSale();
    }

    /** Puts units back that were set aside. */
    synchronized void release(int quantity) {
        reserved -= quantity;
        changed();
    }

    /**
     * Counts an order.
     *
     * @param setAside units that were set aside for it
     * @throws RefusedException if there are not so many units in stock
     */
    synchronized void sell(int quantity, int setAside) throws RefusedException {
        if (quantity > counted.quantity()) {
            throw new RefusedException(Refusal.stale(quantity + " " + counted.name() + " are ordered and "
                    + counted.quantity() + " were in stock: the order log does not belong to this catalog"));
        }
        counted = counted.plus(-quantity);
        reserved -= setAside;
        if (setAside != quantity) {
            changed();
        }
    }

    /** Counts a change. */
    synchronized void change(Change change) {
        counted = (change.price() == null ? counted : counted.at(change.price())).plus(change.add());
        changed();
    }

    /** Refuses a change that would make too much of it. */
    synchronized void check(Change change) throws RefusedException {
        long units = counted.quantity() + change.add();
        if (units > Constraints.MAX_STOCK) {
            throw new RefusedException(Refusal.notUnderstood("add is " + change.add() + ", which makes " + units
                    + " units in stock; at most " + Constraints.MAX_STOCK + " are allowed"));
        }
    }

    @GuardedBy("this")
    private void changed() {
        version++;
        watchers.changed(this);
    }

    @GuardedBy("this")
    private int units() {
        return (int) Math.max(0, Math.min(counted.quantity() - reserved, Constraints.MAX_STOCK));
    }
}

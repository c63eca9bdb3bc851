package toystore.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Rules;

/**
 * One product, behind a lock of its own: what is in stock, counting the orders up to {@code as_of}, and what of that is
 * for sale, because it is not reserved for an order that is yet to be counted.
 */
final class Stock {
    @GuardedBy("this")
    private Item counted;

    @GuardedBy("this")
    private long reserved;

    @GuardedBy("this")
    private long version = 1; // of what a shopper sees

    Stock(Item item) {
        this.counted = item;
    }

    /** As a shopper sees it. */
    synchronized Product forSale() {
        return new Product(counted.name(), counted.price(), units(), version);
    }

    /** As the catalog file has it. */
    synchronized Item counted() {
        return counted;
    }

    /** Sets units aside: all of them or none. */
    synchronized Product reserve(int quantity) throws RefusedException {
        if (quantity > units()) {
            throw new RefusedException(Refusal.outOfStock(quantity, units()));
        }
        reserved += quantity;
        version++;
        return forSale();
    }

    /** Puts units back that were set aside. */
    synchronized void release(int quantity) {
        reserved -= quantity;
        version++;
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
        version += setAside == quantity ? 0 : 1;
    }

    /** Counts a change. */
    synchronized void change(Change change) {
        counted = (change.price() == null ? counted : counted.at(change.price())).plus(change.add());
        version++;
    }

    /** Refuses a change that would make too much of it. */
    synchronized void check(Change change) throws RefusedException {
        long units = counted.quantity() + change.add();
        if (units > Rules.MAX_STOCK) {
            throw new RefusedException(Refusal.notUnderstood("add is " + change.add() + ", which makes " + units
                    + " units in stock; at most " + Rules.MAX_STOCK + " are allowed"));
        }
    }

    @GuardedBy("this")
    private int units() {
        return (int) Math.max(0, Math.min(counted.quantity() - reserved, Rules.MAX_STOCK));
    }
}

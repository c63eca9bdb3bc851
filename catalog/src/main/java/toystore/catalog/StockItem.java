package toystore.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.math.BigDecimal;
import toystore.catalog.CatalogFile.ProductRecord;
import toystore.engine.ProductChange;
import toystore.engine.Watchers;
import toystore.wire.message.Constraints;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReserveReply;

/**
 * One product: its price, its stock, and how much of that is available. Thread-safe; its monitor is a leaf lock.
 *
 * <p>The stock contains all applied orders and changes. A unit is available if it is in stock and not reserved for an
 * order, or for a change that takes it, which is still to be applied.
 */
final class StockItem {
    private final Watchers<StockItem> watchers;

    @GuardedBy("this")
    private ProductRecord record; // its quantity is the stock

    @GuardedBy("this")
    private long reserved;

    @GuardedBy("this")
    private long version; // increases with every change of the price or the available units

    /**
     * A product.
     *
     * @param version the first one: higher than any version of this product in an earlier run
     */
    StockItem(ProductRecord record, long version, Watchers<StockItem> watchers) {
        this.record = record;
        this.version = version;
        this.watchers = watchers;
    }

    /** The product as shoppers see it. */
    synchronized Product product() {
        return new Product(record.name(), record.price(), available(), version);
    }

    /** The product as the catalog file contains it. */
    synchronized ProductRecord record() {
        return record;
    }

    synchronized int available() {
        return (int) Math.max(0, Math.min(record.quantity() - reserved, Constraints.MAX_STOCK));
    }

    /** Reserves units: all of them or none. */
    synchronized ReserveReply reserve(int quantity) throws RefusedException {
        int available = available();
        if (quantity > available) {
            throw new RefusedException(Refusal.outOfStock(quantity, available));
        }
        reserved += quantity;
        changed();
        return new ReserveReply(record.price(), available(), version);
    }

    /** Makes reserved units available again. */
    synchronized void release(int quantity) {
        reserved -= quantity;
        changed();
    }

    /**
     * Applies an order.
     *
     * @param reservedUnits the units of its reservation, 0 if there is none
     * @throws RefusedException if fewer units are in stock
     */
    synchronized void apply(int quantity, int reservedUnits) throws RefusedException {
        if (quantity > record.quantity()) {
            throw new RefusedException(Refusal.stale(quantity + " " + record.name() + " are ordered but only "
                    + record.quantity() + " were in stock: the order log does not belong to this catalog"));
        }
        record = new ProductRecord(record.name(), record.price(), record.quantity() - quantity);
        reserved -= reservedUnits;
        if (reservedUnits != quantity) {
            changed();
        }
    }

    /**
     * Applies a change.
     *
     * @param reservedUnits the units that were reserved for it
     * @throws IllegalArgumentException if it takes more units than are in stock
     */
    synchronized void apply(ProductChange change, int reservedUnits) {
        BigDecimal price = change.price() == null ? record.price() : change.price();
        record = new ProductRecord(record.name(), price, record.quantity() + change.add());
        reserved -= reservedUnits;
        changed();
    }

    /** Reserves the units that a change takes, until it is applied, so that no order gets them: all of them or none. */
    synchronized void reserveFor(ProductChange change) throws RefusedException {
        int available = available();
        if (change.taken() > available) {
            throw new RefusedException(Refusal.tooFewToTake(change.add(), available));
        }
        reserved += change.taken();
        changed();
    }

    /** Refuses a change that would leave too many units. */
    synchronized void requireRoomFor(ProductChange change) throws RefusedException {
        change.requireRoom(record.quantity());
    }

    @GuardedBy("this")
    private void changed() {
        version++;
        watchers.changed(this);
    }
}

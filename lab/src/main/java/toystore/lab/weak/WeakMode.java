package toystore.lab.weak;

import java.io.IOException;
import java.util.Optional;
import toystore.common.Address;
import toystore.durable.Storage;
import toystore.orders.Catalog;
import toystore.orders.OrderStore;

/**
 * A store without one of its rules: a decorator on a seam of orders, and a schedule that shows why the rule is there.
 *
 * <p>The decorator runs in the orders process ({@link WeakOrders}), the schedule in the process of the lab. With the rule
 * in place, the schedule is the same, and the decorator only holds orders where the schedule wants it.
 */
public interface WeakMode {
    /** The name on the command line. */
    String name();

    /** The rule that the mode takes away. */
    Rule rule();

    /**
     * Runs the schedule.
     *
     * @return the broken promise, which begins with a word in capitals; empty if none was broken
     * @throws IOException if something that the schedule waits for does not happen
     */
    Optional<String> run(Experiment experiment) throws IOException, InterruptedException;

    /** The disk of the order log. */
    default Storage storage(Setting setting) {
        return Storage.DISK;
    }

    /** Decorates the order log. */
    default OrderStore store(OrderStore real, Setting setting) {
        return real;
    }

    /** Decorates the client of the catalog. */
    default Catalog catalog(Catalog real, Setting setting) {
        return real;
    }

    /**
     * The setting in which a decorator works.
     *
     * @param correct whether the rule is in place
     * @param hold where the schedule holds orders
     * @param catalog address of the catalog
     */
    record Setting(boolean correct, long seed, HoldPoint hold, Address catalog) {}
}

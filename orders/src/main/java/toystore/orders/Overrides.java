package toystore.orders;

import java.util.function.UnaryOperator;
import toystore.durable.Storage;

/**
 * Where tests can put something of their own between the parts of the service.
 *
 * @param storage what the order log is kept on
 */
record Overrides(Storage storage, UnaryOperator<OrderStore> store, UnaryOperator<Catalog> catalog, Timeouts timeouts) {
    /** Nothing in between. */
    static final Overrides NONE =
            new Overrides(Storage.DISK, UnaryOperator.identity(), UnaryOperator.identity(), Timeouts.USUAL);
}

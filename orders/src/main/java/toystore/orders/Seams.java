package toystore.orders;

import java.util.function.UnaryOperator;
import toystore.durable.Storage;

/**
 * Where tests can put something of their own between the parts of the service.
 *
 * @param storage what the order log is kept on
 */
record Seams(Storage storage, UnaryOperator<OrderBook> book, UnaryOperator<Catalog> catalog, Timeouts timeouts) {
    /** Nothing in between. */
    static final Seams NONE =
            new Seams(Storage.DISK, UnaryOperator.identity(), UnaryOperator.identity(), Timeouts.USUAL);
}

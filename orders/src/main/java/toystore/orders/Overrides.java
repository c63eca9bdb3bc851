package toystore.orders;

import java.time.Duration;
import java.util.function.UnaryOperator;
import toystore.durable.Storage;

/**
 * The parts of the service that a test, or a weak mode of the lab, can replace.
 *
 * @param storage the disk of the order log
 * @param store wraps the order log
 * @param catalog wraps the client of the catalog
 */
public record Overrides(
        Storage storage, UnaryOperator<OrderStore> store, UnaryOperator<Catalog> catalog, Timeouts timeouts) {
    /**
     * An order takes less time than the frontend waits, and each wait in it less than that: time is left for a retry.
     */
    public static final Overrides NONE = new Overrides(
            Storage.DISK,
            UnaryOperator.identity(),
            UnaryOperator.identity(),
            new Timeouts(
                    Duration.ofSeconds(4),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(3),
                    Duration.ofMillis(1500),
                    Duration.ofSeconds(1)));

    /**
     * How long the service waits.
     *
     * @param order from the request for an order to its reply
     * @param write of the log: while one takes longer, no other order is begun
     * @param epoch of an order, for an epoch
     * @param outage of the catalog that may be a restart: orders wait for its end; during a longer one they are refused
     * @param reply of the catalog
     * @param keys of the last orders, to be read when the service starts
     */
    public record Timeouts(
            Duration order, Duration write, Duration epoch, Duration outage, Duration reply, Duration keys) {}
}

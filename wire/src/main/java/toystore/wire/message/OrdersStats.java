package toystore.wire.message;

/**
 * Counters and health of the orders service.
 *
 * @param orders in the log, which is also the number of the newest one
 * @param ready whether orders can be placed: an epoch is open with the catalog, and the disk does not hang
 * @param problem the reason if orders cannot be placed, else {@code null}
 */
public record OrdersStats(long uptimeSeconds, long orders, boolean ready, String problem, TrafficStats traffic)
        implements Reply {}

package toystore.wire.message;

/**
 * Counters and health of the orders service.
 *
 * @param orders in the log, which is also the number of the newest one
 */
public record OrdersStats(long uptimeSeconds, long orders, Traffic traffic) implements Reply {}

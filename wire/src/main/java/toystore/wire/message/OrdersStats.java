package toystore.wire.message;

/**
 * Counters and health of the orders service.
 *
 * @param orders in the log, which is also the number of the newest one
 * @param ready whether orders can be placed: an epoch is open with the catalog, and the disk does not hang
 * @param problem the reason if orders cannot be placed, else {@code null}
 * @param epoch that is open with the catalog; {@code null} if none is
 * @param epochs opened since the service started
 * @param asOf number of the last order that the catalog has applied, as far as orders knows; {@code null} before the
 *     catalog has replied
 * @param logBytes size of the log, without the blanks at its end
 * @param recovery of the log when the service started; {@code null} from an older version
 */
public record OrdersStats(
        long uptimeSeconds,
        long orders,
        boolean ready,
        String problem,
        String epoch,
        long epochs,
        Long asOf,
        long logBytes,
        RecoveryStats recovery,
        TrafficStats traffic)
        implements Reply {}

package toystore.wire.message;

/**
 * Counters and health of the catalog.
 *
 * @param products how many there are
 * @param units for sale, of all products together
 * @param reservations for orders that are not counted yet
 * @param asOf number of the last order that the stock counts
 * @param ready whether an epoch is served, so that orders can be placed
 */
public record CatalogStats(
        long uptimeSeconds, int products, long units, int reservations, long asOf, boolean ready, TrafficStats traffic)
        implements Reply {}

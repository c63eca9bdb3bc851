package toystore.wire.message;

/**
 * Counters and health of the catalog.
 *
 * @param products the number of products
 * @param units for sale, of all products together
 * @param reservations for orders that are not applied yet
 * @param asOf number of the last order that is applied to the stock
 * @param ready whether an epoch is active, so that orders can be placed
 */
public record CatalogStats(
        long uptimeSeconds, int products, long units, int reservations, long asOf, boolean ready, TrafficStats traffic)
        implements Reply {}

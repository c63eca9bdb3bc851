package toystore.wire.message;

/**
 * Counters and health of the catalog.
 *
 * @param products how many there are
 * @param units in stock, of all products together
 */
public record CatalogStats(long uptimeSeconds, int products, long units, Traffic traffic) implements Reply {}

package toystore.wire.message;

import java.time.Instant;

/**
 * Counters and health of the catalog.
 *
 * @param products the number of products
 * @param units for sale, of all products together
 * @param reservations for orders that are not applied yet
 * @param asOf number of the last order that is applied to the stock
 * @param ready whether orders can be placed: an epoch is active, or the database replies
 * @param problem the reason if products cannot be read, else {@code null}
 * @param epoch the current one, which may not be active yet; {@code null} if none was opened
 * @param epochs opened since the catalog started
 * @param lastCheckpoint when the catalog file was last written; {@code null} before the first time since the start
 */
public record CatalogStats(
        long uptimeSeconds,
        int products,
        long units,
        int reservations,
        long asOf,
        boolean ready,
        String problem,
        String epoch,
        long epochs,
        Instant lastCheckpoint,
        TrafficStats traffic)
        implements Reply {}

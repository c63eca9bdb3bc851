package toystore.wire.message;

/**
 * The position of the catalog in the order log.
 *
 * @param asOf number of the last order that is applied to its stock
 */
public record CatalogPosition(long asOf) implements Reply {}

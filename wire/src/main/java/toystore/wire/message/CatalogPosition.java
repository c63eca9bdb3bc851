package toystore.wire.message;

/**
 * The catalog has taken note.
 *
 * @param asOf number of the last order that its stock counts
 */
public record CatalogPosition(long asOf) implements Reply {}

package toystore.wire.message;

/**
 * An epoch is open.
 *
 * @param epoch its name, never used before
 * @param asOf number of the last order that the catalog's stock counts
 */
public record OpenReply(String epoch, long asOf) implements Reply {}

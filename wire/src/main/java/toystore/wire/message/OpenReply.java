package toystore.wire.message;

/**
 * The reply to {@link CatalogRequest.Open}.
 *
 * @param epoch name of the new epoch, never used before
 * @param asOf number of the last order that is applied to the stock
 */
public record OpenReply(String epoch, long asOf) implements Reply {}

package toystore.wire.message;

/** The reply to {@link CatalogRequest.Refresh}: the catalog has the products. */
public record RefreshReply() implements Reply {}

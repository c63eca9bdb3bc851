package toystore.wire.message;

/** The reply of a service to a request that it has carried out. On the wire, the fields follow {@code "code":1}. */
public sealed interface Reply
        permits Product,
                ProductPage,
                ProductUpdates,
                PutReply,
                ReserveReply,
                OpenReply,
                CatalogPosition,
                RefreshReply,
                Order,
                OrderPage,
                PlaceReply,
                CatalogStats,
                OrdersStats,
                ReplyStream,
                DeferredReply {
    /** The code of every reply; a {@link Refusal} has another. */
    int OK = 1;
}

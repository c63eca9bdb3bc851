package toystore.wire.message;

/** What a service answers when it did what it was asked: on the wire, the record's fields after {@code "code":1}. */
public sealed interface Reply
        permits Product,
                ProductPage,
                ProductUpdates,
                PutReply,
                ReserveReply,
                OpenReply,
                CatalogPosition,
                Order,
                PlaceReply,
                CatalogStats,
                OrdersStats,
                ReplyStream,
                DeferredReply {
    /** The code of a reply, in contrast to those of a {@link Refusal}. */
    int OK = 1;
}

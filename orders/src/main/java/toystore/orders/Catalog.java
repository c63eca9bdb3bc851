package toystore.orders;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.UnavailableException;

/** The catalog as orders needs it. Thread-safe. */
interface Catalog {
    /**
     * Sets units aside for an order that is about to be committed.
     *
     * @return the sale, or a {@link RefusedException} or {@link UnavailableException}; by a thread that has others to tell
     */
    CompletableFuture<ReserveReply> reserve(String name, int quantity, String epoch, String reservation);

    /** The number of the last order that the catalog counts. */
    long position() throws RefusedException, UnavailableException;

    /** Opens an epoch for the order book that the request names. */
    OpenReply open(CatalogRequest.Open store) throws RefusedException, UnavailableException;

    /** Tells of committed orders; returns the number of the last one that the catalog counts. */
    long sold(String epoch, List<CommittedOrder> orders) throws RefusedException, UnavailableException;

    /** Says that all orders of older epochs, up to the number, were told. */
    void ready(String epoch, long head) throws RefusedException, UnavailableException;
}

package toystore.orders;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.UnavailableException;

/** The requests of the orders service to the catalog. Thread-safe. */
public interface Catalog {
    /**
     * Reserves units for an order that is about to be appended.
     *
     * @return the reply, or a {@link RefusedException} or {@link UnavailableException}. The thread that reads the
     *     catalog's replies completes it, and runs dependent stages, which must be short
     */
    CompletableFuture<ReserveReply> reserve(String name, int quantity, String epoch, String reservation);

    /** The number of the last order that the catalog has applied. */
    long position() throws RefusedException, UnavailableException;

    /** Opens an epoch for an order log. */
    OpenReply open(CatalogRequest.Open request) throws RefusedException, UnavailableException;

    /** Applies committed orders to the stock; returns the number of the last order that the catalog has applied. */
    long apply(String epoch, List<CommittedOrder> orders) throws RefusedException, UnavailableException;

    /** Activates the epoch: all orders of older epochs, up to the number, are applied. */
    void activate(String epoch, long head) throws RefusedException, UnavailableException;
}

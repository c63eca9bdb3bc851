package toystore.lab.weak;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import toystore.orders.Catalog;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.UnavailableException;

/** A client of the catalog that passes every call on. A decorator overrides those that it changes. */
interface ForwardingCatalog extends Catalog {
    Catalog real();

    @Override
    default CompletableFuture<ReserveReply> reserve(String name, int quantity, String epoch, String reservation) {
        return real().reserve(name, quantity, epoch, reservation);
    }

    @Override
    default long position() throws RefusedException, UnavailableException {
        return real().position();
    }

    @Override
    default OpenReply open(CatalogRequest.Open request) throws RefusedException, UnavailableException {
        return real().open(request);
    }

    @Override
    default long apply(String epoch, List<CommittedOrder> orders) throws RefusedException, UnavailableException {
        return real().apply(epoch, orders);
    }

    @Override
    default void activate(String epoch, long head) throws RefusedException, UnavailableException {
        real().activate(epoch, head);
    }
}

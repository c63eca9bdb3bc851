package toystore.orders;

import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import toystore.common.Address;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.MessageClient;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PeerTransport;
import toystore.wire.net.PipelinedClient;
import toystore.wire.net.UnavailableException;

/** Sends requests to the catalog: reservations over one connection, the order feed over another. Thread-safe. */
final class CatalogGateway implements Catalog, Closeable {
    private final PipelinedClient reservations;
    private final MessageClient feed; // a connection of its own, so that it does not wait for reservations

    /** @param observer observes every call */
    CatalogGateway(Address catalog, PeerTransport transport, Duration replyTimeout, MessageObserver observer) {
        var options = new MessageClient.Options(
                "catalog", catalog, 1, MessageClient.Options.CONNECT_TIMEOUT, replyTimeout, transport);
        this.reservations = new PipelinedClient(options, observer);
        this.feed = new MessageClient(options, observer);
    }

    @Override
    public CompletableFuture<ReserveReply> reserve(String name, int quantity, String epoch, String reservation) {
        return reservations.call(new CatalogRequest.Reserve(name, quantity, epoch, reservation));
    }

    @Override
    public long position() throws RefusedException, UnavailableException {
        return feed.call(new CatalogRequest.Position()).asOf();
    }

    @Override
    public OpenReply open(CatalogRequest.Open request) throws RefusedException, UnavailableException {
        return feed.call(request);
    }

    @Override
    public long apply(String epoch, List<CommittedOrder> orders) throws RefusedException, UnavailableException {
        return feed.call(new CatalogRequest.Apply(epoch, orders)).asOf();
    }

    @Override
    public void activate(String epoch, long head) throws RefusedException, UnavailableException {
        feed.call(new CatalogRequest.Activate(epoch, head));
    }

    @Override
    public void close() {
        reservations.close();
        feed.close();
    }
}

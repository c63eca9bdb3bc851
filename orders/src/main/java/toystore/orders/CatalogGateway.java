package toystore.orders;

import java.io.Closeable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import toystore.common.Address;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Opened;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Sale;
import toystore.wire.message.SoldOrder;
import toystore.wire.net.MessageClient;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PipelinedClient;
import toystore.wire.net.UnavailableException;

/** The catalog over the wire. */
final class CatalogGateway implements Catalog, Closeable {
    private final PipelinedClient shoppers;
    private final MessageClient feed; // so that it does not wait for shoppers

    /** @param observer is told of every call */
    CatalogGateway(Address catalog, Duration replyTimeout, MessageObserver observer) {
        var options =
                new MessageClient.Options("catalog", catalog, 1, MessageClient.Options.CONNECT_TIMEOUT, replyTimeout);
        this.shoppers = new PipelinedClient(options, observer);
        this.feed = new MessageClient(options, observer);
    }

    @Override
    public CompletableFuture<Sale> reserve(String name, int quantity, String epoch, String reservation) {
        return shoppers.ask(new CatalogRequest.Post(name, quantity, epoch, reservation));
    }

    @Override
    public long position() throws RefusedException, UnavailableException {
        return feed.call(new CatalogRequest.Position()).asOf();
    }

    @Override
    public Opened open(CatalogRequest.Open book) throws RefusedException, UnavailableException {
        return feed.call(book);
    }

    @Override
    public long sold(String epoch, List<SoldOrder> orders) throws RefusedException, UnavailableException {
        return feed.call(new CatalogRequest.Sold(epoch, orders)).asOf();
    }

    @Override
    public void ready(String epoch, long head) throws RefusedException, UnavailableException {
        feed.call(new CatalogRequest.Ready(epoch, head));
    }

    @Override
    public void close() {
        shoppers.close();
        feed.close();
    }
}

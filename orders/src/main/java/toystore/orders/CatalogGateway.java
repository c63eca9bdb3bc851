package toystore.orders;

import java.io.Closeable;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Sale;
import toystore.wire.net.Address;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

/** The catalog as the order desk sees it. */
final class CatalogGateway implements Closeable {
    private static final int CONNECTIONS = 64;

    private final MessageClient client;

    CatalogGateway(Address catalog) {
        this.client = new MessageClient(new MessageClient.Options("catalog", catalog, CONNECTIONS));
    }

    Sale sell(String name, int quantity) throws RefusedException, UnavailableException {
        return client.call(new CatalogRequest.Post(name, quantity));
    }

    @Override
    public void close() {
        client.close();
    }
}

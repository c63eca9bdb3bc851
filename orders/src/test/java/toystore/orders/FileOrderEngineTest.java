package toystore.orders;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import toystore.catalog.CatalogFixture;
import toystore.common.Address;
import toystore.engine.OrderEngine;
import toystore.engine.contract.OrderEngineContract;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Product;
import toystore.wire.net.MessageClient;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PeerTransport;

/** The engine over files keeps the contract, with a real catalog. */
class FileOrderEngineTest extends OrderEngineContract {
    private static final int KEYS = 1000;

    @TempDir
    Path folder;

    private CatalogFixture catalog;

    @Override
    protected OrderEngine open(List<Product> products) throws Exception {
        catalog = CatalogFixture.start(Files.createDirectory(folder.resolve("catalog")), products);
        return reopen();
    }

    @Override
    protected OrderEngine reopen() throws Exception {
        OrdersConfig config =
                new OrdersConfig(new Address("127.0.0.1", 0), folder.resolve("orders"), catalog.address(), KEYS);
        return FileOrderEngine.open(config, TestOverrides.NONE, PeerTransport.PLAIN, MessageObserver.NONE, failure -> {
            throw new AssertionError(failure);
        });
    }

    @Override
    protected int left(String name) throws Exception {
        MessageClient client = new MessageClient(new MessageClient.Options("catalog", catalog.address(), 1));
        try (client) {
            return client.call(new CatalogRequest.Get(name)).quantity();
        }
    }

    @Override
    protected void closeStore() throws Exception {
        catalog.close();
    }
}

package toystore.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import toystore.common.Address;
import toystore.engine.OrderEngine;
import toystore.engine.contract.OrderEngineContract;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.wire.message.Product;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PeerTransport;

/** The engine over a database keeps the contract, without a catalog. */
class SqlOrderEngineTest extends OrderEngineContract {
    private static final Address NO_CATALOG = new Address("127.0.0.1", 1);
    private static final AtomicInteger count = new AtomicInteger();
    private static LocalCluster cluster;

    private DatabaseUrl url;

    @BeforeAll
    static void startServer() throws Exception {
        cluster = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void stopServer() {
        cluster.close();
    }

    @Override
    protected OrderEngine open(List<Product> products) throws Exception {
        url = Databases.create(cluster, "orders" + count.incrementAndGet());
        Connection connection = Database.connect(url);
        try (connection) {
            new Schema().init(connection, products);
        }
        return reopen();
    }

    @Override
    protected OrderEngine reopen() throws Exception {
        return SqlOrderEngine.open(url, NO_CATALOG, PeerTransport.PLAIN, MessageObserver.NONE);
    }

    @Override
    protected int left(String name) throws Exception {
        Connection connection = Database.connect(url);
        try (connection;
                PreparedStatement select =
                        connection.prepareStatement("select quantity from products where name = ?")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    @Override
    protected void closeStore() {}
}

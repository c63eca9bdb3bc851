package toystore.sql;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import toystore.common.Address;
import toystore.engine.OrderEngine;
import toystore.postgres.LocalCluster;
import toystore.wire.message.Product;
import toystore.wire.message.TrafficStats;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PeerTransport;

/** Databases of a test in a local server. */
final class Databases {
    private static final Address NO_CATALOG = new Address("127.0.0.1", 1);

    private Databases() {}

    /** Starts an inventory, and waits until it is ready. */
    static void start(SqlInventory inventory) {
        inventory.start();
        await().until(() -> inventory.stats(0, new TrafficStats(0, 0, 0, 0)).ready());
    }

    /** Makes a new store in a database, in place of one that may be there. */
    static void initialize(DatabaseUrl url, List<Product> products) throws Exception {
        Connection connection = Database.connect(url);
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists products, orders, changes, counter, store");
            new Schema().init(connection, products);
        }
    }

    /** The only value of a query, as text. */
    static String query(DatabaseUrl url, String sql) throws Exception {
        Connection connection = Database.connect(url);
        try (connection;
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    /** The only value of a query, as a number. */
    static long number(DatabaseUrl url, String sql) throws Exception {
        return Long.parseLong(query(url, sql));
    }

    static void execute(DatabaseUrl url, String sql) throws Exception {
        Connection connection = Database.connect(url);
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** A new database of the user of the cluster. */
    static DatabaseUrl create(LocalCluster cluster, String name) throws IOException {
        return create(cluster, name, "");
    }

    /** A new database of the user of the cluster, with options of {@code create database}. */
    static DatabaseUrl create(LocalCluster cluster, String name, String options) throws IOException {
        return DatabaseUrl.parse(cluster.createDatabase(name, options));
    }

    /** Opens an engine of orders without a catalog, and starts it. */
    static OrderEngine openOrders(DatabaseUrl url) throws IOException {
        OrderEngine opened = SqlOrderEngine.open(url, NO_CATALOG, PeerTransport.PLAIN, MessageObserver.NONE);
        opened.start();
        return opened;
    }
}

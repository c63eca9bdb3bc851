package toystore.sql;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import toystore.postgres.LocalCluster;
import toystore.wire.message.Product;
import toystore.wire.message.TrafficStats;

/** Databases of a test in a local server. */
final class Databases {
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
}

package toystore.sql;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import toystore.postgres.LocalCluster;
import toystore.wire.message.TrafficStats;

/** Databases of a test in a local server. */
final class Databases {
    private Databases() {}

    /** Starts an inventory, and waits until it is ready. */
    static void start(SqlInventory inventory) {
        inventory.start();
        await().until(() -> inventory.stats(0, new TrafficStats(0, 0, 0, 0)).ready());
    }

    /** A new database of the user of the cluster. */
    static DatabaseUrl create(LocalCluster cluster, String name) throws IOException {
        return create(cluster, name, "");
    }

    /** A new database of the user of the cluster, with options of {@code create database}. */
    static DatabaseUrl create(LocalCluster cluster, String name, String options) throws IOException {
        cluster.primary().execute("create database " + name + " owner toystore " + options);
        return DatabaseUrl.parse(cluster.url().replaceFirst("/toystore\\?", "/" + name + "?"));
    }
}

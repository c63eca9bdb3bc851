package toystore.sql;

import java.io.IOException;
import toystore.postgres.LocalCluster;

/** Databases of a test in a local server. */
final class Databases {
    private Databases() {}

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

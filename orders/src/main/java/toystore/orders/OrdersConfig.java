package toystore.orders;

import java.nio.file.Path;
import java.util.Optional;
import toystore.common.Address;
import toystore.sql.DatabaseUrl;

/**
 * The configuration of an orders process.
 *
 * @param listen address of the message port; port 0 picks a free one
 * @param data folder of the order log; not used with a database
 * @param catalog address of the catalog's message port
 * @param keys of at least this number of the newest orders are remembered; with a database, all are
 * @param metrics address of the metrics port; empty if there is none
 * @param peerTls folder of the certificates for connections with other services; empty for plain connections
 * @param database that has the orders; empty if they are in files
 */
public record OrdersConfig(
        Address listen,
        Path data,
        Address catalog,
        int keys,
        Optional<Address> metrics,
        Optional<Path> peerTls,
        Optional<DatabaseUrl> database) {
    public OrdersConfig {
        if (keys < 1 || keys > 100_000_000) {
            throw new IllegalArgumentException("--keys is " + keys + "; expected a whole number from 1 to 100000000");
        }
    }

    /** A configuration for files. */
    public OrdersConfig(
            Address listen, Path data, Address catalog, int keys, Optional<Address> metrics, Optional<Path> peerTls) {
        this(listen, data, catalog, keys, metrics, peerTls, Optional.empty());
    }

    /** A configuration for files, with plain connections. */
    public OrdersConfig(Address listen, Path data, Address catalog, int keys, Optional<Address> metrics) {
        this(listen, data, catalog, keys, metrics, Optional.empty());
    }

    /** A configuration for files, with plain connections, and without metrics. */
    public OrdersConfig(Address listen, Path data, Address catalog, int keys) {
        this(listen, data, catalog, keys, Optional.empty());
    }
}

package toystore.catalog;

import java.nio.file.Path;
import java.util.Optional;
import toystore.common.Address;
import toystore.sql.DatabaseUrl;
import toystore.wire.message.Constraints;

/**
 * The configuration of a catalog process.
 *
 * @param listen address for messages; port 0 picks a free one
 * @param data the folder of {@code catalog.json}; not used with a database, nor are the checkpoints
 * @param priceDigits digits that a new price may have after the point, without trailing zeros
 * @param checkpoints when {@code catalog.json} is written
 * @param restocks how sold-out products are restocked; empty if they are not
 * @param metrics address for metrics; empty for none
 * @param peerTls folder of the certificates for connections with other services; empty for plain connections
 * @param database that has the products; empty if they are in files
 */
record CatalogConfig(
        Address listen,
        Path data,
        int priceDigits,
        Checkpointer.Schedule checkpoints,
        Optional<Restocker.Policy> restocks,
        Optional<Address> metrics,
        Optional<Path> peerTls,
        Optional<DatabaseUrl> database) {
    private static final int CENTS = 2;

    CatalogConfig {
        requirePriceDigits(priceDigits);
    }

    static void requirePriceDigits(int priceDigits) {
        if (priceDigits < 0 || priceDigits > Constraints.MAX_PRICE_SCALE) {
            throw new IllegalArgumentException("--price-digits is " + priceDigits
                    + "; expected a whole number from 0 to " + Constraints.MAX_PRICE_SCALE);
        }
    }

    /** For files, with plain connections. */
    CatalogConfig(
            Address listen,
            Path data,
            int priceDigits,
            Checkpointer.Schedule checkpoints,
            Optional<Restocker.Policy> restocks,
            Optional<Address> metrics) {
        this(listen, data, priceDigits, checkpoints, restocks, metrics, Optional.empty(), Optional.empty());
    }

    /** For files, with prices in cents, plain connections, and without metrics. */
    CatalogConfig(Address listen, Path data, Checkpointer.Schedule checkpoints, Optional<Restocker.Policy> restocks) {
        this(listen, data, CENTS, checkpoints, restocks, Optional.empty());
    }
}

package toystore.orders;

import java.nio.file.Path;
import java.util.Optional;
import toystore.common.Address;

/**
 * How an orders process runs.
 *
 * @param listen where it takes messages; port 0 picks a free one
 * @param data the folder of the order log
 * @param catalog where the catalog takes messages
 * @param keys of so many of the newest orders are remembered, at least
 * @param metrics where it shows its metrics; empty if it does not
 */
record OrdersConfig(Address listen, Path data, Address catalog, int keys, Optional<Address> metrics) {
    OrdersConfig {
        if (keys < 1 || keys > 100_000_000) {
            throw new IllegalArgumentException("--keys is " + keys + "; expected a whole number from 1 to 100000000");
        }
    }

    /** Without metrics. */
    OrdersConfig(Address listen, Path data, Address catalog, int keys) {
        this(listen, data, catalog, keys, Optional.empty());
    }
}

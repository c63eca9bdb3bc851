package toystore.orders;

import java.nio.file.Path;
import toystore.wire.net.Address;

/**
 * How an orders process runs.
 *
 * @param listen where it takes messages; port 0 picks a free one
 * @param data the folder of the order log
 * @param catalog where the catalog takes messages
 */
record OrdersConfig(Address listen, Path data, Address catalog) {}

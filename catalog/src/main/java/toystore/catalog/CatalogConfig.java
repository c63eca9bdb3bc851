package toystore.catalog;

import java.nio.file.Path;
import toystore.wire.net.Address;

/**
 * How a catalog process runs.
 *
 * @param listen where it takes messages; port 0 picks a free one
 * @param data the folder of {@code catalog.json}
 */
record CatalogConfig(Address listen, Path data) {}

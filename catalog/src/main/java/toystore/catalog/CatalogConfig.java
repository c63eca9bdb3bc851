package toystore.catalog;

import java.nio.file.Path;
import java.util.Optional;
import toystore.wire.net.Address;

/**
 * How a catalog process runs.
 *
 * @param listen where it takes messages; port 0 picks a free one
 * @param data the folder of {@code catalog.json}
 * @param checkpoints when {@code catalog.json} is brought up to date
 * @param restocks how sold-out products are filled up; empty if they are not
 * @param metrics where it shows its metrics; empty if it does not
 */
record CatalogConfig(
        Address listen,
        Path data,
        Checkpointer.Rhythm checkpoints,
        Optional<Restocker.Rhythm> restocks,
        Optional<Address> metrics) {

    /** Without metrics. */
    CatalogConfig(Address listen, Path data, Checkpointer.Rhythm checkpoints, Optional<Restocker.Rhythm> restocks) {
        this(listen, data, checkpoints, restocks, Optional.empty());
    }
}

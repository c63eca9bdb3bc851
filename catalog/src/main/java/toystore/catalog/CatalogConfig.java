package toystore.catalog;

import java.nio.file.Path;
import java.util.Optional;
import toystore.common.Address;
import toystore.wire.message.Constraints;

/**
 * How a catalog process runs.
 *
 * @param listen where it takes messages; port 0 picks a free one
 * @param data the folder of {@code catalog.json}
 * @param priceDigits digits that a new price may have after the point; zeros at its end do not count
 * @param checkpoints when {@code catalog.json} is brought up to date
 * @param restocks how sold-out products are filled up; empty if they are not
 * @param metrics where it shows its metrics; empty if it does not
 */
record CatalogConfig(
        Address listen,
        Path data,
        int priceDigits,
        Checkpointer.Rhythm checkpoints,
        Optional<Restocker.Rhythm> restocks,
        Optional<Address> metrics) {
    private static final int CENTS = 2;

    CatalogConfig {
        if (priceDigits < 0 || priceDigits > Constraints.MAX_PRICE_SCALE) {
            throw new IllegalArgumentException("--price-digits is " + priceDigits
                    + "; expected a whole number from 0 to " + Constraints.MAX_PRICE_SCALE);
        }
    }

    /** With prices in cents, and without metrics. */
    CatalogConfig(Address listen, Path data, Checkpointer.Rhythm checkpoints, Optional<Restocker.Rhythm> restocks) {
        this(listen, data, CENTS, checkpoints, restocks, Optional.empty());
    }
}

package toystore.orders;

import java.time.Duration;
import java.util.function.UnaryOperator;
import toystore.durable.Storage;
import toystore.durable.testing.UnforcedStorage;
import toystore.orders.Overrides.Timeouts;

/**
 * Overrides for tests: the service does not wait for the disk, and has no timeouts that a busy machine could exceed.
 */
final class TestOverrides {
    static final Duration LONG = Duration.ofHours(1);
    static final Timeouts NO_TIMEOUTS = new Timeouts(LONG, LONG, LONG, LONG, LONG, LONG);
    static final Overrides NONE = on(new UnforcedStorage(), NO_TIMEOUTS);

    private TestOverrides() {}

    static Overrides on(Storage disk, Timeouts timeouts) {
        return new Overrides(disk, UnaryOperator.identity(), UnaryOperator.identity(), timeouts);
    }
}

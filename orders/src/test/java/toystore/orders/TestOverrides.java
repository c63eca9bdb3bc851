package toystore.orders;

import java.time.Duration;
import java.util.function.UnaryOperator;
import toystore.durable.Storage;

/** The service as tests have it: nothing in it waits for the disk, or gives up because the machine is busy. */
final class TestOverrides {
    static final Duration LONG = Duration.ofHours(1);
    static final Timeouts PATIENT = new Timeouts(LONG, LONG, LONG, LONG, LONG, LONG);
    static final Overrides NONE = on(Storage.UNFORCED, PATIENT);

    private TestOverrides() {}

    static Overrides on(Storage disk, Timeouts timeouts) {
        return new Overrides(disk, UnaryOperator.identity(), UnaryOperator.identity(), timeouts);
    }
}

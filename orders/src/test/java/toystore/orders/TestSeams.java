package toystore.orders;

import java.time.Duration;
import java.util.function.UnaryOperator;
import toystore.durable.Storage;

/** The service as tests have it: nothing in it waits for the disk, or gives up because the machine is busy. */
final class TestSeams {
    static final Duration LONG = Duration.ofHours(1);
    static final Timeouts PATIENT = new Timeouts(LONG, LONG, LONG, LONG, LONG, LONG);
    static final Seams NONE = on(Storage.UNFORCED, PATIENT);

    private TestSeams() {}

    static Seams on(Storage disk, Timeouts timeouts) {
        return new Seams(disk, UnaryOperator.identity(), UnaryOperator.identity(), timeouts);
    }
}

package toystore.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long a shopper thinks between two rounds: now short, now long, so that shoppers do not march in step. */
final class ThinkTime {
    private final double averageNanos;
    private final RandomGenerator random;

    /** @param average of all pauses; 0 for none */
    ThinkTime(Duration average, RandomGenerator random) {
        this.averageNanos = average.toNanos();
        this.random = random;
    }

    /** The next pause; they are distributed exponentially. */
    Duration next() {
        return Duration.ofNanos((long) (averageNanos * random.nextExponential()));
    }
}

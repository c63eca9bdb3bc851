package toystore.client;

import java.time.Duration;
import toystore.common.Address;

/**
 * Who shops where, and how.
 *
 * @param clients shoppers at once
 * @param probability of buying what was just looked at, from 0 to 1
 * @param iterations of each shopper
 * @param warmUp how long each of them only looks at toys first, uncounted, until programs at both ends are warm
 * @param thinkTime how long each of them pauses between two iterations, on average
 * @param keys whether every order has an idempotency key, and is sent until it is answered
 * @param seed of every choice that the shoppers make
 */
record ClientConfig(
        Address store,
        int clients,
        double probability,
        int iterations,
        Duration warmUp,
        Duration thinkTime,
        boolean keys,
        long seed) {
    private static final Duration LONGEST = Duration.ofHours(24);

    ClientConfig {
        require(clients >= 1 && clients <= 1000, "clients is " + clients + "; expected 1 to 1000");
        require(probability >= 0 && probability <= 1, "probability is " + probability + "; expected 0 to 1");
        require(iterations >= 1, "--iterations is " + iterations + "; expected 1 or more");
        requireTime("--warmup", warmUp);
        requireTime("--think-time", thinkTime);
    }

    private static void requireTime(String flag, Duration time) {
        require(time.compareTo(LONGEST) <= 0, flag + " is " + time.toHours() + " h; expected at most 24 h");
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}

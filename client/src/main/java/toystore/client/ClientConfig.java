package toystore.client;

import java.time.Duration;
import toystore.client.http.Origin;

/**
 * The settings of one run of the client.
 *
 * @param store its frontend
 * @param clients the number of concurrent shoppers
 * @param probability that a shopper buys the toy it has just looked at, from 0 to 1
 * @param iterations of each shopper
 * @param warmUp how long each shopper first sends queries that are not counted
 * @param thinkTime the average pause of a shopper between two iterations
 * @param keys whether every order has an idempotency key and is sent again until there is a response
 * @param seed of all random choices
 */
record ClientConfig(
        Origin store,
        int clients,
        double probability,
        int iterations,
        Duration warmUp,
        Duration thinkTime,
        boolean keys,
        long seed) {
    private static final Duration MAX_TIME = Duration.ofHours(24);

    ClientConfig {
        require(clients >= 1 && clients <= 1000, "clients is " + clients + "; expected 1 to 1000");
        require(probability >= 0 && probability <= 1, "probability is " + probability + "; expected 0 to 1");
        require(iterations >= 1, "--iterations is " + iterations + "; expected 1 or more");
        requireTime("--warmup", warmUp);
        requireTime("--think-time", thinkTime);
    }

    /** The number of iterations of all shoppers. */
    long rounds() {
        return (long) clients * iterations;
    }

    private static void requireTime(String flag, Duration time) {
        require(time.compareTo(MAX_TIME) <= 0, flag + " is " + time.toHours() + " h; expected at most 24 h");
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}

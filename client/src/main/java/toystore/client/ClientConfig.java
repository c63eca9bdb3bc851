package toystore.client;

import java.time.Duration;
import toystore.wire.net.Address;

/**
 * Who shops where, and how.
 *
 * @param clients shoppers at once
 * @param probability of buying what was just looked at, from 0 to 1
 * @param iterations of each shopper
 * @param warmUp how long each of them only looks at toys first, uncounted, until programs at both ends are warm
 * @param seed of every choice that the shoppers make
 */
record ClientConfig(Address store, int clients, double probability, int iterations, Duration warmUp, long seed) {
    ClientConfig {
        require(clients >= 1 && clients <= 1000, "clients is " + clients + "; expected 1 to 1000");
        require(probability >= 0 && probability <= 1, "probability is " + probability + "; expected 0 to 1");
        require(iterations >= 1, "--iterations is " + iterations + "; expected 1 or more");
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}

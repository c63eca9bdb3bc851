package toystore.loadtest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import toystore.wire.net.Address;

/**
 * What is measured.
 *
 * @param loads one after the other
 * @param probability of buying what was just looked at, in the mixed load
 * @param clients each load is run with 1, 2, … up to so many
 * @param iterations of each client, at least
 * @param warmUp how long queries are made first that are not recorded
 * @param out the folder that the plots and figures go to
 * @param seed of every random choice
 */
record LoadTestConfig(
        Address store,
        List<Load> loads,
        double probability,
        int clients,
        int iterations,
        Duration warmUp,
        Path out,
        long seed) {
    LoadTestConfig {
        loads = List.copyOf(loads);
        require(probability >= 0 && probability <= 1, "probability is " + probability + "; expected 0 to 1");
        require(clients >= 1 && clients <= 1000, "--clients is " + clients + "; expected 1 to 1000");
        require(iterations >= 1, "--iterations is " + iterations + "; expected 1 or more");
    }

    /** How many orders all of it takes, about. */
    long orders() {
        long iterationsOfALoad = (long) iterations * clients * (clients + 1) / 2; // 1 + 2 + … clients
        double orders = 0;
        for (Load load : loads) {
            orders += load == Load.QUERY ? 0 : load == Load.BUY ? iterationsOfALoad : probability * iterationsOfALoad;
        }
        return (long) Math.ceil(orders);
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}

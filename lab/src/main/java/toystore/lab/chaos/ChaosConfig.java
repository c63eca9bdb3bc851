package toystore.lab.chaos;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The settings of one run.
 *
 * @param home the project folder, with the services built
 * @param length how long faults are injected
 * @param seed of the faults and of the shoppers' choices
 * @param tls whether the store serves HTTPS, and its services prove their roles to each other
 * @param keep whether the store's folder is kept even without violations
 * @param parts what can fail
 */
record ChaosConfig(
        Path home, Duration length, long seed, int shoppers, boolean tls, boolean keep, ChaosPlan.Parts parts) {
    private static final int MAX_CELLS = 9;

    ChaosConfig {
        require(
                length.toMillis() >= 1000 && length.toHours() <= 24,
                "--minutes makes " + length.toMillis() / 1000.0 + " s; expected 1 s to 24 hours");
        require(shoppers >= 1 && shoppers <= 64, "--shoppers is " + shoppers + "; expected 1 to 64");
        int cells = parts.cells();
        require(cells >= 1 && cells <= MAX_CELLS, "--cells is " + cells + "; expected 1 to " + MAX_CELLS);
        require(shoppers >= cells, "--shoppers is " + shoppers + "; expected one for each cell, " + cells + " or more");
    }

    /** Whether the store is in a database. */
    boolean hasDatabase() {
        return parts.nodes() > 0;
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}

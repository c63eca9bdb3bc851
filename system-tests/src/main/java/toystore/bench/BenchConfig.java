package toystore.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The settings of one run.
 *
 * @param home the project folder, with the services built
 * @param against another project folder, with the services built, to compare with; null to compare with the ceilings
 * @param parent of the temporary folder; null for the system's folder of temporary files
 * @param rounds in each of which everything is measured once
 * @param time of each measurement
 * @param warmUp of each load that warms up, twice or more
 */
record BenchConfig(Path home, Path against, Path parent, int rounds, Duration time, Duration warmUp) {
    /** How often each load warms up, at least. */
    static final int WARM_UPS = 2;

    private static final int MAX_ROUNDS = 1000;

    BenchConfig {
        require(rounds >= 1 && rounds <= MAX_ROUNDS, "--rounds is " + rounds + "; expected 1 to " + MAX_ROUNDS);
        check("--seconds", time);
        check("--warm-up", warmUp);
        require(parent == null || Files.isDirectory(parent), "--data is " + parent + "; expected an existing folder");
    }

    boolean comparesBuilds() {
        return against != null;
    }

    /** The loads, in groups that take turns. */
    List<List<BenchLoad>> groups() {
        return comparesBuilds() ? BenchLoad.STORE_GROUPS : BenchLoad.GROUPS;
    }

    /** The loads of a warm-up. Together they bring every process up to speed. */
    List<BenchLoad> warmUpLoads() {
        return groups().stream()
                .flatMap(List::stream)
                .filter(BenchLoad::warmsUp)
                .toList();
    }

    /** The number of measurements in a round. */
    int measurements() {
        return groups().stream().mapToInt(List::size).sum() * builds();
    }

    /** Returns about how long the run takes after the start of the processes. */
    Duration estimate() {
        Duration measured = time.multipliedBy((long) rounds * measurements());
        return measured.plus(warmUp.multipliedBy((long) WARM_UPS * warmUpLoads().size() * builds()));
    }

    /** Returns a sentence about the rounds. */
    String describe() {
        return rounds + (rounds == 1 ? " round of " : " rounds of ") + time.toMillis() / 1e3 + " s each, after "
                + warmUp.toMillis() / 1e3 + " s of warm-up, twice or more.";
    }

    private int builds() {
        return comparesBuilds() ? 2 : 1;
    }

    private static void check(String flag, Duration time) {
        require(
                time.toMillis() >= 100 && time.toSeconds() <= 600,
                flag + " is " + time.toMillis() / 1000.0 + "; expected 0.1 to 600");
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}

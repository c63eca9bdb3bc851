package toystore.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How the store is measured.
 *
 * @param home the folder of the project, where the programs were built
 * @param parent where the temporary folder is made; null for where the system has them
 * @param rounds in each of which everything is measured once
 * @param time of each measurement
 * @param warmUp of each target, twice, before the first round; four times if it answers slowly
 */
record BenchConfig(Path home, Path parent, int rounds, Duration time, Duration warmUp) {
    /** Of each target, at least. */
    static final int WARM_UPS = 2;

    private static final int MOST_ROUNDS = 1000;

    BenchConfig {
        require(rounds >= 1 && rounds <= MOST_ROUNDS, "--rounds is " + rounds + "; expected 1 to " + MOST_ROUNDS);
        check("--seconds", time);
        check("--warm-up", warmUp);
        require(
                parent == null || Files.isDirectory(parent),
                "--data is " + parent + "; expected a folder that is there");
    }

    /** The program of a service. */
    static Path jar(Path home, String service) {
        Path jar = home.resolve(service).resolve("target").resolve(service + ".jar");
        require(Files.isRegularFile(jar), "--home is " + home + ", but there is no " + jar + "; has it been built?");
        return jar;
    }

    /** About how long it all takes, without the start of the processes. */
    Duration estimate() {
        Duration measured = time.multipliedBy((long) rounds * BenchLoad.values().length);
        return measured.plus(warmUp.multipliedBy((long) WARM_UPS * BenchLoad.WARMING.size()));
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

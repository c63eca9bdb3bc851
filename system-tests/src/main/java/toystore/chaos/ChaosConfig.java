package toystore.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What is to be done to which store.
 *
 * @param home the folder of the project, where the programs were built
 * @param length how long actions go on
 * @param seed of the plan, and of what shoppers choose
 * @param keep whether the store's folder is kept in any case
 */
record ChaosConfig(Path home, Duration length, long seed, int shoppers, boolean keep) {
    ChaosConfig {
        require(
                length.toMillis() >= 1000 && length.toHours() <= 24,
                "--minutes makes " + length.toMillis() / 1000.0 + " s; expected 1 s to 24 hours");
        require(shoppers >= 1 && shoppers <= 64, "--shoppers is " + shoppers + "; expected 1 to 64");
    }

    /** The program of a service. */
    Path jar(Service service) {
        Path jar = home.resolve(service.toString()).resolve("target").resolve(service + ".jar");
        require(Files.isRegularFile(jar), "--home is " + home + ", but there is no " + jar + "; has it been built?");
        return jar;
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}

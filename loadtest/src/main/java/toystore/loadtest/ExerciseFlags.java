package toystore.loadtest;

import java.time.Duration;
import picocli.CommandLine.Option;
import toystore.common.cli.DurationConverter;
import toystore.loadtest.plan.Exercise;
import toystore.loadtest.plan.Series;
import toystore.loadtest.scenario.Shop;

/** The flags of the exercise. */
final class ExerciseFlags {
    @Option(
            names = "--clients",
            paramLabel = "SERIES",
            converter = Series.OfClients.class,
            defaultValue = "1..5",
            description = "Each load is run with so many at once: 1..5 or 1,2,4 (now ${DEFAULT-VALUE}).")
    private Series clients;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_ITERATIONS:-100}",
            description =
                    "Rounds of each client in a step, at least: a query, an order of one unit, or in the mixed load"
                            + " a query and perhaps an order (TOYSTORE_ITERATIONS; now ${DEFAULT-VALUE}).")
    private int iterations;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_DURATION:-2s}",
            description = "Of each step, at least, while there is enough to buy for all (TOYSTORE_DURATION; now"
                    + " ${DEFAULT-VALUE}).")
    private Duration duration;

    Exercise exercise(Shop shop, double probability, Duration timeout, int repeat) {
        if (iterations < 1) {
            throw new IllegalArgumentException("--iterations is " + iterations + "; expected 1 or more");
        }
        return new Exercise(shop, probability, clients.whole(), iterations, duration, timeout, repeat);
    }
}

package toystore.loadtest;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import picocli.CommandLine.Option;
import toystore.wire.net.Address;
import toystore.wire.program.DurationFlag;

/** The flags that all loads share. */
final class Settings {
    private static final DateTimeFormatter FOLDER_NAME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss");

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_CLIENTS:-5}",
            description = "Each load is run with 1, 2, … up to N clients (TOYSTORE_CLIENTS; now ${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_ITERATIONS:-100}",
            description = "Of each client in a step; query steps go on for a second at least (TOYSTORE_ITERATIONS; now"
                    + " ${DEFAULT-VALUE}).")
    private int iterations;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = DurationFlag.class,
            defaultValue = "${env:TOYSTORE_WARMUP:-8s}",
            description = "Queries before all that, and 300 orders of one unit, not recorded; 0s for none"
                    + " (TOYSTORE_WARMUP; now ${DEFAULT-VALUE}).")
    private Duration warmUp;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_OUT}",
            description = "Folder for the plots and figures (TOYSTORE_OUT; else loadtest-report/ and the time).")
    private Path out;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_SEED:-1}",
            description = "Of all random choices (TOYSTORE_SEED; now ${DEFAULT-VALUE}).")
    private long seed;

    LoadTestConfig config(Address store, List<Load> loads, double probability, LocalDateTime now) {
        Path folder = out == null ? Path.of("loadtest-report", FOLDER_NAME.format(now)) : out;
        return new LoadTestConfig(store, loads, probability, clients, iterations, warmUp, folder, seed);
    }
}

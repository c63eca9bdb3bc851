package toystore.loadtest;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;
import toystore.common.cli.DurationConverter;
import toystore.loadtest.expect.Expectation;

/** The flags of every command that measures. */
final class RunFlags {
    private static final DateTimeFormatter FOLDER_NAME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss", Locale.ROOT);
    private static final int MOST_REPEATS = 100;
    private static final Duration LONGEST = Duration.ofHours(24);

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_WARMUP:-6s}",
            description =
                    "The same load before all that, not recorded: programs are slow at first. Without --restock it"
                            + " buys 300 units at most (TOYSTORE_WARMUP; now ${DEFAULT-VALUE}).")
    private Duration warmUp;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_REPEAT:-1}",
            description =
                    "Run it all so many times, to know how much the figures differ by themselves (TOYSTORE_REPEAT;"
                            + " now ${DEFAULT-VALUE}; compare wants 5).")
    private int repeat;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            defaultValue = "${env:TOYSTORE_TIMEOUT:-10s}",
            description = "How long a client waits for an answer (TOYSTORE_TIMEOUT; now ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_SEED:-1}",
            description = "Of all random choices (TOYSTORE_SEED; now ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--expect",
            paramLabel = "EXPECTATION",
            converter = Expectation.Converter.class,
            description = "What must be found, or the exit code is 3: buy.p99<20ms, errors<0.1%%, rate>1000 … May be"
                    + " given several times; must hold in every step.")
    private List<Expectation> expectations = List.of();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_OUT}",
            description = "Folder for the report (TOYSTORE_OUT; else loadtest-report/ and the time).")
    private Path out;

    /** Refuses what is out of bounds. */
    void check() {
        if (warmUp.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("--warmup is " + warmUp.toHours() + "h; expected at most 24h");
        }
        if (repeat < 1 || repeat > MOST_REPEATS) {
            throw new IllegalArgumentException("--repeat is " + repeat + "; expected 1 to " + MOST_REPEATS);
        }
    }

    Duration warmUp() {
        return warmUp;
    }

    int repeat() {
        return repeat;
    }

    Duration timeout() {
        return timeout;
    }

    /** A search tries again by itself what fails, and most of its rates are not to hold anything. */
    void refuseForSearch() {
        if (repeat != 1 || !expectations.isEmpty()) {
            throw new IllegalArgumentException((repeat != 1 ? "--repeat" : "--expect")
                    + " is not for find-max; expected --slo for what must hold");
        }
    }

    long seed() {
        return seed;
    }

    List<Expectation> expectations() {
        return expectations;
    }

    Path out(LocalDateTime now) {
        return folder(out, now);
    }

    /** A folder that a person has named, or else one that is named for the time. */
    static Path folder(Path out, LocalDateTime now) {
        return out == null ? Path.of("loadtest-report", FOLDER_NAME.format(now)) : out;
    }
}

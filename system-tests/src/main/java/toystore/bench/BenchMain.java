package toystore.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import toystore.common.cli.Program;
import toystore.common.cli.Version;

/** The command line of the benchmarks. */
@Command(
        name = "bench",
        description = "Opens a store of its own, and measures how near it comes to what sockets and the disk of this"
                + " machine allow: each load beside a ceiling that does nothing else, in turns. It prints tables in"
                + " Markdown; a command measures a part of the store by itself.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {LogBench.class, HistoryBench.class, CatalogBench.class, ConnectionsBench.class},
        footer = {
            "",
            "Exit codes: 0 it was measured, 1 a process did not run or more than one in a thousand requests of a load failed,"
                    + " 2 wrong arguments. What misses its target is marked, and no error."
        })
public final class BenchMain implements Callable<Integer> {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".",
            scope = ScopeType.INHERIT,
            description = "Folder of the project, where the services were built (now ${DEFAULT-VALUE}).")
    private Path home;

    @Option(
            names = {"--data", "--folder"},
            paramLabel = "DIR",
            description = "Where the files of the store go, in a folder that is removed afterwards; it should be on a"
                    + " disk (else where the system has temporary files).")
    private Path parent;

    @Option(
            names = "--quick",
            description = "For a look: 3 rounds, 2 s, a warm-up of 4 s, without flags that say else.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "In each of which all is measured once (5).")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "N", description = "Of each measurement, like 0.5 (8).")
    private Double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Seconds of each load before the first round, twice (8); more for what is slow.")
    private Double warmUp;

    @Override
    public Integer call() throws Exception {
        BenchConfig config = new BenchConfig(
                home().toAbsolutePath().normalize(),
                parent,
                rounds != null ? rounds : quick ? 3 : 5,
                duration(seconds, quick ? 2 : 8),
                duration(warmUp, quick ? 4 : 8));
        return new Bench(config, System.out, System.err).run() ? Program.OK : Program.FAILED;
    }

    /** The folder of the project. */
    Path home() {
        return home;
    }

    private static Duration duration(Double seconds, double otherwise) {
        return Duration.ofMillis(Math.round(1e3 * (seconds == null ? otherwise : seconds)));
    }
}

package toystore.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import toystore.common.cli.Program;
import toystore.common.cli.Version;
import toystore.process.ProgramJars;
import toystore.process.ServiceProcess;

/** The command line of {@code bench}. */
@Command(
        name = "bench",
        description = "Starts a store of its own, and measures how near it comes to what sockets and the disk of this"
                + " machine allow: each load runs in turns with a ceiling that does nothing else. With --against, each"
                + " load runs in turns on this build and on another one. The tables are in Markdown. A subcommand"
                + " measures one part of the store.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            FirstMinuteBench.class,
            LogBench.class,
            HistoryBench.class,
            CatalogBench.class,
            ConnectionsBench.class,
            DatabaseBench.class
        },
        footer = {
            "",
            "Exit codes: 0 measured, 1 a process did not run or more than one in a thousand requests of a load failed,"
                    + " 2 wrong arguments. A missed target is marked, and is not an error."
        })
public final class BenchMain implements Callable<Integer> {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            defaultValue = ".",
            scope = ScopeType.INHERIT,
            description = "Project folder, with the services built (default: ${DEFAULT-VALUE}).")
    private Path home;

    @Option(
            names = "--against",
            paramLabel = "DIR",
            description = "Compare with the build in this folder, another clone of the project with the services built."
                    + " The table shows after / before: after is this build, before is the one in the folder.")
    private Path against;

    @Option(
            names = {"--data", "--folder"},
            paramLabel = "DIR",
            description = "Parent of the store's temporary folder; it should be on a disk (default: the system's folder"
                    + " of temporary files).")
    private Path parent;

    @Option(names = "--quick", description = "Shortens the defaults to 3 rounds, 2 s, and a warm-up of 4 s.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds, each with all measurements (default: 5).")
    private Integer rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "Seconds of each measurement, for example 0.5 (default: 8).")
    private Double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Seconds of each load before the first round, twice; slow loads four times (default: 8).")
    private Double warmUp;

    @Override
    public Integer call() throws Exception {
        BenchConfig config = new BenchConfig(
                absolute(home),
                against == null ? null : absolute(against),
                parent,
                rounds != null ? rounds : quick ? 3 : 5,
                duration(seconds, quick ? 2 : 8),
                duration(warmUp, quick ? 4 : 8));
        return new Bench(config, System.out, System.err).run() ? Program.OK : Program.FAILED;
    }

    /**
     * Starts a service of the project for a subcommand, and waits until it is ready.
     *
     * @param folder receives its log
     */
    ServiceProcess start(String service, List<String> jvm, Path folder, String... flags) throws IOException {
        List<String> arguments = new ArrayList<>(jvm);
        String jar = ProgramJars.find("--home", absolute(home), service).toString();
        arguments.addAll(List.of("-jar", jar, "--port", "0"));
        arguments.addAll(List.of(flags));
        return ServiceProcess.start(service, ServiceProcess.coldJava(arguments), folder.resolve(service + ".log"))
                .awaitReady();
    }

    Path home() {
        return absolute(home);
    }

    private static Path absolute(Path path) {
        return path.toAbsolutePath().normalize();
    }

    static Duration duration(Double seconds, double defaultSeconds) {
        return Duration.ofMillis(Math.round(1e3 * (seconds == null ? defaultSeconds : seconds)));
    }
}

package toystore.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import toystore.client.http.Origin;
import toystore.common.cli.Program;
import toystore.process.ProcessGroup;
import toystore.process.ProgramJars;
import toystore.process.ServiceProcess;
import toystore.process.TemporaryFolder;

/** Measures cells on a database, beside a store on Spring Boot that has the same server. */
@Command(
        name = "database",
        description = "Compares a cell on a database with a store on Spring Boot on the same server.",
        mixinStandardHelpOptions = true)
final class DatabaseBench implements Callable<Integer> {
    private static final List<String> REFERENCE_JVM = List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC");

    @ParentCommand
    private BenchMain bench;

    @Option(names = "--quick", description = "Shortens the defaults to 3 rounds, 2 s, and a warm-up of 4 s.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds, each with all loads (default: 5).")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "N", description = "Seconds of each load in a round (default: 8).")
    private Double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "N",
            description = "Seconds of each load before the first round, twice (default: 8).")
    private Double warmUp;

    @Option(
            names = "--pool",
            paramLabel = "N",
            defaultValue = "20",
            description = "Connections of the reference store to the database (default: ${DEFAULT-VALUE}).")
    private int pool;

    @Option(names = "--server") // TEMP
    private String server;

    @Override
    public Integer call() throws IOException, InterruptedException {
        BenchConfig config = new BenchConfig(
                bench.home(),
                null,
                null,
                rounds != null ? rounds : quick ? 3 : 5,
                BenchMain.duration(seconds, quick ? 2 : 8),
                BenchMain.duration(warmUp, quick ? 4 : 8));
        try (TemporaryFolder folder = TemporaryFolder.create(null, "toystore-bench");
                ProcessGroup processes = new ProcessGroup()) {
            Path toys = folder.path().resolve("toys.json");
            Files.writeString(toys, BenchCluster.toys());
            Path data = Files.createDirectories(folder.path().resolve("cell"));
            Files.copy(toys, data.resolve("toys.json"));
            DatabaseCell cell = DatabaseCell.start(processes, bench.home(), null, data);
            ServiceProcess reference = reference(processes, server, toys, folder.path());
            DatabaseRates rates = new DatabaseRates(
                    new DatabaseRates.Contender("cell", cell.origin(), cell::cpuTime),
                    new DatabaseRates.Contender("reference", Origin.http(reference.address()), reference::cpuTime),
                    () -> Duration.ZERO,
                    System.err);
            rates.measure(config);
            rates.lines().forEach(System.out::println);
            return rates.isValid() ? Program.OK : Program.FAILED;
        }
    }

    private ServiceProcess reference(ProcessGroup processes, String url, Path toys, Path folder) throws IOException {
        List<String> arguments = new java.util.ArrayList<>(REFERENCE_JVM);
        arguments.addAll(List.of(
                "-jar",
                ProgramJars.find("--home", bench.home(), "reference").toString(),
                "--server.port=0",
                "--toys=" + toys));
        ProcessBuilder command = ServiceProcess.java(arguments);
        command.environment().put("SPRING_DATASOURCE_URL", url);
        command.environment().put("SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE", String.valueOf(pool));
        return processes
                .start("reference", command, folder.resolve("reference.log"))
                .awaitReady();
    }
}

package toystore.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.JsonNode;
import toystore.bench.LaunchedStore.ProcessorTime;
import toystore.bench.LaunchedStore.Service;
import toystore.bench.Spread.Unit;
import toystore.client.http.Origin;
import toystore.common.Threads;
import toystore.common.cli.Program;
import toystore.common.json.JsonMappers;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Run;
import toystore.loadtest.load.Run.RunMeasurement;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;
import toystore.loadtest.result.Results.IntervalStats;
import toystore.process.ProgramJars;
import toystore.process.TemporaryFolder;

/**
 * Measures the first minute of a store, while its JVMs still compile: of this build, of another one, and with other JVM
 * options, in turns.
 *
 * <p>Every run starts two fresh stores with {@code ./toystore up}. Ten connections order from the first one for a
 * minute, and then query it. The second one has its first {@code ./toystore client}.
 */
@Command(
        name = "first-minute",
        description = "Measures the first minute of a store that ./toystore up has just started: of this build, of"
                + " another one, and with other JVM options, in turns. The table is in Markdown.",
        mixinStandardHelpOptions = true)
final class FirstMinuteBench implements Callable<Integer> {
    private static final int CLIENTS = 10;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final double TOLERATED_FAILURES = 0.001;
    private static final double FIRST = 4; // seconds
    private static final double EARLY = 10; // seconds
    private static final int STEADY_SECONDS = 3; // of at least 90 percent of the steady rate
    private static final Pattern COMPILERS = Pattern.compile("C[12] Compiler.*"); // Linux keeps 15 characters of a name
    private static final Pattern SESSIONS = Pattern.compile("(frontend|orders|catalog)-s.*");

    @ParentCommand
    private BenchMain bench;

    @Option(
            names = "--against",
            paramLabel = "DIR",
            description = "Compare with the build in this folder, another clone of the project with the programs"
                    + " built; may be given several times.")
    private List<Path> against = List.of();

    @Option(
            names = "--jvm",
            paramLabel = "OPTIONS",
            description = "Compare with the same build and these JVM options for all services; may be given several"
                    + " times.")
    private List<String> javaOptions = List.of();

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "5",
            description = "Runs of each candidate (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "Seconds of orders in each run, 2 or more; the last third is taken as the steady state"
                    + " (default: ${DEFAULT-VALUE}).")
    private int seconds;

    /** A figure of a run. */
    private enum Figure {
        FIRST_ORDERS("orders in the first 4 s", Unit.COUNT),
        EARLY_P99("p99 of orders in the first 10 s", Unit.MILLIS),
        TIME_TO_STEADY("time to 90 % of the steady rate", Unit.SECONDS),
        STEADY_ORDERS("steady rate of orders", Unit.PER_SECOND),
        STEADY_QUERIES("cached queries after that", Unit.PER_SECOND),
        CLIENT_AVERAGE("first client: average of an order", Unit.MILLIS),
        CLIENT_P99("first client: p99 of an order", Unit.MILLIS),
        CATALOG_START("start of the catalog", Unit.SECONDS),
        ORDERS_START("start of orders", Unit.SECONDS),
        FRONTEND_START("start of the frontend", Unit.SECONDS),
        MEMORY("resident memory of the services, at most", Unit.MEBIBYTES),
        COMPILERS_USED("processor time of the compilers, until 10 s", Unit.SECONDS),
        COMPILERS_WAITED("they waited for a processor", Unit.SECONDS),
        SESSIONS_USED("processor time of the session threads, until 10 s", Unit.SECONDS),
        SESSIONS_WAITED("they waited for a processor", Unit.SECONDS),
        COMPILERS_USED_IN_ALL("processor time of the compilers, until the end of the orders", Unit.SECONDS);

        private final String label;
        private final Unit unit;

        Figure(String label, Unit unit) {
            this.label = label;
            this.unit = unit;
        }
    }

    /** A build and the JVM options of its services. */
    private record Candidate(String name, Path home, String javaOptions, List<Map<Figure, Double>> runs) {
        Spread spread(Figure figure) {
            return Spread.of(runs.stream().map(run -> run.get(figure)).toList());
        }

        /** The spread of the ratios to the run of the reference in the same round. */
        Spread ratios(Candidate reference, Figure figure) {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < runs.size(); i++) {
                ratios.add(runs.get(i).get(figure) / reference.runs.get(i).get(figure));
            }
            return Spread.of(ratios);
        }
    }

    private final SplittableRandom random = new SplittableRandom(1);
    private volatile LaunchedStore running; // closed by the shutdown hook, too

    @Override
    public Integer call() throws Exception {
        require("--runs", runs, 1);
        require("--seconds", seconds, 2);
        List<Candidate> candidates = candidates();
        Runtime.getRuntime().addShutdownHook(Threads.named("bench-stop", this::stop));
        System.err.println("bench: warming up the load generator");
        inFolder(folder -> measureOrders(candidates.get(0), folder, new EnumMap<>(Figure.class)));
        List<Candidate> order = new ArrayList<>(candidates);
        for (int i = 0; i < runs; i++) {
            for (Candidate candidate : order) {
                candidate.runs().add(measure(candidate));
                show(i + 1, candidate);
            }
            Collections.rotate(order, 1);
        }
        print(candidates);
        return Program.OK;
    }

    /** The reference first. */
    private List<Candidate> candidates() {
        Path home = bench.home();
        List<Candidate> candidates = new ArrayList<>();
        for (Path build : against) {
            Path folder = build.toAbsolutePath().normalize();
            candidates.add(new Candidate(folder.getFileName().toString(), folder, "", new ArrayList<>()));
        }
        candidates.add(new Candidate("this build", home, "", new ArrayList<>()));
        for (String options : javaOptions) {
            candidates.add(new Candidate("`" + options + "`", home, options, new ArrayList<>()));
        }
        for (Candidate candidate : candidates) {
            ProgramJars.find(candidate.home().equals(home) ? "--home" : "--against", candidate.home(), "client");
        }
        return candidates;
    }

    private static void require(String flag, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(flag + " is " + value + "; expected " + least + " or more");
        }
    }

    private Map<Figure, Double> measure(Candidate candidate) throws Exception {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        inFolder(folder -> measureOrders(candidate, folder, figures));
        inFolder(folder -> measureClient(candidate, folder, figures));
        return figures;
    }

    private interface Measurement {
        void run(Path folder) throws Exception;
    }

    /** A measurement with a folder for its store, which is deleted afterwards. */
    private void inFolder(Measurement measurement) throws Exception {
        try (TemporaryFolder folder = TemporaryFolder.create(null, "toystore-bench")) {
            measurement.run(Files.createDirectory(folder.path().resolve("data")));
        }
    }

    private void measureOrders(Candidate candidate, Path data, Map<Figure, Double> figures) throws Exception {
        Files.writeString(data.resolve("toys.json"), BenchCluster.toys());
        try (LaunchedStore store = new LaunchedStore(candidate.home(), data, candidate.javaOptions())) {
            running = store;
            store.up();
            figures.put(Figure.CATALOG_START, seconds(store.startTime(Service.CATALOG)));
            figures.put(Figure.ORDERS_START, seconds(store.startTime(Service.ORDERS)));
            figures.put(Figure.FRONTEND_START, seconds(store.startTime(Service.FRONTEND)));
            Histogram early = new Histogram(3);
            RunMeasurement orders = run(
                    BenchCluster.orders(Origin.http(store.address())),
                    Duration.ofSeconds(seconds),
                    recorder(early),
                    interval -> {
                        if (interval.at() > EARLY - 0.5 && !figures.containsKey(Figure.COMPILERS_USED)) {
                            putProcessorTimes(store, figures);
                        }
                    });
            if (!figures.containsKey(Figure.COMPILERS_USED)) {
                putProcessorTimes(store, figures); // the run was shorter
            }
            figures.put(
                    Figure.COMPILERS_USED_IN_ALL, store.processorTime(COMPILERS).used());
            figures.put(Figure.EARLY_P99, early.getValueAtPercentile(99) / 1e6);
            putRates(orders.result().timeline(), figures);
            BenchScenario queries = BenchCluster.queries(Origin.http(store.address()));
            Duration time = Duration.ofSeconds(seconds).dividedBy(6);
            run(queries, time, IntervalLog.NONE, interval -> {});
            RunMeasurement measured = run(queries, time, IntervalLog.NONE, interval -> {});
            figures.put(Figure.STEADY_QUERIES, Sample.of(measured).rate());
            figures.put(Figure.MEMORY, (double) store.peakMemory());
        }
    }

    private interface Live {
        void accept(IntervalStats interval) throws IOException;
    }

    private RunMeasurement run(BenchScenario scenario, Duration time, IntervalLog log, Live live)
            throws IOException, InterruptedException {
        Step step = new Step(scenario, CLIENTS, new LoadModel.Closed(), StopCondition.lasting(time), TIMEOUT, 0);
        List<IOException> failures = new ArrayList<>();
        RunMeasurement measured = new Run(step, null, random, System.nanoTime()).run(log, interval -> {
            try {
                live.accept(interval);
            } catch (IOException e) {
                failures.add(e);
            }
        });
        Sample sample = Sample.of(measured);
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
        if (sample.failed() > sample.answered() * TOLERATED_FAILURES) {
            throw new IOException(sample.failed() + " requests failed, such as: " + sample.example());
        }
        return measured;
    }

    /** Collects the latencies of the first 10 s. */
    private static IntervalLog recorder(Histogram early) {
        long[] start = {Long.MAX_VALUE};
        return (tag, interval) -> {
            start[0] = Math.min(start[0], interval.getStartTimeStamp());
            if (tag.endsWith(".latency") && interval.getStartTimeStamp() - start[0] < (EARLY - 0.5) * 1e3) {
                early.add(interval);
            }
        };
    }

    private static void putProcessorTimes(LaunchedStore store, Map<Figure, Double> figures) throws IOException {
        ProcessorTime compilers = store.processorTime(COMPILERS);
        ProcessorTime sessions = store.processorTime(SESSIONS);
        figures.put(Figure.COMPILERS_USED, compilers.used());
        figures.put(Figure.COMPILERS_WAITED, compilers.waited());
        figures.put(Figure.SESSIONS_USED, sessions.used());
        figures.put(Figure.SESSIONS_WAITED, sessions.waited());
    }

    private void putRates(List<IntervalStats> timeline, Map<Figure, Double> figures) {
        double begin = timeline.get(0).at() - timeline.get(0).seconds();
        double end = timeline.get(timeline.size() - 1).at();
        double steady = rate(timeline, end - (end - begin) / 3, end);
        figures.put(Figure.FIRST_ORDERS, FIRST * rate(timeline, begin, begin + FIRST));
        figures.put(Figure.STEADY_ORDERS, steady);
        figures.put(
                Figure.TIME_TO_STEADY,
                timeline.stream()
                                .mapToDouble(interval -> interval.at() - interval.seconds())
                                .filter(from -> rate(timeline, from, from + STEADY_SECONDS) >= 0.9 * steady)
                                .findFirst()
                                .orElse(end)
                        - begin);
    }

    /** The mean rate between two moments: an interval counts in proportion to its part in between. */
    private static double rate(List<IntervalStats> timeline, double from, double to) {
        double ok = 0;
        double time = 0;
        for (IntervalStats interval : timeline) {
            double within = Math.min(to, interval.at()) - Math.max(from, interval.at() - interval.seconds());
            if (within > 0) {
                ok += interval.ok() * within / interval.seconds();
                time += within;
            }
        }
        return ok / time;
    }

    private void measureClient(Candidate candidate, Path data, Map<Figure, Double> figures) throws Exception {
        try (LaunchedStore store = new LaunchedStore(candidate.home(), data, candidate.javaOptions())) {
            running = store;
            store.up();
            JsonNode order = JsonMappers.builder()
                    .build()
                    .readTree(store.client("--json", "--seed", "1"))
                    .at("/requests/order");
            figures.put(Figure.CLIENT_AVERAGE, order.get("average_ms").asDouble());
            figures.put(Figure.CLIENT_P99, order.get("p99_ms").asDouble());
        }
    }

    private void show(int run, Candidate candidate) {
        Map<Figure, Double> last = candidate.runs().get(candidate.runs().size() - 1);
        System.err.printf(
                Locale.ROOT,
                "run %d of %d, %s: %s in the first 4 s, then %s; first client %s%n",
                run,
                runs,
                candidate.name(),
                text(last, Figure.FIRST_ORDERS),
                text(last, Figure.STEADY_ORDERS),
                text(last, Figure.CLIENT_AVERAGE));
    }

    private static String text(Map<Figure, Double> figures, Figure figure) {
        return figure.unit.text(figures.get(figure));
    }

    private void print(List<Candidate> candidates) {
        Candidate reference = candidates.get(0);
        for (Candidate candidate : candidates) {
            System.out.println(candidate.name() + ": " + candidate.home());
        }
        System.out.printf(
                Locale.ROOT, "%nMedians of %d runs (lowest..highest); ratios to %s.%n%n", runs, reference.name());
        StringBuilder head = new StringBuilder("| what | " + reference.name() + " |");
        StringBuilder rule = new StringBuilder("|---|---|");
        for (Candidate candidate : candidates.subList(1, candidates.size())) {
            head.append(' ').append(candidate.name()).append(" | ratio |");
            rule.append("---|---|");
        }
        System.out.println(head + "\n" + rule);
        for (Figure figure : Figure.values()) {
            StringBuilder row =
                    new StringBuilder("| " + figure.label + " | " + figure.unit.text(reference.spread(figure)) + " |");
            for (Candidate candidate : candidates.subList(1, candidates.size())) {
                row.append(' ')
                        .append(figure.unit.text(candidate.spread(figure)))
                        .append(" | ");
                row.append(Unit.RATIO.text(candidate.ratios(reference, figure))).append(" |");
            }
            System.out.println(row);
        }
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    private void stop() {
        LaunchedStore store = running;
        if (store != null) {
            try {
                store.close();
            } catch (IOException e) {
                System.err.println("bench: the store could not be stopped: " + e.getMessage());
            }
        }
    }
}

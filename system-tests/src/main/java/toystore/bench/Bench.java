package toystore.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import toystore.common.Threads;
import toystore.process.ProcessGroup;
import toystore.process.TemporaryFolder;

/**
 * Runs the benchmark and prints its report. Not thread-safe.
 *
 * <p>All processes start, are warmed up, and are measured in rounds. In a round, the loads that are compared take
 * turns of about a second, each time in another order, so that other work of the machine affects all of them.
 */
final class Bench {
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
    private static final Duration TURN = Duration.ofSeconds(1);
    private static final int WARM_REQUESTS = 100_000;
    private static final int MAX_WARM_UPS = 4;

    private final BenchConfig config;
    private final PrintStream out;
    private final PrintStream progress;
    private final ProcessGroup processes = new ProcessGroup();
    private final TemporaryFolder folder;
    private volatile boolean stopped; // set by the shutdown hook

    /**
     * A build of the store.
     *
     * @param name precedes a load in progress lines
     * @param warmedUp requests that were answered in the warm-up
     */
    private record Build(String name, BenchCluster cluster, Map<BenchLoad, Long> warmedUp, List<Round> rounds) {
        Build(String name, BenchCluster cluster) {
            this(name, cluster, new EnumMap<>(BenchLoad.class), new ArrayList<>());
        }

        Round currentRound() {
            return rounds.get(rounds.size() - 1);
        }
    }

    /** A load of a build, and its samples in the turns of one round. */
    private record Contender(Build build, BenchLoad load, List<Sample> samples) {}

    /** @param progress gets a line for each round while it is measured */
    Bench(BenchConfig config, PrintStream out, PrintStream progress) throws IOException {
        this.config = config;
        this.out = out;
        this.progress = progress;
        this.folder = TemporaryFolder.create(config.parent(), "toystore-bench");
    }

    /**
     * Measures and prints the report.
     *
     * @return whether the figures are valid, that is, hardly any request failed
     * @throws IOException if a process did not start, or ended
     */
    boolean run() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(Threads.named("bench-stop", this::stop));
        try {
            return measure();
        } catch (IOException e) {
            awaitExitIfStopped(); // the shutdown caused the exception
            progress.println(); // ends the progress line
            throw e;
        } finally {
            clean();
        }
    }

    private boolean measure() throws IOException, InterruptedException {
        String fileSystem = Files.getFileStore(folder.path()).type();
        printPlan(fileSystem);
        List<Build> builds = startBuilds();
        try (LoadGenerator generator =
                new LoadGenerator(processes, folder.path().resolve("appended"))) {
            warmUp(generator, builds);
            for (int i = 0; i < config.rounds(); i++) {
                progress.print("round " + (i + 1) + " of " + config.rounds() + ": ");
                measureRound(generator, builds, i % 2 == 1);
            }
        }
        BenchReport report = new BenchReport(builds.stream().map(Build::rounds).toList());
        report.conditions(config, fileSystem).forEach(out::println);
        report.lines().forEach(out::println);
        return report.isValid();
    }

    private void printPlan(String fileSystem) {
        if (IN_MEMORY.contains(fileSystem)) {
            progress.println("bench: " + folder.path() + " is on " + fileSystem
                    + ", which is not a disk; set --data to a folder on a disk");
        }
        progress.printf(
                Locale.ROOT,
                "bench: %d %s of %d loads, %s s each, in %s; takes about %s%n",
                config.rounds(),
                config.rounds() == 1 ? "round" : "rounds",
                config.measurements(),
                config.time().toMillis() / 1e3,
                folder.path(),
                minutes(config.estimate()));
        progress.print("starting ...");
    }

    /** Returns the build of this project; before it, the one to compare with, if there is one. */
    private List<Build> startBuilds() throws IOException {
        if (!config.comparesBuilds()) {
            BenchCluster cluster = BenchCluster.start("--home", config.home(), folder.path(), processes);
            cluster.startCeilings();
            cluster.startTls();
            return List.of(new Build("", cluster));
        }
        BenchCluster before =
                BenchCluster.start("--against", config.against(), folder.path().resolve("before"), processes);
        BenchCluster after =
                BenchCluster.start("--home", config.home(), folder.path().resolve("after"), processes);
        return List.of(new Build("before ", before), new Build("after ", after));
    }

    /**
     * Runs every load that warms up at least twice: a JVM compiles a method after some thousand calls, and again once
     * it is called in another way. A slow load, such as one with a slow disk, runs more often.
     */
    private void warmUp(LoadGenerator generator, List<Build> builds) throws IOException, InterruptedException {
        progress.print("\nwarming up: ");
        for (int pass = 0; pass < MAX_WARM_UPS; pass++) {
            for (BenchLoad load : config.warmUpLoads()) {
                for (Build build : builds) {
                    if (pass < BenchConfig.WARM_UPS || build.warmedUp().get(load) < WARM_REQUESTS) {
                        Sample sample = generator.measure(build.cluster(), load, config.warmUp(), 0);
                        build.warmedUp().merge(load, sample.answered(), Long::sum);
                        show(build, load, sample);
                    }
                }
            }
        }
        progress.println();
    }

    private void measureRound(LoadGenerator generator, List<Build> builds, boolean reversed)
            throws IOException, InterruptedException {
        builds.forEach(build -> build.rounds().add(new Round()));
        for (List<BenchLoad> group : config.groups()) {
            List<Contender> contenders = new ArrayList<>();
            for (BenchLoad load : group) {
                builds.forEach(build -> contenders.add(new Contender(build, load, new ArrayList<>())));
            }
            measureInTurns(generator, contenders, reversed);
        }
        double disturbance =
                Round.disturbance(builds.stream().map(Build::currentRound).toList());
        progress.printf(Locale.ROOT, " other load %.0f %%%n", 100 * disturbance);
    }

    private void measureInTurns(LoadGenerator generator, List<Contender> contenders, boolean reversed)
            throws IOException, InterruptedException {
        int turns = contenders.size() == 1 ? 1 : Math.max(1, (int) config.time().dividedBy(TURN));
        Duration time = config.time().dividedBy(turns);
        List<Contender> order = new ArrayList<>(contenders);
        if (reversed) {
            Collections.reverse(order);
        }
        Round first = contenders.get(0).build().currentRound();
        for (int i = 0; i < turns; i++) {
            for (Contender next : order) {
                double rate = next.load() == BenchLoad.PACED ? first.rate(BenchLoad.CACHED) / 2 : 0;
                next.samples().add(generator.measure(next.build().cluster(), next.load(), time, rate));
            }
            Collections.rotate(order, 1);
        }
        for (Contender contender : contenders) {
            Sample sample = Sample.combine(contender.samples());
            contender.build().currentRound().put(contender.load(), sample);
            show(contender.build(), contender.load(), sample);
        }
    }

    private void show(Build build, BenchLoad load, Sample sample) {
        progress.print(build.name() + load + " " + Spread.Unit.PER_SECOND.text(sample.rate()) + "  ");
        progress.flush();
    }

    private static String minutes(Duration time) {
        return time.toMinutes() < 2 ? time.toSeconds() + " s" : time.toMinutes() + " min";
    }

    /** Leaves nothing behind when the process ends, at any moment. */
    private void stop() {
        stopped = true;
        try {
            clean();
        } catch (IOException e) {
            System.err.println("bench: " + folder.path() + " could not be removed: " + e);
        }
    }

    private synchronized void clean() throws IOException {
        processes.close();
        folder.close();
    }

    private void awaitExitIfStopped() throws InterruptedException {
        if (stopped) {
            new CountDownLatch(1).await();
        }
    }
}

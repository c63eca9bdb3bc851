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

/**
 * One run: everything starts, is warmed up, and is then measured in rounds, in each of which a load and what it is compared
 * with take turns, so that whatever else the machine does strikes both. Each turn begins with another one.
 */
final class Bench {
    private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");

    /** About as long is each. */
    private static final Duration TURN = Duration.ofSeconds(1);

    /** Requests that warm a load up. */
    private static final int WARM = 100_000;

    private static final int MOST_WARM_UPS = 4;

    private final BenchConfig config;
    private final PrintStream out;
    private final PrintStream progress;
    private final Children children = new Children();
    private final TemporaryFolder folder;
    private volatile boolean stopped; // by the thread that ends the process

    /** @param progress where a line for each round goes, while it is on its way */
    Bench(BenchConfig config, PrintStream out, PrintStream progress) throws IOException {
        this.config = config;
        this.out = out;
        this.progress = progress;
        this.folder = config.parent() == null ? new TemporaryFolder() : new TemporaryFolder(config.parent());
    }

    /**
     * Measures, and prints the report.
     *
     * @return whether the figures are good for anything: hardly any request failed
     * @throws IOException if a process did not start, or ended
     */
    boolean run() throws IOException, InterruptedException {
        Runtime.getRuntime().addShutdownHook(Threads.named("bench-stop", this::stop));
        try {
            return measure();
        } catch (IOException e) {
            awaitEndIfStopped(); // it was the end that broke it
            progress.println(); // below the line that was on its way
            throw e;
        } finally {
            clean();
        }
    }

    private boolean measure() throws IOException, InterruptedException {
        String fileSystem = Files.getFileStore(folder.path()).type();
        if (IN_MEMORY.contains(fileSystem)) {
            progress.println("bench: " + folder.path() + " is on " + fileSystem
                    + ", which is no disk; --data takes a folder that is on one");
        }
        progress.printf(
                Locale.ROOT,
                "bench: %d %s of %d loads, %s s each, in %s; takes about %s%n",
                config.rounds(),
                config.rounds() == 1 ? "round" : "rounds",
                BenchLoad.values().length,
                config.time().toMillis() / 1e3,
                folder.path(),
                minutes(config.estimate()));
        progress.print("starting ...");
        BenchCluster stage = BenchCluster.open(config.home(), folder.path(), children);
        List<Round> rounds = new ArrayList<>();
        try (ForcedAppends appends = new ForcedAppends(folder.path().resolve("appended"))) {
            Generator generator = new Generator(stage, appends, children);
            warmUp(generator);
            for (int i = 0; i < config.rounds(); i++) {
                progress.print("round " + (i + 1) + " of " + config.rounds() + ": ");
                rounds.add(measureRound(generator, i % 2 == 1));
            }
        }
        Report report = new Report(rounds);
        BenchConditions.lines(config, fileSystem).forEach(out::println);
        report.lines().forEach(out::println);
        return report.isSound();
    }

    /**
     * A JVM compiles what it has done some thousand times, and again once it does something else as well: so all of it is done
     * twice. A load that is slow, because its disk is, gets more time.
     */
    private void warmUp(Generator generator) throws IOException, InterruptedException {
        Map<BenchLoad, Long> answered = new EnumMap<>(BenchLoad.class);
        progress.print("\nwarming up: ");
        for (int i = 0; i < MOST_WARM_UPS; i++) {
            for (BenchLoad load : BenchLoad.WARMING) {
                if (i < BenchConfig.WARM_UPS || answered.get(load) < WARM) {
                    Sample sample = generator.measure(load, config.warmUp(), new Round());
                    answered.merge(load, sample.answered(), Long::sum);
                    show(load, sample.rate());
                }
            }
        }
        progress.println();
    }

    private Round measureRound(Generator generator, boolean reversed) throws IOException, InterruptedException {
        Round round = new Round();
        for (List<BenchLoad> group : BenchLoad.GROUPS) {
            measureInTurns(group, generator, round, reversed);
        }
        progress.println();
        return round;
    }

    private void measureInTurns(List<BenchLoad> group, Generator generator, Round round, boolean reversed)
            throws IOException, InterruptedException {
        int turns = group.size() == 1 ? 1 : Math.max(1, (int) config.time().dividedBy(TURN));
        List<BenchLoad> loads = new ArrayList<>(group);
        if (reversed) {
            Collections.reverse(loads);
        }
        Map<BenchLoad, List<Sample>> samples = new EnumMap<>(BenchLoad.class);
        for (int i = 0; i < turns; i++) {
            for (BenchLoad load : loads) {
                Sample sample = generator.measure(load, config.time().dividedBy(turns), round);
                samples.computeIfAbsent(load, any -> new ArrayList<>()).add(sample);
            }
            Collections.rotate(loads, 1);
        }
        for (BenchLoad load : group) {
            Sample sample = Sample.together(samples.get(load));
            round.put(load, sample);
            show(load, sample.rate());
        }
    }

    private void show(BenchLoad load, double rate) {
        progress.print(load + " " + Unit.PER_SECOND.text(rate) + "  ");
        progress.flush();
    }

    private static String minutes(Duration time) {
        return time.toMinutes() < 2 ? time.toSeconds() + " s" : time.toMinutes() + " min";
    }

    /** At the end of the process, which may come at any time: nothing is left. */
    private void stop() {
        stopped = true;
        try {
            clean();
        } catch (IOException e) {
            System.err.println("bench: " + folder.path() + " could not be removed: " + e);
        }
    }

    private synchronized void clean() throws IOException {
        children.close();
        folder.close();
    }

    private void awaitEndIfStopped() throws InterruptedException {
        if (stopped) {
            new CountDownLatch(1).await();
        }
    }
}

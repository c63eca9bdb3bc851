package toystore.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import toystore.bench.Spread.Unit;
import toystore.client.http.Origin;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Run;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;

/**
 * Compares the orders per second of a cell on a database with those of the reference store. Not thread-safe.
 *
 * <p>In each round, both stores get each load in turns of about a second. A round begins with the other store than the
 * round before.
 */
final class DatabaseRates {
    private static final Duration TURN = Duration.ofSeconds(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_WARM_UPS = 4;
    private static final int WARM_ORDERS = 50_000;
    private static final double MAX_FAILED = 0.001;

    private final List<Contender> contenders; // the cell, the reference store
    private final Supplier<Duration> databaseCpu;
    private final PrintStream progress;
    private final SplittableRandom random = new SplittableRandom(1);
    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final List<Map<DatabaseLoad, List<Result>>> rounds = new ArrayList<>(); // a result for each contender

    /**
     * A store.
     *
     * @param cpu returns the processor time that its processes have used
     */
    record Contender(String name, Origin target, Supplier<Duration> cpu) {}

    /**
     * A measurement of a load, in one turn or in all turns of a round.
     *
     * @param busy the processors that each part of the bench used
     */
    private record Result(Sample sample, Map<Part, Double> busy) {
        /** The processor time that the store and the database used for each order, in microseconds. */
        double cpuMicros() {
            return (busy.get(Part.STORE) + busy.get(Part.DATABASE)) / sample.rate() * 1e6;
        }

        static Result combine(List<Result> turns) {
            Map<Part, Double> busy = new EnumMap<>(Part.class);
            for (Part part : Part.values()) {
                busy.put(
                        part,
                        turns.stream()
                                .mapToDouble(turn -> turn.busy.get(part))
                                .average()
                                .orElse(Double.NaN));
            }
            return new Result(Sample.combine(turns.stream().map(Result::sample).toList()), busy);
        }
    }

    private enum Part {
        GENERATOR,
        STORE,
        DATABASE,
        /** All other programs, the kernel's threads, and other machines. */
        OTHERS
    }

    /**
     * @param databaseCpu returns the processor time that the database has used
     * @param progress gets a line for each round
     */
    DatabaseRates(Contender cell, Contender reference, Supplier<Duration> databaseCpu, PrintStream progress) {
        this.contenders = List.of(cell, reference);
        this.databaseCpu = databaseCpu;
        this.progress = progress;
    }

    /** Warms both stores up, a slow one for longer, and measures all rounds. */
    void measure(BenchConfig config) throws IOException, InterruptedException {
        progress.print("warming up: ");
        Map<Contender, Long> placed = new HashMap<>();
        for (int pass = 0; pass < MAX_WARM_UPS; pass++) {
            for (DatabaseLoad load : DatabaseLoad.values()) {
                for (Contender contender : contenders) {
                    if (pass < BenchConfig.WARM_UPS || placed.get(contender) < WARM_ORDERS) {
                        Result result = run(contender, load, config.warmUp());
                        placed.merge(contender, result.sample().answered(), Long::sum);
                        show(contender, load, result);
                    }
                }
            }
        }
        progress.println();
        for (int i = 0; i < config.rounds(); i++) {
            progress.print("round " + (i + 1) + " of " + config.rounds() + ": ");
            Map<DatabaseLoad, List<Result>> round = new EnumMap<>(DatabaseLoad.class);
            for (DatabaseLoad load : DatabaseLoad.values()) {
                round.put(load, measureInTurns(load, config.time(), i % 2 == 1));
            }
            rounds.add(round);
            progress.println();
        }
    }

    private List<Result> measureInTurns(DatabaseLoad load, Duration time, boolean reversed)
            throws IOException, InterruptedException {
        int turns = Math.max(1, (int) time.dividedBy(TURN));
        List<Contender> order = new ArrayList<>(contenders);
        if (reversed) {
            Collections.reverse(order);
        }
        Map<Contender, List<Result>> results = new HashMap<>();
        for (int i = 0; i < turns; i++) {
            for (Contender next : order) {
                results.computeIfAbsent(next, first -> new ArrayList<>()).add(run(next, load, time.dividedBy(turns)));
            }
        }
        List<Result> combined = new ArrayList<>();
        for (Contender contender : contenders) {
            Result result = Result.combine(results.get(contender));
            combined.add(result);
            show(contender, load, result);
        }
        return combined;
    }

    private Result run(Contender contender, DatabaseLoad load, Duration time) throws IOException, InterruptedException {
        Step step = new Step(
                BenchCluster.orders(contender.target(), load.toys()),
                load.connections(),
                new LoadModel.Closed(),
                StopCondition.lasting(time),
                TIMEOUT,
                0);
        Map<Part, Double> before = cpuSeconds(contender);
        long start = System.nanoTime();
        Sample sample = Sample.of(new Run(step, null, random, start).run(IntervalLog.NONE, moment -> {}));
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<Part, Double> busy = cpuSeconds(contender);
        busy.replaceAll((part, after) -> Math.max(0, (after - before.get(part)) / seconds)); // ticks are coarse
        return new Result(sample, busy);
    }

    private Map<Part, Double> cpuSeconds(Contender contender) throws IOException {
        Map<Part, Double> seconds = new EnumMap<>(Part.class);
        seconds.put(Part.GENERATOR, system.getProcessCpuTime() / 1e9);
        seconds.put(Part.STORE, contender.cpu().get().toNanos() / 1e9);
        seconds.put(Part.DATABASE, databaseCpu.get().toNanos() / 1e9);
        double ours = seconds.values().stream().mapToDouble(each -> each).sum();
        seconds.put(Part.OTHERS, LoadGenerator.machineCpuNanos() / 1e9 - ours);
        return seconds;
    }

    private void show(Contender contender, DatabaseLoad load, Result result) {
        progress.print(contender.name() + ", " + load.label() + ": "
                + Unit.PER_SECOND.text(result.sample().rate()) + "  ");
        progress.flush();
    }

    /** Returns whether of each load some orders were placed and hardly any failed. */
    boolean isValid() {
        return rounds.stream()
                .flatMap(round -> round.values().stream())
                .flatMap(List::stream)
                .allMatch(result -> {
                    Sample sample = result.sample();
                    return sample.answered() > 0
                            && sample.failed() <= MAX_FAILED * (sample.answered() + sample.failed());
                });
    }

    /** Compares the processor time of others with that of the bench, in each round. */
    String disturbance() {
        return BenchReport.disturbance(rounds.stream()
                .map(round -> {
                    List<Result> results =
                            round.values().stream().flatMap(List::stream).toList();
                    double others = busy(results, Part.OTHERS);
                    double ours =
                            busy(results, Part.GENERATOR) + busy(results, Part.STORE) + busy(results, Part.DATABASE);
                    return others / ours;
                })
                .toList());
    }

    private static double busy(List<Result> results, Part part) {
        return results.stream().mapToDouble(result -> result.busy().get(part)).sum();
    }

    /** The tables in Markdown: medians of the rounds, in brackets the lowest and the highest. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("| orders | " + contenders.get(0).name() + " | "
                + contenders.get(1).name() + " | ratio | wanted | |");
        lines.add("|---|---|---|---|---|---|");
        for (DatabaseLoad load : DatabaseLoad.values()) {
            Spread ratio = Spread.of(rounds.stream()
                    .map(round -> round.get(load).get(0).sample().rate()
                            / round.get(load).get(1).sample().rate())
                    .toList());
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | at least %.0f | %s |",
                    load.label(),
                    Unit.PER_SECOND.text(
                            spread(load, 0, result -> result.sample().rate())),
                    Unit.PER_SECOND.text(
                            spread(load, 1, result -> result.sample().rate())),
                    Unit.RATIO.text(ratio),
                    load.target(),
                    ratio.median() >= load.target() ? "met" : "**missed**"));
        }
        lines.add("");
        lines.add("| load | store | p50 | p99 | errors | processor time of store and database for an order | generator"
                + " | store | database | others |");
        lines.add("|---|---|---|---|---|---|---|---|---|---|");
        for (DatabaseLoad load : DatabaseLoad.values()) {
            for (int i = 0; i < contenders.size(); i++) {
                lines.add(loadLine(load, i));
            }
        }
        lines.add("");
        lines.add(
                "The last four columns are busy processors. Other load affects the processor time for an order least.");
        addExamples(lines);
        return lines;
    }

    private String loadLine(DatabaseLoad load, int contender) {
        StringBuilder line = new StringBuilder("| " + load.label() + " | ");
        line.append(contenders.get(contender).name());
        line.append(" | ")
                .append(Unit.MILLIS.text(
                        spread(load, contender, result -> result.sample().p50())));
        line.append(" | ")
                .append(Unit.MILLIS.text(
                        spread(load, contender, result -> result.sample().p99())));
        line.append(" | ")
                .append(results(load, contender).stream()
                        .mapToLong(result -> result.sample().failed())
                        .sum());
        line.append(" | ").append(Unit.MICROS.text(spread(load, contender, Result::cpuMicros)));
        for (Part part : Part.values()) {
            Spread busy = spread(load, contender, result -> result.busy().get(part));
            line.append(" | ").append(String.format(Locale.ROOT, "%.2f", busy.median()));
        }
        return line.append(" |").toString();
    }

    private void addExamples(List<String> lines) {
        for (DatabaseLoad load : DatabaseLoad.values()) {
            for (int i = 0; i < contenders.size(); i++) {
                String name = contenders.get(i).name();
                results(load, i).stream()
                        .map(result -> result.sample().example())
                        .filter(Objects::nonNull)
                        .findFirst()
                        .ifPresent(example -> lines.add("An error of " + name + ", " + load.label() + ": " + example));
            }
        }
    }

    private List<Result> results(DatabaseLoad load, int contender) {
        return rounds.stream().map(round -> round.get(load).get(contender)).toList();
    }

    private Spread spread(DatabaseLoad load, int contender, Function<Result, Double> figure) {
        return Spread.of(results(load, contender).stream().map(figure).toList());
    }
}

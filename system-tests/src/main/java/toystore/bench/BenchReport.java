package toystore.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.lang.management.RuntimeMXBean;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import toystore.bench.Sample.Role;
import toystore.bench.Spread.Unit;
import toystore.loadtest.ThisMachine;

/** The report in Markdown: medians of the rounds, in brackets the lowest and the highest. */
final class BenchReport {
    /** The share of a load's requests that may fail in a valid run. */
    private static final double MAX_FAILED = 0.001;

    /** The processor time of others, in proportion to that of the bench, from which on a round is disturbed. */
    private static final double MAX_DISTURBANCE = 0.1;

    private final List<List<Round>> builds;
    private final List<Round> rounds; // of this project's build

    /**
     * @param builds the rounds of this project's build; before it, those of the build to compare with, if there is
     *     one
     */
    BenchReport(List<List<Round>> builds) {
        this.builds = builds.stream().map(List::copyOf).toList();
        this.rounds = this.builds.get(builds.size() - 1);
    }

    /** Returns whether of each load some requests were answered and hardly any failed. */
    boolean isValid() {
        return builds.stream()
                .allMatch(build -> loads().stream().allMatch(load -> {
                    long failed = sum(build, load, Sample::failed);
                    long answered = sum(build, load, Sample::answered);
                    return answered > 0 && failed <= MAX_FAILED * (failed + answered);
                }));
    }

    /** The conditions under which the figures were measured, and whether other load has disturbed them. */
    List<String> conditions(BenchConfig config, String fileSystem) throws IOException {
        List<String> lines = new ArrayList<>();
        if (config.comparesBuilds()) {
            lines.add("Before: " + config.against() + ". After: " + config.home() + ".");
        }
        lines.addAll(List.of(
                machine(),
                "The load generator ran on the same cores. Every other process: `java "
                        + String.join(" ", BenchCluster.JVM) + "`, access log off.",
                "Order log on " + fileSystem + ". " + config.describe(),
                disturbance()));
        return lines;
    }

    /** Describes this machine and this JVM, with the date. */
    static String machine() throws IOException {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        RuntimeMXBean jvm = ManagementFactory.getRuntimeMXBean();
        String cores = Runtime.getRuntime().availableProcessors() + " cores";
        return cores + ", " + ThisMachine.cpu() + "; " + system.getName() + " " + system.getVersion() + "; "
                + jvm.getVmName() + " " + Runtime.version() + "; " + LocalDate.now(ZoneOffset.UTC) + ".";
    }

    /** Compares the processor time of others with that of the bench, in each round. */
    private String disturbance() {
        List<Double> shares = IntStream.range(0, rounds.size())
                .mapToObj(i -> Round.disturbance(
                        builds.stream().map(build -> build.get(i)).toList()))
                .toList();
        return disturbance(shares);
    }

    /** @param shares of each round, in proportion to the time of the bench */
    static String disturbance(List<Double> shares) {
        Spread share = Spread.of(shares);
        if (Double.isNaN(share.highest())) {
            return "The processor time of other programs is not known on this system.";
        }
        String text = String.format(
                Locale.ROOT,
                "Other load used %.0f %% (%.0f..%.0f) of the processor time that the bench used.",
                100 * share.median(),
                100 * share.lowest(),
                100 * share.highest());
        long disturbed =
                shares.stream().filter(other -> other > MAX_DISTURBANCE).count();
        return disturbed == 0
                ? text
                : text
                        + String.format(
                                Locale.ROOT,
                                " **Disturbed: more than %.0f %% in %d of %d rounds.** Rates are too low, latencies too"
                                        + " high, and ratios less reliable. Repeat the run on an idle machine.",
                                100 * MAX_DISTURBANCE,
                                disturbed,
                                shares.size());
    }

    List<String> lines() {
        return builds.size() > 1 ? buildComparison() : ceilingComparison();
    }

    private List<String> buildComparison() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("| what | before | after | after / before |");
        lines.add("|---|---|---|---|");
        for (BenchRow row : BenchRow.OF_BUILDS) {
            lines.add(buildLine(row.what(), row.unit(), row.store()));
        }
        for (BenchLoad load : loads()) {
            lines.add(buildLine(
                    "CPU time of the store for each request: " + load.label() + ", " + load.clients() + " clients",
                    Unit.MICROS,
                    round -> round.of(load).storeCpuMicros()));
        }
        lines.add("");
        lines.add("A ratio is the median of the ratios of each round. The build after is faster if it has higher rates,"
                + " lower latencies and less CPU time, which other load affects least.");
        addErrors(lines);
        return lines;
    }

    private String buildLine(String what, Unit unit, ToDoubleFunction<Round> figure) {
        List<Round> before = builds.get(0);
        List<Double> ratios = IntStream.range(0, rounds.size())
                .mapToObj(i -> figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(before.get(i)))
                .toList();
        return "| " + what
                + " | " + unit.text(BenchRow.spread(before, figure))
                + " | " + unit.text(BenchRow.spread(rounds, figure))
                + " | " + Unit.RATIO.text(Spread.of(ratios)) + " |";
    }

    private List<String> ceilingComparison() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("| what | measured | beside | | ratio | wanted | |");
        lines.add("|---|---|---|---|---|---|---|");
        BenchRow.ALL.forEach(row -> lines.add(comparisonLine(row)));
        lines.add("");
        lines.add("| load | clients | requests/s | p50 ms | p99 ms | errors | generator | frontend | orders | "
                + "catalog | others |");
        lines.add("|---|---|---|---|---|---|---|---|---|---|---|");
        loads().forEach(load -> lines.add(loadLine(load)));
        lines.add("");
        lines.add("The last five columns are busy processors; a ceiling counts as the service that it stands for. The"
                + " open loop's generator was late by " + Unit.MILLIS.text(spread(BenchLoad.PACED, Sample::lag))
                + " with 99 % of its requests.");
        addErrors(lines);
        return lines;
    }

    private String comparisonLine(BenchRow row) {
        boolean ratio = row.judged() == BenchRow.Judged.RATIO;
        return "| " + row.what()
                + " | " + row.unit().text(row.storeSpread(rounds))
                + " | " + row.beside()
                + " | " + row.besideUnit().text(row.otherSpread(rounds))
                + " | " + (ratio ? Unit.RATIO.text(row.judgedSpread(rounds)) : "")
                + " | " + row.limit().text()
                + " | " + (row.isMet(rounds) ? "met" : "**missed**") + " |";
    }

    private String loadLine(BenchLoad load) {
        StringBuilder line = new StringBuilder("| " + load.label() + " | " + load.clients());
        line.append(" | ").append(Unit.PER_SECOND.text(spread(load, Sample::rate)));
        line.append(" | ").append(Unit.MILLIS.text(spread(load, Sample::p50)));
        line.append(" | ").append(Unit.MILLIS.text(spread(load, Sample::p99)));
        line.append(" | ").append(sum(rounds, load, Sample::failed));
        for (Role role : Role.values()) {
            Spread busy = spread(load, sample -> sample.processors(role));
            line.append(" | ").append(String.format(Locale.ROOT, "%.2f", busy.median()));
        }
        return line.append(" |").toString();
    }

    /** One error of each load. */
    private void addErrors(List<String> lines) {
        for (BenchLoad load : loads()) {
            builds.stream()
                    .flatMap(List::stream)
                    .map(round -> round.of(load).example())
                    .filter(Objects::nonNull)
                    .findFirst()
                    .ifPresent(example -> lines.add("An error of `" + load.label() + "`: " + example));
        }
    }

    private Set<BenchLoad> loads() {
        return rounds.get(0).loads();
    }

    private Spread spread(BenchLoad load, ToDoubleFunction<Sample> figure) {
        return Spread.of(rounds.stream()
                .map(round -> figure.applyAsDouble(round.of(load)))
                .toList());
    }

    private static long sum(List<Round> rounds, BenchLoad load, ToLongFunction<Sample> figure) {
        return rounds.stream()
                .mapToLong(round -> figure.applyAsLong(round.of(load)))
                .sum();
    }
}

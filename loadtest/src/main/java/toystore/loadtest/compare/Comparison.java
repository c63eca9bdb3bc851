package toystore.loadtest.compare;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import toystore.common.Abbreviated;
import toystore.loadtest.report.Plot;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Environment;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.StepResult;

/** Compares two load tests step by step, and finds what became better or worse. */
public final class Comparison {
    private final Results before;
    private final Results after;
    private final List<StepPair> pairs = new ArrayList<>();
    private final List<ComparisonRow> rows = new ArrayList<>();
    private final List<String> onlyBefore = new ArrayList<>();
    private final List<String> onlyAfter = new ArrayList<>();

    private Comparison(Results before, Results after) {
        this.before = before;
        this.after = after;
        Map<String, StepResult> rest = byName(after);
        byName(before).forEach((name, step) -> {
            StepResult same = rest.remove(name);
            if (same == null) {
                onlyBefore.add(name);
            } else {
                pairs.add(new StepPair(name, step, same));
            }
        });
        onlyAfter.addAll(rest.keySet());
        pairs.forEach(this::addRows);
    }

    /**
     * Compares the steps that have the same name.
     *
     * @throws IllegalArgumentException if there are none; the message lists the steps of both sides
     */
    public static Comparison of(Results before, Results after) {
        Comparison comparison = new Comparison(before, after);
        if (comparison.pairs.isEmpty()) {
            throw new IllegalArgumentException("no step is in both: before has "
                    + ComparisonTable.listed(comparison.onlyBefore) + ", after has "
                    + ComparisonTable.listed(comparison.onlyAfter) + "; measure both with the same loads and settings");
        }
        return comparison;
    }

    /** For each step on both sides, the metrics of each kind of request, then those of the step. */
    public List<ComparisonRow> rows() {
        return List.copyOf(rows);
    }

    /** Names of the steps that were measured only before. */
    public List<String> onlyBefore() {
        return List.copyOf(onlyBefore);
    }

    /** Names of the steps that were measured only after. */
    public List<String> onlyAfter() {
        return List.copyOf(onlyAfter);
    }

    /** Sentences about other differences, which may be the cause of a change, and about warnings of either side. */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        Environment from = before.environment();
        Environment to = after.environment();
        addDifference(remarks, "targets", before.target(), after.target());
        addDifference(remarks, "formats of results.json", before.format(), after.format());
        addDifference(remarks, "seeds", before.seed(), after.seed());
        addDifference(remarks, "axes", before.axis().label(), after.axis().label());
        addDifference(remarks, "CPUs", from.cpu(), to.cpu());
        addDifference(remarks, "numbers of cores", from.cores(), to.cores());
        addDifference(remarks, "sizes of memory, in bytes", from.memory(), to.memory());
        addDifference(remarks, "operating systems", from.os(), to.os());
        addDifference(remarks, "JVMs", from.jvm(), to.jvm());
        addDifference(remarks, "commits of the load test", from.commit(), to.commit());
        addWarnings(remarks, "before", before);
        addWarnings(remarks, "after", after);
        return remarks;
    }

    private static void addDifference(List<String> remarks, String what, Object before, Object after) {
        if (!Objects.equals(before, after)) {
            remarks.add("Different " + what + ": " + printable(before) + " before, " + printable(after) + " after.");
        }
    }

    private static void addWarnings(List<String> remarks, String side, Results results) {
        if (results.cutShort()) {
            remarks.add("What was measured " + side + " was ended before its time.");
        }
        results.warnings().forEach(warning -> remarks.add("A warning from " + side + ": " + printable(warning)));
    }

    private static String printable(Object value) {
        return Abbreviated.printable(String.valueOf(value), 200);
    }

    /** Explains how noise is judged, in a few sentences. */
    public String explanation() {
        return ComparisonTable.explanation(rows);
    }

    /**
     * Rows that became worse by more than so many percent and are not within the noise.
     *
     * @param percent 0 or more
     */
    public List<ComparisonRow> regressions(double percent) {
        return rows.stream()
                .filter(row -> (row.after() == null || row.noise() != Noise.WITHIN) && row.regression() > percent)
                .toList();
    }

    /** Prints all of it for a terminal. */
    public void print(PrintStream out) {
        new ComparisonTable(this, before, after).lines().forEach(out::println);
    }

    /** Plots with before (dashed) and after (solid). */
    public List<Plot> plots() {
        return ComparisonPlots.of(pairs, before.axis() == after.axis() ? before.axis() : null);
    }

    /** The number of runs of a step on each side: {@code 5 and 5 runs}. */
    String runs(String step) {
        StepPair pair =
                pairs.stream().filter(it -> it.name().equals(step)).findFirst().orElseThrow();
        return pair.before().runs().size() + " and " + pair.after().runs().size() + " runs";
    }

    private void addRows(StepPair pair) {
        for (Kind kind : pair.kinds()) {
            Metric.OF_KIND.forEach(metric -> rows.add(ComparisonRow.of(pair, kind, metric)));
        }
        rows.add(ComparisonRow.of(pair, null, pair.isClosedLoop() ? Metric.RATE : Metric.UNSENT));
    }

    /** Numbers a name that occurs again, as where a rate was tried twice. */
    private static Map<String, StepResult> byName(Results results) {
        Map<String, StepResult> steps = new LinkedHashMap<>();
        for (StepResult step : results.steps()) {
            String name = step.name();
            for (int time = 2; steps.containsKey(name); time++) {
                name = step.name() + " (" + time + ")";
            }
            steps.put(name, step);
        }
        return steps;
    }

    /** A step that was measured before and after. */
    record StepPair(String name, StepResult before, StepResult after) {
        /** Kinds with requests on either side. */
        List<Kind> kinds() {
            return Arrays.stream(Kind.values())
                    .filter(kind -> count(before, kind) + count(after, kind) > 0)
                    .toList();
        }

        boolean isClosedLoop() {
            return !before.isOpenLoop() && !after.isOpenLoop();
        }

        private static long count(StepResult step, Kind kind) {
            return step.kind(kind).map(KindResult::count).orElse(0L);
        }
    }
}

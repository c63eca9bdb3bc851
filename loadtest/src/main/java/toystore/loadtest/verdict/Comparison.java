package toystore.loadtest.verdict;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toystore.loadtest.report.Plot;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.StepResult;

/** Two load tests, and what became better or worse from the one to the other, step by step. */
public final class Comparison {
    private final Results before;
    private final Results after;
    private final List<Pair> pairs = new ArrayList<>();
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
                pairs.add(new Pair(name, step, same));
            }
        });
        onlyAfter.addAll(rest.keySet());
        pairs.forEach(this::addRows);
    }

    /**
     * Compares what has the same name.
     *
     * @throws IllegalArgumentException if nothing has; the message says what there is
     */
    public static Comparison of(Results before, Results after) {
        Comparison comparison = new Comparison(before, after);
        if (comparison.pairs.isEmpty()) {
            throw new IllegalArgumentException("no step is in both: before has "
                    + ComparisonText.listed(comparison.onlyBefore) + ", after has "
                    + ComparisonText.listed(comparison.onlyAfter) + "; measure both with the same loads and settings");
        }
        return comparison;
    }

    /** Of each step that is on both sides: the metrics of each kind of request, then those of the step. */
    public List<ComparisonRow> rows() {
        return List.copyOf(rows);
    }

    /** Names of steps that are on one side only. */
    public List<String> onlyBefore() {
        return List.copyOf(onlyBefore);
    }

    /** Names of steps that are on one side only. */
    public List<String> onlyAfter() {
        return List.copyOf(onlyAfter);
    }

    /** What else is different, or must be known before a figure is believed, each a sentence. */
    public List<String> remarks() {
        return Remarks.on(before, after);
    }

    /** How it is judged what is noise, in a few sentences. */
    public String judged() {
        return ComparisonText.judged(rows);
    }

    /**
     * What became worse by more than so many percent, but for what is within the noise.
     *
     * @param percent 0 or more
     */
    public List<ComparisonRow> regressions(double percent) {
        return rows.stream()
                .filter(row -> (row.after() == null || row.noise() != Noise.WITHIN) && row.regression() > percent)
                .toList();
    }

    /** All of it as a table, for a person at a terminal. */
    public void print(PrintStream out) {
        new ComparisonText(this, before, after).lines().forEach(out::println);
    }

    /** Before (dashed) and after (solid) in the same plots. */
    public List<Plot> plots() {
        return ComparisonPlots.of(pairs, before.axis() == after.axis() ? before.axis() : null);
    }

    /** How many runs of a step there were on each side: {@code 5 and 5 runs}. */
    String runs(String step) {
        Pair pair =
                pairs.stream().filter(it -> it.name().equals(step)).findFirst().orElseThrow();
        return pair.before().runs().size() + " and " + pair.after().runs().size() + " runs";
    }

    private void addRows(Pair pair) {
        for (Kind kind : pair.kinds()) {
            Metric.OF_KIND.forEach(metric -> rows.add(ComparisonRow.of(pair, kind, metric)));
        }
        rows.add(ComparisonRow.of(pair, null, pair.isClosedLoop() ? Metric.RATE : Metric.UNSENT));
    }

    /** A name that comes again, as it does where a rate is tried twice, is numbered. */
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
}

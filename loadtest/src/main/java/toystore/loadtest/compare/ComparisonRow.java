package toystore.loadtest.compare;

import java.util.OptionalDouble;
import toystore.loadtest.compare.Comparison.StepPair;
import toystore.loadtest.result.Results.Kind;

/**
 * One metric of one step, before and after.
 *
 * @param kind of requests; null for a metric of the whole step
 * @param before the median of the runs, in the metric's unit; null if no run has a value
 * @param after like {@code before}
 */
public record ComparisonRow(String step, Kind kind, Metric metric, Double before, Double after, Noise noise) {
    static ComparisonRow of(StepPair pair, Kind kind, Metric metric) {
        double[] before = metric.values(pair.before(), kind);
        double[] after = metric.values(pair.after(), kind);
        return new ComparisonRow(
                pair.name(), kind, metric, Metric.median(before), Metric.median(after), Noise.of(before, after));
    }

    /** The change in percent of before; infinite if before is 0 and after is not; empty if a value is missing. */
    public OptionalDouble change() {
        if (before == null || after == null) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(before.equals(after) ? 0 : 100 * (after - before) / before);
    }

    /** By how many percent the metric became worse; 0 if it did not; infinite if there is no value any more. */
    public double regression() {
        if (before != null && after == null && metric != Metric.FAILED) {
            return Double.POSITIVE_INFINITY;
        }
        double change = change().orElse(0);
        return Math.max(0, metric.lowerIsBetter() ? change : -change);
    }

    /** For messages: {@code buy p99 in "buy, 5 clients": from 3.1 ms to 4.2 ms}. */
    public String sentence() {
        return (kind == null ? "" : kind.label() + " ") + metric.label() + " in \"" + step + "\": from "
                + metric.formatWithUnit(before) + " to " + metric.formatWithUnit(after);
    }
}

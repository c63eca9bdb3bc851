package toystore.loadtest.verdict;

import java.util.OptionalDouble;
import toystore.loadtest.result.Kind;

/**
 * One metric of one step, before and after.
 *
 * @param kind of the requests it is about; null if it is about the whole step
 * @param before the median of the runs, in the metric's unit; null if there was nothing to measure, like the next
 */
public record ComparisonRow(String step, Kind kind, Metric metric, Double before, Double after, Noise noise) {
    static ComparisonRow of(Pair pair, Kind kind, Metric metric) {
        double[] before = Samples.of(pair.before(), kind, metric);
        double[] after = Samples.of(pair.after(), kind, metric);
        return new ComparisonRow(
                pair.name(), kind, metric, Samples.median(before), Samples.median(after), Noise.of(before, after));
    }

    /**
     * From before to after, in percent of before; infinite if it was 0 and is not any more; empty if there is nothing to
     * compare.
     */
    public OptionalDouble change() {
        if (before == null || after == null) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(before.equals(after) ? 0 : 100 * (after - before) / before);
    }

    /** By how many percent it became worse; 0 if it did not, infinite if there was something and is nothing any more. */
    public double regression() {
        if (before != null && after == null && metric != Metric.FAILED) {
            return Double.POSITIVE_INFINITY; // there is nothing any more
        }
        double change = change().orElse(0);
        return Math.max(0, metric.lowerIsBetter() ? change : -change);
    }

    /** For a person: {@code buy p99 in "buy, 5 clients": from 3.1 ms to 4.2 ms}. */
    public String sentence() {
        return (kind == null ? "" : kind.label() + " ") + metric.label() + " in \"" + step + "\": from "
                + ComparisonText.measure(metric, before) + " to " + ComparisonText.measure(metric, after);
    }
}

package toystore.loadtest.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.RunResult;
import toystore.loadtest.result.Results.StepResult;

/** What two load tests are compared by. The maximum and p99.9 are left out, since single requests decide them. */
public enum Metric {
    AVERAGE("average", "ms", true),
    P50("p50", "ms", true),
    P90("p90", "ms", true),
    P99("p99", "ms", true),
    /** Share of the requests of a kind that failed. */
    FAILED("failed", "%", true),
    /** Successful requests of any kind per second; only for closed loops, since the rate of an open loop is given. */
    RATE("answered", "/s", false),
    /** Share of the requests due in an open loop that were never sent. */
    UNSENT("unsent", "%", true);

    /** Metrics of each kind of request; the others are metrics of a step. */
    static final List<Metric> OF_KIND = List.of(AVERAGE, P50, P90, P99, FAILED);

    private final String label;
    private final String unit;
    private final boolean lowerIsBetter;

    Metric(String label, String unit, boolean lowerIsBetter) {
        this.label = label;
        this.unit = unit;
        this.lowerIsBetter = lowerIsBetter;
    }

    public String label() {
        return label;
    }

    public String unit() {
        return unit;
    }

    public boolean lowerIsBetter() {
        return lowerIsBetter;
    }

    /** A value without its unit; {@code -} if there is none. */
    String format(Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, this == RATE ? "%.1f" : "%.3f", value);
    }

    String formatWithUnit(Double value) {
        return format(value) + (value == null ? "" : " " + unit);
    }

    /**
     * Its values in the runs of a step, without the runs that have none.
     *
     * @param kind null for a metric of a step
     */
    double[] values(StepResult step, Kind kind) {
        return step.runs().stream()
                .map(run -> value(run, kind))
                .flatMapToDouble(OptionalDouble::stream)
                .filter(Double::isFinite)
                .toArray();
    }

    /** Null if there is no value. */
    static Double median(double[] values) {
        if (values.length == 0) {
            return null;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private OptionalDouble value(RunResult run, Kind kind) {
        Optional<KindResult> result =
                run.kinds().stream().filter(it -> it.kind() == kind).findFirst();
        return switch (this) {
            case AVERAGE -> latency(result, Distribution::average);
            case P50 -> latency(result, Distribution::p50);
            case P90 -> latency(result, Distribution::p90);
            case P99 -> latency(result, Distribution::p99);
            case FAILED -> result.map(it -> percent(it.failed(), it.count())).orElse(OptionalDouble.empty());
            case RATE -> run.seconds() > 0 ? OptionalDouble.of(run.rate()) : OptionalDouble.empty();
            case UNSENT ->
                percent(
                        run.unsent(),
                        run.unsent()
                                + run.kinds().stream()
                                        .mapToLong(KindResult::count)
                                        .sum());
        };
    }

    private static OptionalDouble latency(Optional<KindResult> result, ToDoubleFunction<Distribution> figure) {
        return result.flatMap(KindResult::latency).stream().mapToDouble(figure).findFirst();
    }

    private static OptionalDouble percent(long part, long all) {
        return all == 0 ? OptionalDouble.empty() : OptionalDouble.of(100.0 * part / all);
    }
}

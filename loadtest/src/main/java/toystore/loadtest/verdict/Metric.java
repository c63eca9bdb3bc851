package toystore.loadtest.verdict;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import toystore.loadtest.result.Distribution;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.KindResult;
import toystore.loadtest.result.RunResult;

/**
 * What two load tests are compared by. The maximum and p99.9 are not among it: a single request makes them, so they say
 * more about that one than about a change.
 */
public enum Metric {
    /** In milliseconds, like the next three. */
    AVERAGE("average", "ms", true),
    P50("p50", "ms", true),
    P90("p90", "ms", true),
    P99("p99", "ms", true),
    /** Requests of a kind that failed, in percent. */
    FAILED("failed", "%", true),
    /** Requests of any kind that were answered as asked, per second; of closed loops, since an open one is given its rate. */
    RATE("answered", "/s", false),
    /** What was due in an open loop and never sent, in percent of what was due. */
    UNSENT("unsent", "%", true);

    /** Those of each kind of request; the others are of a step. */
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

    /**
     * Its value in one run; empty if there was nothing to measure.
     *
     * @param kind null for a metric of a step
     */
    OptionalDouble in(RunResult run, Kind kind) {
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

package toystore.loadtest.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Distribution.Point;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.result.Results.RequestOutcome;

/** Latencies and service times of any number of requests, by kind and outcome. Not thread-safe. */
public final class Totals {
    /** The significant digits of histograms: the error of a value is less than a thousandth. */
    static final int DIGITS = 3;

    private static final double NANOS_PER_MILLI = 1e6;

    /** Points of a percentile curve per halving of the distance to 100 percent. */
    private static final int POINTS = 5;

    private final Map<Kind, Map<RequestOutcome, Entry>> entries = new EnumMap<>(Kind.class);

    /** The requests of one kind with one outcome. */
    private static final class Entry {
        final Histogram latency = new Histogram(DIGITS);
        final Histogram service = new Histogram(DIGITS);
        String example; // of a failure; the first one

        void add(Entry other) {
            latency.add(other.latency);
            service.add(other.service);
            example = example == null ? other.example : example;
        }

        OutcomeResult result(RequestOutcome outcome, boolean withCurve) {
            return new OutcomeResult(
                    outcome,
                    latency.getTotalCount(),
                    distribution(latency, withCurve),
                    service.getTotalCount() == 0 ? null : distribution(service, withCurve),
                    example);
        }
    }

    /**
     * Adds latencies.
     *
     * @param example the reason of a failure; null for outcomes that are not failures
     */
    void addLatency(Kind kind, RequestOutcome outcome, Histogram nanos, String example) {
        Entry entry = entry(kind, outcome);
        entry.latency.add(nanos);
        entry.example = entry.example == null ? example : entry.example;
    }

    void addService(Kind kind, RequestOutcome outcome, Histogram nanos) {
        entry(kind, outcome).service.add(nanos);
    }

    public void add(Totals other) {
        other.forEach((kind, outcomes) ->
                outcomes.forEach((outcome, entry) -> entry(kind, outcome).add(entry)));
    }

    /** The latency of all requests with the outcome OK, of any kind; all 0 if there are none. */
    public Distribution okLatency() {
        Histogram all = new Histogram(DIGITS);
        forEach((kind, outcomes) -> outcomes.forEach((outcome, entry) -> {
            if (outcome == RequestOutcome.OK) {
                all.add(entry.latency);
            }
        }));
        return distribution(all, false);
    }

    /** The results, with percentile curves or without. */
    public List<KindResult> results(boolean withCurve) {
        List<KindResult> kinds = new ArrayList<>();
        forEach((kind, outcomes) -> {
            List<OutcomeResult> results = new ArrayList<>();
            outcomes.forEach((outcome, entry) -> results.add(entry.result(outcome, withCurve)));
            kinds.add(new KindResult(kind, results));
        });
        return kinds;
    }

    /** The percentile in milliseconds; 0 if the histogram is empty. */
    static double percentile(Histogram nanos, double percent) {
        return nanos.getTotalCount() == 0 ? 0 : nanos.getValueAtPercentile(percent) / NANOS_PER_MILLI;
    }

    private static Distribution distribution(Histogram nanos, boolean withCurve) {
        List<Point> curve = new ArrayList<>();
        if (withCurve) {
            for (HistogramIterationValue value : nanos.percentiles(POINTS)) {
                curve.add(
                        new Point(value.getPercentileLevelIteratedTo(), value.getValueIteratedTo() / NANOS_PER_MILLI));
            }
        }
        return new Distribution(
                nanos.getMean() / NANOS_PER_MILLI,
                percentile(nanos, 50),
                percentile(nanos, 90),
                percentile(nanos, 99),
                percentile(nanos, 99.9),
                nanos.getMaxValue() / NANOS_PER_MILLI,
                curve);
    }

    private Entry entry(Kind kind, RequestOutcome outcome) {
        return entries.computeIfAbsent(kind, any -> new EnumMap<>(RequestOutcome.class))
                .computeIfAbsent(outcome, any -> new Entry());
    }

    private void forEach(BiConsumer<Kind, Map<RequestOutcome, Entry>> action) {
        entries.forEach(action);
    }
}

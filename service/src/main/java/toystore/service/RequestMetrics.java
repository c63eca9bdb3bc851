package toystore.service;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;

/**
 * A counter of requests by kind and code, and a histogram of their time. Thread-safe.
 *
 * <p>The kind of a request is given by the values of its labels.
 */
public final class RequestMetrics implements MultiCollector {
    private static final double[] BOUNDS = RequestStats.upperBounds();

    private final Shape shape;
    private final Map<List<String>, RequestStats> stats = new ConcurrentHashMap<>(); // by the values of the labels

    /**
     * Names and labels.
     *
     * @param counter name of the counter, without {@code _total}
     * @param histogram name of the histogram
     * @param labels names of the labels of a kind
     * @param timed the histogram has only so many of the labels, from the first one on
     * @param code name of the counter's label for the code
     * @param codes value of that label
     */
    public record Shape(
            String counter,
            String help,
            String histogram,
            String histogramHelp,
            List<String> labels,
            int timed,
            String code,
            IntFunction<String> codes) {
        public Shape {
            labels = List.copyOf(labels);
        }
    }

    /** The buckets of a histogram, and the time of all requests in it. */
    private static final class Times {
        private final long[] buckets = new long[BOUNDS.length];
        private double seconds;
    }

    RequestMetrics(Shape shape) {
        this.shape = shape;
    }

    /** The statistics of a kind. Look them up once and keep them. */
    public RequestStats of(String... kind) {
        return stats.computeIfAbsent(List.of(kind), first -> new RequestStats());
    }

    @Override
    public MetricSnapshots collect() {
        if (stats.isEmpty()) {
            return new MetricSnapshots();
        }
        List<CounterDataPointSnapshot> counted = new ArrayList<>();
        Map<Labels, Times> timed = new HashMap<>();
        stats.forEach((kind, ofKind) -> {
            Labels labels = Labels.of(shape.labels(), kind);
            Times times = timed.computeIfAbsent(first(kind), none -> new Times());
            times.seconds += ofKind.seconds();
            ofKind.read(
                    shape.codes(),
                    (code, requests) -> counted.add(CounterDataPointSnapshot.builder()
                            .labels(labels.add(shape.code(), code))
                            .value((double) requests)
                            .build()),
                    times.buckets);
        });
        CounterSnapshot.Builder counter =
                CounterSnapshot.builder().name(shape.counter()).help(shape.help());
        counted.forEach(counter::dataPoint);
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(shape.histogram()).help(shape.histogramHelp());
        timed.forEach((labels, times) -> histogram.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, times.buckets))
                .sum(times.seconds)
                .build()));
        return MetricSnapshots.of(counter.build(), histogram.build());
    }

    private Labels first(List<String> kind) {
        return Labels.of(shape.labels().subList(0, shape.timed()), kind.subList(0, shape.timed()));
    }
}

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
 * How many requests of each kind ended how, as a counter, and how long they took, as a histogram. A kind is what its labels
 * say. Thread-safe.
 */
public final class RequestMetrics implements MultiCollector {
    private static final double[] BOUNDS = RequestStats.upperBounds();

    private final Shape shape;
    private final Map<List<String>, RequestStats> outcomes = new ConcurrentHashMap<>(); // by the values of the labels

    /**
     * What is shown.
     *
     * @param counter name of the counter, without {@code _total}
     * @param histogram name of the histogram
     * @param labels of a kind
     * @param timed how many of them, from the first one on, the histogram has
     * @param code label of the counter for how a request ended
     * @param codes how that is written
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

    /** Some requests and the time of all of them. */
    private static final class Times {
        private final long[] buckets = new long[BOUNDS.length];
        private double seconds;
    }

    RequestMetrics(Shape shape) {
        this.shape = shape;
    }

    /** Where requests of a kind are counted; to be kept. */
    public RequestStats of(String... kind) {
        return outcomes.computeIfAbsent(List.of(kind), first -> new RequestStats());
    }

    @Override
    public MetricSnapshots collect() {
        if (outcomes.isEmpty()) {
            return new MetricSnapshots();
        }
        List<CounterDataPointSnapshot> counted = new ArrayList<>();
        Map<Labels, Times> timed = new HashMap<>();
        outcomes.forEach((kind, ended) -> {
            Labels labels = Labels.of(shape.labels(), kind);
            Times times = timed.computeIfAbsent(first(kind), none -> new Times());
            times.seconds += ended.seconds();
            ended.read(
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

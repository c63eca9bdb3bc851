package toystore.service;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import toystore.wire.net.MessageObserver;

/**
 * The metrics of one service and of its JVM, in a registry of its own. Thread-safe.
 *
 * <p>Each service has its own registry, so that several services can run in one JVM.
 */
public final class Metrics {
    /** The media type of {@link #text()}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicBoolean hasJvmMetrics = new AtomicBoolean();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final RequestMetrics messages = requests(new RequestMetrics.Shape(
            "toystore_messages",
            "Messages answered.",
            "toystore_message_duration_seconds",
            "From a message to its reply.",
            List.of("type"),
            1,
            "code",
            Integer::toString));
    private final RequestMetrics calls = requests(new RequestMetrics.Shape(
            "toystore_calls",
            "Messages sent to another service.",
            "toystore_call_duration_seconds",
            "From a message sent to its reply or failure.",
            List.of("backend", "type"),
            2,
            "code",
            code -> code == MessageObserver.NO_REPLY ? "none" : Integer.toString(code)));

    /** The registry, for further metrics of the service. */
    public PrometheusRegistry registry() {
        return registry;
    }

    /** Adds metrics of requests. */
    public RequestMetrics requests(RequestMetrics.Shape shape) {
        RequestMetrics requests = new RequestMetrics(shape);
        registry.register(requests);
        return requests;
    }

    /** Observes the messages that the service answers. */
    public MessageObserver messages() {
        return byType(messages::of);
    }

    /**
     * Observes the messages that the service sends.
     *
     * @param backend name of the service that receives them
     */
    public MessageObserver calls(String backend) {
        return byType(type -> calls.of(backend, type));
    }

    private static MessageObserver byType(Function<String, RequestStats> maker) {
        Map<String, RequestStats> known = new ConcurrentHashMap<>();
        return (type, code, nanos) -> {
            RequestStats stats = known.get(type);
            if (stats == null) {
                stats = known.computeIfAbsent(type, maker);
            }
            stats.add(code, nanos);
        };
    }

    /** Adds metrics that are kept elsewhere and read together for each scrape. */
    public void add(Supplier<List<MetricSample>> samples) {
        MultiCollector collector = () -> new MetricSnapshots(
                samples.get().stream().map(Metrics::snapshot).toArray(MetricSnapshot[]::new));
        registry.register(collector);
    }

    /** All metrics with their current values, in the text format of Prometheus. */
    public byte[] text() {
        if (hasJvmMetrics.compareAndSet(false, true)) { // on the first scrape, because it is slow
            JvmMetrics.builder().register(registry);
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream(32 * 1024);
        try {
            writer.write(text, registry.scrape(), EscapingScheme.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen: the stream is in memory
        }
        return text.toByteArray();
    }

    private static MetricSnapshot snapshot(MetricSample sample) {
        if (sample.isCounter()) {
            return CounterSnapshot.builder()
                    .name(sample.name())
                    .help(sample.help())
                    .dataPoint(CounterDataPointSnapshot.builder()
                            .value(sample.value())
                            .build())
                    .build();
        }
        return GaugeSnapshot.builder()
                .name(sample.name())
                .help(sample.help())
                .dataPoint(
                        GaugeDataPointSnapshot.builder().value(sample.value()).build())
                .build();
    }
}

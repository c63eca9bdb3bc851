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
 * What one service measures, and its JVM, in a registry of its own, so that several services may live in one JVM.
 * Thread-safe.
 */
public final class Metrics {
    /** Of {@link #text()}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicBoolean showsJvm = new AtomicBoolean();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final RequestMetrics messages = outcomes(new RequestMetrics.Shape(
            "toystore_messages",
            "Messages answered.",
            "toystore_message_duration_seconds",
            "From a message to its reply.",
            List.of("type"),
            1,
            "code",
            Integer::toString));
    private final RequestMetrics calls = outcomes(new RequestMetrics.Shape(
            "toystore_calls",
            "Messages sent to another service.",
            "toystore_call_duration_seconds",
            "From a message sent to its reply or failure.",
            List.of("backend", "type"),
            2,
            "code",
            code -> code == MessageObserver.NO_REPLY ? "none" : Integer.toString(code)));

    /** Where a service may register more. */
    public PrometheusRegistry registry() {
        return registry;
    }

    /** Shows requests of some kind. */
    public RequestMetrics outcomes(RequestMetrics.Shape shape) {
        RequestMetrics outcomes = new RequestMetrics(shape);
        registry.register(outcomes);
        return outcomes;
    }

    /** Counts the messages that the service answers. */
    public MessageObserver messages() {
        return byType(messages::of);
    }

    /**
     * Counts the messages that the service sends.
     *
     * @param backend what to call the one that it sends them to
     */
    public MessageObserver calls(String backend) {
        return byType(type -> calls.of(backend, type));
    }

    private static MessageObserver byType(Function<String, RequestStats> maker) {
        Map<String, RequestStats> known = new ConcurrentHashMap<>();
        return (type, code, nanos) -> {
            RequestStats outcomes = known.get(type);
            if (outcomes == null) {
                outcomes = known.computeIfAbsent(type, maker);
            }
            outcomes.add(code, nanos);
        };
    }

    /** Adds what is counted elsewhere, and read together, at the same moment, whenever somebody looks. */
    public void add(Supplier<List<MetricSample>> readings) {
        MultiCollector collector = () -> new MetricSnapshots(
                readings.get().stream().map(Metrics::snapshot).toArray(MetricSnapshot[]::new));
        registry.register(collector);
    }

    /** All of it as it is now, in Prometheus' text format. */
    public byte[] text() {
        if (showsJvm.compareAndSet(false, true)) { // not sooner: it takes longer than most of a service's start
            JvmMetrics.builder().register(registry);
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream(32 * 1024);
        try {
            writer.write(text, registry.scrape(), EscapingScheme.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory: does not happen
        }
        return text.toByteArray();
    }

    private static MetricSnapshot snapshot(MetricSample reading) {
        if (reading.grows()) {
            return CounterSnapshot.builder()
                    .name(reading.name())
                    .help(reading.help())
                    .dataPoint(CounterDataPointSnapshot.builder()
                            .value(reading.value())
                            .build())
                    .build();
        }
        return GaugeSnapshot.builder()
                .name(reading.name())
                .help(reading.help())
                .dataPoint(
                        GaugeDataPointSnapshot.builder().value(reading.value()).build())
                .build();
    }
}

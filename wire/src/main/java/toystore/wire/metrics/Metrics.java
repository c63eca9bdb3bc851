package toystore.wire.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
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

    /** Seconds: from a look into a map to the longest that anybody waits. */
    private static final double[] BOUNDS = {
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AtomicBoolean showsJvm = new AtomicBoolean();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Counter messages = counter("toystore_messages_total", "Messages answered.", "type", "code");
    private final Histogram messageDuration =
            histogram("toystore_message_duration_seconds", "From a message to its reply.", "type");
    private final Counter calls =
            counter("toystore_calls_total", "Messages sent to another service.", "backend", "type", "code");
    private final Histogram callDuration = histogram(
            "toystore_call_duration_seconds", "From a message sent to its reply or failure.", "backend", "type");

    /** Where a service may register more. */
    public PrometheusRegistry registry() {
        return registry;
    }

    /** A counter of this service; its name ends with {@code _total}. */
    public Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    /** A histogram of seconds. */
    public Histogram histogram(String name, String help, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(BOUNDS)
                .withoutExemplars()
                .register(registry);
    }

    /** Counts the messages that the service answers. */
    public MessageObserver messages() {
        return byType(type -> new Outcomes(
                code -> messages.labelValues(type, Integer.toString(code)), messageDuration.labelValues(type)));
    }

    /**
     * Counts the messages that the service sends.
     *
     * @param backend what to call the one that it sends them to
     */
    public MessageObserver calls(String backend) {
        return byType(type -> new Outcomes(
                code -> calls.labelValues(
                        backend, type, code == MessageObserver.NO_REPLY ? "none" : Integer.toString(code)),
                callDuration.labelValues(backend, type)));
    }

    private static MessageObserver byType(Function<String, Outcomes> maker) {
        Map<String, Outcomes> known = new ConcurrentHashMap<>();
        return (type, code, nanos) -> {
            Outcomes outcomes = known.get(type);
            if (outcomes == null) {
                outcomes = known.computeIfAbsent(type, maker);
            }
            outcomes.add(code, nanos);
        };
    }

    /** Adds what is counted elsewhere, and read together, at the same moment, whenever somebody looks. */
    public void add(Supplier<List<Reading>> readings) {
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

    private static MetricSnapshot snapshot(Reading reading) {
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

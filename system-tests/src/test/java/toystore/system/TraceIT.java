package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.service.TraceReader;
import toystore.service.TraceReader.Span;

/** The spans of orders in the logs of three processes. */
class TraceIT {
    private static final List<String> FRONTEND = List.of("parse", "orders", "reply");
    private static final List<String> ORDERS = List.of("check", "epoch", "reserve", "queue", "write", "reply");

    @TempDir
    Path data;

    @Test
    void spansOfAnOrderFollowEachOtherAndFitIntoItsTime() throws Exception {
        try (TestStore store = new TestStore(data)) {
            for (String service : TestStore.SERVICES) {
                store.start(service, "TOYSTORE_ACCESS_LOG=on exec ");
            }
            store.awaitReady();

            List<String> ids = IntStream.range(0, 20)
                    .parallel() // so that some orders share a batch of the log
                    .mapToObj(n -> order(store))
                    .toList();

            TraceReader traces = new TraceReader(data);
            for (String id : ids) {
                await().until(() -> traces.spans(id).size() == 13);
                List<Span> spans = traces.spans(id);
                requirePhases(named(spans, "frontend", "POST /orders 201"), FRONTEND, spans);
                requirePhases(named(spans, "orders", "place 1"), ORDERS, spans);
                Span reserved = named(spans, "catalog", "reserve 1");
                Span applied = named(spans, "orders", "apply 1");
                assertThat(applied.start()).isAfter(reserved.start());
            }
        }
    }

    /** Returns the id of an order. */
    private static String order(TestStore store) {
        try {
            return store.order("Tux", 1).header("X-Request-Id").orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Span named(List<Span> spans, String service, String name) {
        return spans.stream()
                .filter(span -> span.service().equals(service) && span.name().startsWith(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + service + " " + name + " in " + spans));
    }

    private static void requirePhases(Span whole, List<String> names, List<Span> spans) {
        int at = spans.indexOf(whole) + 1;
        List<Span> phases = spans.subList(at, at + names.size());
        assertThat(phases).extracting(Span::name).isEqualTo(names);
        assertThat(phases).extracting(Span::service).containsOnly(whole.service());
        Instant next = whole.start();
        Duration sum = Duration.ZERO;
        for (Span phase : phases) {
            assertThat(phase.start()).isEqualTo(next);
            next = next.plus(phase.took());
            sum = sum.plus(phase.took());
        }
        assertThat(sum).as("the phases of " + whole + ": " + phases).isLessThanOrEqualTo(whole.took());
        Duration notMeasured = whole.took().minus(sum); // the microseconds that were cut off
        assertThat(notMeasured).isLessThanOrEqualTo(Duration.ofNanos(1000L * names.size()));
    }
}

package toystore.lab.room;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import toystore.lab.room.RoomBackend.TraceSpan;
import toystore.lab.room.RoomBackend.TraceView;
import toystore.service.TraceReader;
import toystore.service.TraceReader.Span;

/** The spans of a request, from the logs of the services. */
final class Traces {
    private static final int MAX_SPANS = 200; // of a request that was sent again and again

    private Traces() {}

    /**
     * Reads the logs in a folder; empty if none has the id.
     *
     * @throws IllegalArgumentException if no request can have that id
     */
    static Optional<TraceView> read(Path logs, String id) throws IOException {
        List<Span> spans = new TraceReader(logs).spans(id);
        return spans.stream().map(Span::start).min(Comparator.naturalOrder()).map(first -> view(id, spans, first));
    }

    private static TraceView view(String id, List<Span> spans, Instant first) {
        return new TraceView(
                id,
                spans.stream()
                        .limit(MAX_SPANS)
                        .map(span -> new TraceSpan(
                                span.service(),
                                span.name(),
                                millis(Duration.between(first, span.start())),
                                millis(span.took())))
                        .toList());
    }

    private static double millis(Duration time) {
        return Math.round(time.toNanos() / 1e3) / 1e3;
    }
}

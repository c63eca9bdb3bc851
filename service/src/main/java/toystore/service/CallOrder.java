package toystore.service;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import toystore.service.TraceReader.Line;
import toystore.service.TraceReader.Span;

/**
 * Corrects the times of log lines that the order of calls contradicts: a call takes place while its caller waits for
 * it, and an order is applied after it was written. The clocks of two machines differ, and on a busy machine a line
 * may be dated some milliseconds after what it reports.
 *
 * <p>A line moves, with its phases, no further than is needed. The times of the frontend stay as they are.
 */
final class CallOrder {
    /** The phases in which a service waits for another one, and that service. */
    private static final Map<String, String> CALLS =
            Map.of("orders", "orders", "reserve", "catalog", "catalog", "catalog");

    private final List<Line> lines = new ArrayList<>();

    private CallOrder() {}

    /** The same lines, in any order. */
    static List<Line> correct(List<Line> lines) {
        CallOrder order = new CallOrder();
        for (String service : TraceReader.SERVICES) { // callers first
            order.add(lines.stream().filter(line -> line.isOf(service) && !isApply(line)), order::call);
        }
        order.add(lines.stream().filter(CallOrder::isApply), order::applied);
        return order.lines;
    }

    private static boolean isApply(Line line) {
        return line.text().startsWith("apply ");
    }

    private void add(Stream<Line> more, Function<Line, Stream<Instant>> times) {
        lines.addAll(more.map(line -> line.took().isEmpty() ? line : nearest(line, times.apply(line)))
                .toList());
    }

    /** The line at that time which is nearest to its own. There are several if an order was sent more than once. */
    private static Line nearest(Line line, Stream<Instant> times) {
        return times.min(Comparator.comparing(
                        time -> Duration.between(line.start(), time).abs()))
                .map(line::startedAt)
                .orElse(line);
    }

    /** When a call may have begun. */
    private Stream<Instant> call(Line line) {
        return callers(line).flatMap(caller -> waits(caller, line)).map(wait -> {
            Instant last = wait.end().minus(line.took().orElseThrow());
            return later(wait.start(), line.start().isBefore(last) ? line.start() : last);
        });
    }

    /** The spans in which a caller waits for the service of a line. */
    private static Stream<Span> waits(Line caller, Line line) {
        return caller.isOf("frontend") && caller.phases().isEmpty()
                ? caller.spans()
                : caller.phases().stream().filter(phase -> line.isOf(CALLS.getOrDefault(phase.name(), "")));
    }

    /** When the catalog may have begun to apply an order. */
    private Stream<Instant> applied(Line line) {
        return callers(line)
                .flatMap(caller -> caller.phases().stream())
                .filter(phase -> phase.name().equals("write"))
                .map(write -> later(line.start(), write.end()));
    }

    private Stream<Line> callers(Line line) {
        return lines.stream().filter(caller -> caller.cell().equals(line.cell()));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}

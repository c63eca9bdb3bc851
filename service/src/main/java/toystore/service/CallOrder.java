package toystore.service;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import toystore.service.TraceReader.Line;
import toystore.service.TraceReader.Span;

/**
 * Corrects the times of log lines that the order of calls contradicts: a call begins while its caller waits for it, and
 * an order is applied after it was written. The clocks of two machines differ, and on a busy machine a line may be
 * dated some milliseconds after what it reports.
 *
 * <p>A line moves, with its phases, no further than is needed. The times of the frontend stay as they are. A call may
 * end after its caller has given up.
 */
final class CallOrder {
    /** The phases in which a service waits for another one, and that service. */
    private static final Map<String, String> CALLS =
            Map.of("orders", "orders", "reserve", "catalog", "catalog", "catalog");

    private static final String APPLY = "apply";

    private final List<Line> lines = new ArrayList<>();
    private final Map<String, List<Window>> windows = new HashMap<>(); // by cell, and called service or APPLY

    /** A time in which something may have begun. */
    private record Window(Instant from, Instant to) {
        static Window of(Span span) {
            return new Window(span.start(), span.end());
        }
    }

    private CallOrder() {}

    /** The same lines, in any order. */
    static List<Line> correct(List<Line> lines) {
        CallOrder order = new CallOrder();
        for (String service : TraceReader.SERVICES) { // callers first
            order.add(lines.stream().filter(line -> line.isOf(service) && !isApply(line)), service);
        }
        order.add(lines.stream().filter(CallOrder::isApply), APPLY);
        return order.lines;
    }

    private static boolean isApply(Line line) {
        return line.text().startsWith(APPLY + " ");
    }

    private void add(Stream<Line> some, String called) {
        Map<String, NavigableMap<Instant, Instant>> merged = new HashMap<>(); // by cell
        List<Line> corrected = some.map(line -> line.took().isEmpty()
                        ? line
                        : line.startedAt(nearest(
                                line.start(),
                                merged.computeIfAbsent(
                                        line.cell(), cell -> merged(windows.getOrDefault(cell + called, List.of()))))))
                .toList();
        corrected.forEach(this::openWindows);
        lines.addAll(corrected);
    }

    private void openWindows(Line caller) {
        if (caller.isOf("frontend") && caller.phases().isEmpty()) {
            caller.spans().forEach(span -> CALLS.values().forEach(service -> open(caller, service, Window.of(span))));
        }
        for (Span phase : caller.phases()) {
            if (CALLS.containsKey(phase.name())) {
                open(caller, CALLS.get(phase.name()), Window.of(phase));
            } else if (phase.name().equals("write")) {
                open(caller, APPLY, new Window(phase.end(), Instant.MAX));
            }
        }
    }

    private void open(Line caller, String called, Window window) {
        windows.computeIfAbsent(caller.cell() + called, key -> new ArrayList<>())
                .add(window);
    }

    /** By the start of each window: the latest end of those that start no later. */
    private static NavigableMap<Instant, Instant> merged(List<Window> windows) {
        NavigableMap<Instant, Instant> ends = new TreeMap<>();
        Instant last = Instant.MIN;
        for (Window window :
                windows.stream().sorted(Comparator.comparing(Window::from)).toList()) {
            last = window.to.isAfter(last) ? window.to : last;
            ends.put(window.from, last);
        }
        return ends;
    }

    /** The time in a window that is nearest to another one: there are several if an order was sent more than once. */
    private static Instant nearest(Instant time, NavigableMap<Instant, Instant> windows) {
        Map.Entry<Instant, Instant> before = windows.floorEntry(time);
        Instant after = windows.higherKey(time);
        if (before == null) {
            return after == null ? time : after;
        }
        Instant end = before.getValue();
        if (!end.isBefore(time)) {
            return time;
        }
        boolean isEndNearer =
                after == null || Duration.between(end, time).compareTo(Duration.between(time, after)) <= 0;
        return isEndNearer ? end : after;
    }
}

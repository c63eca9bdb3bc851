package toystore.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import toystore.chaos.Action.Kind;

/** What was done to the store, and for how long it took no orders after that. For one thread. */
final class Outages {
    private final Map<String, List<Duration>> bySort = new TreeMap<>();
    private final Map<Service, Integer> kills = new EnumMap<>(Service.class);

    void add(Action action, Duration outage) {
        bySort.computeIfAbsent(action.sort(), sort -> new ArrayList<>()).add(outage);
        if (action.kind() == Kind.KILL) {
            action.victims().forEach(victim -> kills.merge(victim, 1, Integer::sum));
        }
    }

    /** For people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("kills: "
                + kills.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", ")));
        lines.add(String.format(Locale.ROOT, "%-16s %6s %22s %8s", "no orders after", "times", "median ms", "longest"));
        bySort.forEach((sort, outages) -> {
            List<Long> millis =
                    outages.stream().map(Duration::toMillis).sorted().toList();
            lines.add(String.format(
                    Locale.ROOT,
                    "%-16s %6d %22d %8d",
                    sort,
                    millis.size(),
                    millis.get(millis.size() / 2),
                    millis.get(millis.size() - 1)));
        });
        return lines;
    }
}

package toystore.lab.shoppers;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The promises that the store has broken. Each subject counts once for each kind. Thread-safe. */
public final class Violations {

    /** The promise that was broken. */
    public enum Kind {
        /** An acknowledged order is missing, or differs from its acknowledgement. */
        LOST,
        /** An order exists twice, or without a shopper who has placed it, or stands for two. */
        DOUBLED,
        /** Stock is not starting stock + restocks − orders. */
        OVERSOLD,
        /** Anything else. */
        OTHER
    }

    @GuardedBy("this")
    private final Map<Kind, Map<String, String>> violations = new EnumMap<>(Kind.class);

    /**
     * Adds a violation.
     *
     * @param subject the product or the service
     * @param description continues a sentence that begins with the subject
     */
    public synchronized void add(Kind kind, String subject, String description) {
        violations.computeIfAbsent(kind, first -> new LinkedHashMap<>()).putIfAbsent(subject, description);
    }

    /** Adds a violation about an order. */
    public void add(Kind kind, long orderNumber, String description) {
        add(kind, "order " + orderNumber, description);
    }

    public synchronized int count(Kind kind) {
        return violations.getOrDefault(kind, Map.of()).size();
    }

    public synchronized boolean isEmpty() {
        return violations.isEmpty();
    }

    /** Returns the number of each kind in a line; {@link Kind#OTHER} only if there are any. */
    public String summary() {
        int others = count(Kind.OTHER);
        return count(Kind.LOST) + " lost, " + count(Kind.DOUBLED) + " doubled, " + count(Kind.OVERSOLD) + " oversold"
                + (others == 0 ? "" : ", " + others + " other violations");
    }

    /** Returns one line for each violation. */
    public synchronized List<String> lines() {
        return violations.entrySet().stream()
                .flatMap(kind -> kind.getValue().entrySet().stream()
                        .map(violation -> kind.getKey() + ": " + violation.getKey() + ": " + violation.getValue()))
                .toList();
    }
}

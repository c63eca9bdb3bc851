package toystore.chaos;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the store did that it promised not to do. One that is seen many times is one. Thread-safe. */
final class Violations {

    /** The promise that was broken. */
    enum Kind {
        /** An acknowledged order is not there, or not as it was acknowledged. */
        LOST,
        /** An order that nobody placed, or that was placed once and is there twice, or stands for two. */
        DOUBLED,
        /** Stock that is not what was there, and what came, and what was ordered. */
        OVERSOLD,
        /** Anything else. */
        OTHER
    }

    @GuardedBy("this")
    private final Map<Kind, Map<String, String>> faults = new EnumMap<>(Kind.class);

    /**
     * Notes a fault.
     *
     * @param subject the order, the product or the service that it is about
     * @param what is wrong with it
     */
    synchronized void add(Kind kind, String subject, String what) {
        faults.computeIfAbsent(kind, k -> new LinkedHashMap<>()).putIfAbsent(subject, what);
    }

    synchronized int count(Kind kind) {
        return faults.getOrDefault(kind, Map.of()).size();
    }

    synchronized boolean isEmpty() {
        return faults.isEmpty();
    }

    /** How many of each kind; of other ones only if there are any, so that nobody takes the zeros before for all. */
    String summary() {
        int others = count(Kind.OTHER);
        return count(Kind.LOST) + " lost, " + count(Kind.DOUBLED) + " doubled, " + count(Kind.OVERSOLD) + " oversold"
                + (others == 0 ? "" : ", " + others + " otherwise wrong");
    }

    /** Each in a line. */
    synchronized List<String> lines() {
        return faults.entrySet().stream()
                .flatMap(kind -> kind.getValue().entrySet().stream()
                        .map(fault -> kind.getKey() + ": " + fault.getKey() + ": " + fault.getValue()))
                .toList();
    }
}

package toystore.client;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Latencies of requests by kind, and counts of failures. Not thread-safe.
 *
 * <p>A sold-out response has a kind of its own: it is faster than an order, and would make orders look fast.
 */
final class Latencies {
    /** The kinds of requests. */
    enum Kind {
        QUERY,
        ORDER,
        SOLD_OUT,
        LOOK_UP;

        /** In JSON. */
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** In tables. */
        String label() {
            return this == LOOK_UP ? "look-up" : key().replace('_', ' ');
        }
    }

    private static final double NANOS_PER_MILLI = 1e6;
    private static final int DIGITS = 3;

    private final Map<Kind, Histogram> histograms = new EnumMap<>(Kind.class);
    private long unsolicited;
    private long failed;
    private String firstFailure;

    Latencies() {
        for (Kind kind : Kind.values()) {
            histograms.put(kind, new Histogram(Duration.ofMinutes(2).toNanos(), DIGITS));
        }
    }

    void record(Kind kind, long nanos) {
        Histogram histogram = histograms.get(kind);
        histogram.recordValue(Math.min(nanos, histogram.getHighestTrackableValue()));
    }

    /** Counts a connection that was closed because it received data while no request was in progress. */
    void recordUnsolicited() {
        unsolicited++;
    }

    /** Counts a request without a response, or with one that is neither success nor sold out. */
    void recordFailure(String reason) {
        failed++;
        firstFailure = firstFailure == null ? reason : firstFailure;
    }

    void add(Latencies other) {
        other.histograms.forEach((kind, histogram) -> histograms.get(kind).add(histogram));
        unsolicited += other.unsolicited;
        failed += other.failed;
        firstFailure = firstFailure == null ? other.firstFailure : firstFailure;
    }

    void reset() {
        histograms.values().forEach(Histogram::reset);
        unsolicited = 0;
        failed = 0;
        firstFailure = null;
    }

    long count(Kind kind) {
        return histograms.get(kind).getTotalCount();
    }

    long unsolicited() {
        return unsolicited;
    }

    long failed() {
        return failed;
    }

    /** Why the first failed request failed; empty if none did. */
    Optional<String> firstFailure() {
        return Optional.ofNullable(firstFailure);
    }

    /** The average in milliseconds; 0 if the count is 0. */
    double average(Kind kind) {
        return count(kind) == 0 ? 0 : histograms.get(kind).getMean() / NANOS_PER_MILLI;
    }

    /** The average of queries and orders together, in milliseconds; 0 if there are none. */
    double average() {
        Histogram both = histograms.get(Kind.QUERY).copy();
        both.add(histograms.get(Kind.ORDER));
        return both.getTotalCount() == 0 ? 0 : both.getMean() / NANOS_PER_MILLI;
    }

    /** The percentile in milliseconds; 0 if the count is 0. */
    double percentile(Kind kind, double percent) {
        return count(kind) == 0 ? 0 : histograms.get(kind).getValueAtPercentile(percent) / NANOS_PER_MILLI;
    }
}

package toystore.client;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * How long requests took, by what became of them, each kind apart: a sold-out answer is quicker than an order and must
 * not make orders look quick. For one thread; {@link #add} brings those of several together.
 */
public final class Latencies implements LatencyRecorder {
    /** What became of a request. */
    public enum Kind {
        QUERY("query"),
        ORDER("order"),
        SOLD_OUT("sold out"),
        LOOK_UP("look-up");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    private static final double NANOS_PER_MILLI = 1e6;
    private static final int DIGITS = 3;

    private final Map<Kind, Histogram> histograms = new EnumMap<>(Kind.class);
    private long unsolicited;
    private long failed;
    private String firstFailure;

    public Latencies() {
        for (Kind kind : Kind.values()) {
            histograms.put(kind, new Histogram(Duration.ofMinutes(2).toNanos(), DIGITS));
        }
    }

    @Override
    public void record(Kind kind, long nanos) {
        Histogram histogram = histograms.get(kind);
        histogram.recordValue(Math.min(nanos, histogram.getHighestTrackableValue()));
    }

    @Override
    public void unsolicited() {
        unsolicited++;
    }

    /** No answer came, or one that was neither success nor sold out. */
    public void recordFailure(String why) {
        failed++;
        firstFailure = firstFailure == null ? why : firstFailure;
    }

    public void add(Latencies others) {
        others.histograms.forEach((kind, histogram) -> histograms.get(kind).add(histogram));
        unsolicited += others.unsolicited;
        failed += others.failed;
        firstFailure = firstFailure == null ? others.firstFailure : firstFailure;
    }

    /** Forgets everything. */
    public void reset() {
        histograms.values().forEach(Histogram::reset);
        unsolicited = 0;
        failed = 0;
        firstFailure = null;
    }

    public long count(Kind kind) {
        return histograms.get(kind).getTotalCount();
    }

    /** Connections that were closed because something came on them while no request waited. */
    public long unsolicitedCount() {
        return unsolicited;
    }

    public long failed() {
        return failed;
    }

    /** Why the first request failed; empty if none did. */
    public Optional<String> firstFailure() {
        return Optional.ofNullable(firstFailure);
    }

    /** Average in milliseconds; 0 if there is none. */
    public double average(Kind kind) {
        return count(kind) == 0 ? 0 : histograms.get(kind).getMean() / NANOS_PER_MILLI;
    }

    /** Average in milliseconds of all queries and orders; 0 if there is none. */
    public double average() {
        Histogram both = histograms.get(Kind.QUERY).copy();
        both.add(histograms.get(Kind.ORDER));
        return both.getTotalCount() == 0 ? 0 : both.getMean() / NANOS_PER_MILLI;
    }

    /** The latency in milliseconds that so many percent of the answers did not exceed; 0 if there is none. */
    public double percentile(Kind kind, double percent) {
        return count(kind) == 0 ? 0 : histograms.get(kind).getValueAtPercentile(percent) / NANOS_PER_MILLI;
    }
}

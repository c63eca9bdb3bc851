package toystore.loadtest.load;

import org.HdrHistogram.Histogram;

/** Receives the raw histograms of a run, interval by interval. */
public interface IntervalLog {
    /** A log that drops everything. */
    IntervalLog NONE = (tag, interval) -> {};

    /** Writes a comment of one line. */
    default void comment(String line) {
        // most logs have no comments
    }

    /**
     * Writes the histogram of an interval.
     *
     * @param tag the kind, the outcome, and {@code latency} or {@code service}, separated by dots
     * @param interval of nanoseconds, with its start and end time; it is reused after the call
     */
    void write(String tag, Histogram interval);
}

package toystore.loadtest.load;

import org.HdrHistogram.Histogram;

/** Takes the raw histograms of a run, interval by interval. */
public interface IntervalLog {
    /** Keeps none of them. */
    IntervalLog NONE = (tag, interval) -> {};

    /** Says what comes next, in a line. */
    default void comment(String line) {
        // most need none
    }

    /**
     * An interval is over.
     *
     * @param tag what was recorded: the kind, the outcome, and {@code latency} or {@code service}, with dots between
     * @param interval of nanoseconds, with the times when it began and ended; only for the time of the call
     */
    void write(String tag, Histogram interval);
}

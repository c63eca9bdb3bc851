package toystore.loadtest.live;

import toystore.loadtest.result.Moment;

/** How a run goes, in a few words: rate and percentiles of late, and all failures. For one thread. */
final class Lately {
    private double seconds;
    private long ok;
    private long failed;
    private Moment last;

    void add(Moment moment) {
        seconds += moment.seconds();
        ok += moment.ok();
        failed += moment.failed();
        last = moment;
    }

    /** Since the last time that it was to forget. */
    double seconds() {
        return seconds;
    }

    /** Forgets all but the failures. */
    void forget() {
        seconds = 0;
        ok = 0;
    }

    /** {@code 3337/s, p50 0.985 ms, p99 3.887 ms, 0 failed}; the percentiles are those of the last second. */
    String text() {
        return Figures.rate(ok / Math.max(0.001, seconds)) + "/s, p50 " + Figures.millis(last.p50()) + " ms, p99 "
                + Figures.millis(last.p99()) + " ms, " + failed + " failed";
    }
}

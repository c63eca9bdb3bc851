package toystore.loadtest.live;

import toystore.loadtest.load.RunMeasurement;
import toystore.loadtest.result.Distribution;
import toystore.loadtest.result.IntervalStats;
import toystore.loadtest.result.RunResult;

/** How a run goes, in a few words: rate and percentiles of late, and all failures. For one thread. */
final class RecentStats {
    private double seconds;
    private long ok;
    private long failed;
    private long unsolicited;
    private IntervalStats last;

    void add(IntervalStats moment) {
        seconds += moment.seconds();
        ok += moment.ok();
        failed += moment.failed();
        unsolicited += moment.unsolicited();
        last = moment;
    }

    /** Since the last time that it was to forget. */
    double seconds() {
        return seconds;
    }

    /** Forgets rate and latencies. */
    void forget() {
        seconds = 0;
        ok = 0;
    }

    /** {@code 3337/s, p50 0.985 ms, p99 3.887 ms, 0 failed}; the percentiles are those of the last second. */
    String text() {
        return text(ok / Math.max(0.001, seconds), last.p50(), last.p99(), failed, unsolicited);
    }

    /** The same of a whole run. */
    static String text(RunMeasurement run) {
        RunResult result = run.result();
        Distribution answered = run.totals().answered();
        return text(result.rate(), answered.p50(), answered.p99(), result.failed(), run.unsolicited());
    }

    private static String text(double rate, double p50, double p99, long failed, long unsolicited) {
        return TerminalNumbers.rate(rate) + "/s, p50 " + TerminalNumbers.millis(p50) + " ms, p99 "
                + TerminalNumbers.millis(p99) + " ms, " + failed + " failed"
                + (unsolicited == 0 ? "" : ", " + unsolicited + " unsolicited");
    }
}

package toystore.loadtest.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import toystore.loadtest.result.Results.IntervalStats;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;

/** Collects what all clients have recorded into intervals of about a second, and into totals. Not thread-safe. */
final class Intervals {
    /** A shorter interval has too few responses for percentiles and a rate. */
    private static final double MIN_SECONDS = 0.5;

    private final Totals totals = new Totals();
    private final IntervalLog log;
    private final Map<String, Histogram> byTag = new HashMap<>();
    private final List<IntervalStats> timeline = new ArrayList<>();
    private Histogram ok = new Histogram(Totals.DIGITS);
    private Histogram previousOk = new Histogram(Totals.DIGITS);
    private long failed;
    private long unsolicited;
    private long wallClock;

    /** @param wallClock the start of the first interval, in milliseconds since 1970 */
    Intervals(IntervalLog log, long wallClock) {
        this.log = log;
        this.wallClock = wallClock;
    }

    void addLatency(Kind kind, RequestOutcome outcome, Histogram nanos, String example) {
        totals.addLatency(kind, outcome, nanos, example);
        interval(kind, outcome, "latency").add(nanos);
        if (outcome == RequestOutcome.OK) {
            ok.add(nanos);
        } else if (outcome.isFailure()) {
            failed += nanos.getTotalCount();
        }
    }

    void addService(Kind kind, RequestOutcome outcome, Histogram nanos) {
        totals.addService(kind, outcome, nanos);
        interval(kind, outcome, "service").add(nanos);
    }

    void addUnsolicited(long connections) {
        unsolicited += connections;
    }

    /**
     * Ends the current interval.
     *
     * @param at its end, in seconds since the start of the first step
     * @param seconds its length
     */
    IntervalStats end(double at, double seconds) {
        log();
        IntervalStats interval = new IntervalStats(
                at,
                seconds,
                ok.getTotalCount(),
                failed,
                Totals.percentile(ok, 50),
                Totals.percentile(ok, 99),
                Totals.percentile(ok, 100),
                unsolicited);
        timeline.add(interval);
        Histogram next = previousOk;
        next.reset();
        previousOk = ok;
        ok = next;
        failed = 0;
        unsolicited = 0;
        return interval;
    }

    /**
     * Ends the last interval. If it is too short, it becomes part of the interval before it.
     *
     * @param at its end, in seconds since the start of the first step
     * @param seconds its length
     */
    void endLast(double at, double seconds) {
        double length = seconds;
        if (seconds < MIN_SECONDS && !timeline.isEmpty()) {
            IntervalStats previous = timeline.remove(timeline.size() - 1);
            ok.add(previousOk);
            failed += previous.failed();
            unsolicited += previous.unsolicited();
            length += previous.seconds();
        }
        end(at, length);
    }

    Totals totals() {
        return totals;
    }

    /** All intervals that have ended. */
    List<IntervalStats> timeline() {
        return timeline;
    }

    private void log() {
        long now = System.currentTimeMillis();
        byTag.forEach((tag, histogram) -> {
            if (histogram.getTotalCount() > 0) {
                histogram.setStartTimeStamp(wallClock);
                histogram.setEndTimeStamp(now);
                log.write(tag, histogram);
            }
            histogram.reset();
        });
        wallClock = now;
    }

    private Histogram interval(Kind kind, RequestOutcome outcome, String time) {
        return byTag.computeIfAbsent(
                kind.label() + "." + outcome.label() + "." + time, any -> new Histogram(Totals.DIGITS));
    }
}

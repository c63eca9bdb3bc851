package toystore.loadtest.load;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import toystore.loadtest.result.IntervalStats;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.RequestOutcome;

/** Brings together what all clients have recorded in about a second, and adds it up. For one thread. */
final class Intervals {
    /** A shorter one has too few answers for percentiles, and a rate that says nothing. */
    private static final double SHORTEST_SECONDS = 0.5;

    private final Totals totals = new Totals();
    private final IntervalLog log;
    private final Map<String, Histogram> byTag = new HashMap<>();
    private final List<IntervalStats> timeline = new ArrayList<>();
    private Histogram answered = new Histogram(Distributions.DIGITS);
    private Histogram answeredBefore = new Histogram(Distributions.DIGITS); // in the interval before
    private long failed;
    private long unsolicited;
    private long wallClock;

    /** @param wallClock when the first interval begins, in milliseconds since 1970 */
    Intervals(IntervalLog log, long wallClock) {
        this.log = log;
        this.wallClock = wallClock;
    }

    void addLatency(Kind kind, RequestOutcome outcome, Histogram nanos, String example) {
        OutcomeRecorder tally = totals.of(kind, outcome);
        tally.addLatency(nanos);
        tally.example(example);
        interval(kind, outcome, "latency").add(nanos);
        if (outcome == RequestOutcome.OK) {
            answered.add(nanos);
        } else if (outcome.isFailure()) {
            failed += nanos.getTotalCount();
        }
    }

    void addService(Kind kind, RequestOutcome outcome, Histogram nanos) {
        totals.of(kind, outcome).addService(nanos);
        interval(kind, outcome, "service").add(nanos);
    }

    void addUnsolicited(long responses) {
        unsolicited += responses;
    }

    /**
     * Ends the interval and begins the next.
     *
     * @param at when, in seconds since the first step of all began
     * @param seconds it lasted
     */
    IntervalStats end(double at, double seconds) {
        log();
        IntervalStats moment = new IntervalStats(
                at,
                seconds,
                answered.getTotalCount(),
                failed,
                Distributions.percentile(answered, 50),
                Distributions.percentile(answered, 99),
                Distributions.percentile(answered, 100),
                unsolicited);
        timeline.add(moment);
        Histogram next = answeredBefore;
        next.reset();
        answeredBefore = answered;
        answered = next;
        failed = 0;
        unsolicited = 0;
        return moment;
    }

    /**
     * Ends the last interval. If it is too short to stand by itself, it becomes part of the one before.
     *
     * @param at when, in seconds since the first step of all began
     * @param seconds it lasted
     */
    void endLast(double at, double seconds) {
        double length = seconds;
        if (seconds < SHORTEST_SECONDS && !timeline.isEmpty()) {
            IntervalStats before = timeline.remove(timeline.size() - 1);
            answered.add(answeredBefore);
            failed += before.failed();
            unsolicited += before.unsolicited();
            length += before.seconds();
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

    private Histogram interval(Kind kind, RequestOutcome outcome, String what) {
        return byTag.computeIfAbsent(
                kind.label() + "." + outcome.label() + "." + what, any -> new Histogram(Distributions.DIGITS));
    }
}

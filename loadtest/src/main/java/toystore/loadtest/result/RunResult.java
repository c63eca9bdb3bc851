package toystore.loadtest.result;

import java.util.List;
import java.util.Objects;

/**
 * One run of a step.
 *
 * @param startedAt seconds since the first step of all began
 * @param seconds from its first request to its last answer
 * @param cut why it ended before its time, in a clause; null if it did not
 * @param unsent requests of an open loop that were due and were never sent, because earlier ones took too long
 * @param sendLag how late, in milliseconds, the generator itself was with 99 percent of the requests for which it had a
 *     connection at hand; null in a closed loop
 * @param unsolicited connections that were closed because something came on them while no request waited; null in files
 *     of versions that did not count them
 */
public record RunResult(
        double startedAt,
        double seconds,
        String cut,
        long unsent,
        Double sendLag,
        Long unsolicited,
        List<KindResult> kinds,
        List<IntervalStats> timeline) {
    public RunResult {
        Objects.requireNonNull(kinds, "kinds");
        Objects.requireNonNull(timeline, "timeline");
        kinds = List.copyOf(kinds);
        timeline = List.copyOf(timeline);
    }

    /** Requests of any kind with that outcome. */
    public long count(RequestOutcome outcome) {
        return kinds.stream().mapToLong(kind -> kind.count(outcome)).sum();
    }

    /** Requests that failed; see {@link RequestOutcome#isFailure}. */
    public long failed() {
        return kinds.stream().mapToLong(KindResult::failed).sum();
    }

    /** Requests per second that were answered as asked. */
    public double rate() {
        return seconds == 0 ? 0 : count(RequestOutcome.OK) / seconds;
    }
}

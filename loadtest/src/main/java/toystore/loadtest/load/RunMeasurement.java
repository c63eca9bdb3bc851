package toystore.loadtest.load;

import java.util.List;
import toystore.loadtest.result.IntervalStats;
import toystore.loadtest.result.RunResult;

/**
 * What one run of a step has measured.
 *
 * @param startedAt seconds since the first step of all began
 * @param seconds from its start to its last answer
 * @param cut why it ended before its time, in a clause; null if it did not
 * @param unsent requests that were due and never sent
 * @param sendLag see {@link RunResult}
 * @param unsolicited see {@link RunResult}
 */
public record RunMeasurement(
        double startedAt,
        double seconds,
        String cut,
        long unsent,
        Double sendLag,
        long unsolicited,
        Totals totals,
        List<IntervalStats> timeline) {
    public RunResult result() {
        return new RunResult(startedAt, seconds, cut, unsent, sendLag, unsolicited, totals.results(false), timeline);
    }
}

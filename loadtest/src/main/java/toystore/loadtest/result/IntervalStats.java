package toystore.loadtest.result;

/**
 * About a second of a run: from a half to one and a half, or all of a run that is shorter.
 *
 * @param at when it ended, in seconds since the first step of all began
 * @param seconds it lasted
 * @param ok requests of any kind that were answered as asked in it
 * @param failed requests that were not; see {@link RequestOutcome#isFailure}
 * @param p50 of the latencies of those that were ok, in milliseconds; 0 if there was none, like the next two
 * @param unsolicited see {@link RunResult}
 */
public record IntervalStats(
        double at, double seconds, long ok, long failed, double p50, double p99, double max, Long unsolicited) {}

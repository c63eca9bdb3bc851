package toystore.loadtest.live;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.OutcomeResult;

/** Prints results: a row for each kind and outcome of a step, with latencies in milliseconds. Not thread-safe. */
public final class ResultsTable {
    private final PrintStream out;
    private boolean hasHead;

    public ResultsTable(PrintStream out) {
        this.out = out;
    }

    /**
     * Prints the rows of a step, and above the first ones the head of the table.
     *
     * @param seconds that the step took
     */
    public void print(String step, double seconds, List<KindResult> kinds) {
        if (!hasHead) {
            print("step", "request", "outcome", "count", "per s", "avg ms", "p50", "p90", "p99", "max");
            hasHead = true;
        }
        String name = step;
        for (KindResult kind : kinds) {
            for (OutcomeResult result : kind.outcomes()) {
                Distribution latency = result.latency();
                print(
                        name,
                        kind.kind().label(),
                        result.outcome().label(),
                        Long.toString(result.count()),
                        seconds == 0 ? "" : rate(result.count() / seconds),
                        millis(latency.average()),
                        millis(latency.p50()),
                        millis(latency.p90()),
                        millis(latency.p99()),
                        millis(latency.max()));
                name = "";
            }
        }
        if (kinds.isEmpty()) {
            out.printf(Locale.ROOT, "%-34s nothing was sent%n", step);
        }
    }

    private void print(Object... cells) {
        out.printf(Locale.ROOT, "%-34s %-7s %-8s %9s %9s %9s %9s %9s %9s %9s%n", cells);
    }

    /** Milliseconds with about three digits: {@code 0.123}, {@code 12.34}, {@code 1230.0}. */
    static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.3f" : millis < 100 ? "%.2f" : "%.1f", millis);
    }

    /** A rate per second, without decimals from 100 on. */
    static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 100 ? "%.1f" : "%.0f", perSecond);
    }
}

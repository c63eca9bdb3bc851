package toystore.loadtest.live;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import toystore.loadtest.result.Distribution;
import toystore.loadtest.result.KindResult;
import toystore.loadtest.result.OutcomeResult;

/** The figures as text: a row for each kind and outcome of a step, latencies in milliseconds. */
public final class ResultsTable {
    private static final String FORMAT = "%-34s %-7s %-8s %9s %9s %9s %9s %9s %9s %9s%n";

    private final PrintStream out;
    private boolean begun;

    public ResultsTable(PrintStream out) {
        this.out = out;
    }

    /**
     * Prints the rows of a step, under their head if they are the first.
     *
     * @param seconds that it took
     */
    public void print(String step, double seconds, List<KindResult> kinds) {
        if (!begun) {
            out.printf(
                    Locale.ROOT,
                    FORMAT,
                    "step",
                    "request",
                    "outcome",
                    "count",
                    "per s",
                    "avg ms",
                    "p50",
                    "p90",
                    "p99",
                    "max");
            begun = true;
        }
        String name = step;
        for (KindResult kind : kinds) {
            for (OutcomeResult result : kind.outcomes()) {
                Distribution latency = result.latency();
                out.printf(
                        Locale.ROOT,
                        FORMAT,
                        name,
                        kind.kind().label(),
                        result.outcome().label(),
                        result.count(),
                        seconds == 0 ? "" : TerminalNumbers.rate(result.count() / seconds),
                        TerminalNumbers.millis(latency.average()),
                        TerminalNumbers.millis(latency.p50()),
                        TerminalNumbers.millis(latency.p90()),
                        TerminalNumbers.millis(latency.p99()),
                        TerminalNumbers.millis(latency.max()));
                name = "";
            }
        }
        if (kinds.isEmpty()) {
            out.printf(Locale.ROOT, "%-34s nothing was sent%n", step);
        }
    }
}

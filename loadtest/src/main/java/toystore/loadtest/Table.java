package toystore.loadtest;

import java.io.PrintStream;
import java.util.Locale;
import toystore.client.Latencies;
import toystore.client.Latencies.Kind;

/** The figures as text, a row for each kind of request in a step. */
final class Table {
    private final PrintStream out;
    private boolean begun;

    Table(PrintStream out) {
        this.out = out;
    }

    void print(StepResult result) {
        if (!begun) {
            out.printf(
                    "%-6s%8s  %-9s%9s%10s%10s%10s%10s%10s%n",
                    "load", "clients", "request", "count", "average", "p50", "p90", "p99", "max");
            begun = true;
        }
        Latencies latencies = result.latencies();
        for (Kind kind : Kind.values()) {
            if (latencies.count(kind) > 0) {
                out.printf(
                        Locale.ROOT,
                        "%-6s%8d  %-9s%9d%10.3f%10.3f%10.3f%10.3f%10.3f%n",
                        result.load().label(),
                        result.clients(),
                        kind.label(),
                        latencies.count(kind),
                        latencies.average(kind),
                        latencies.percentile(kind, 50),
                        latencies.percentile(kind, 90),
                        latencies.percentile(kind, 99),
                        latencies.percentile(kind, 100));
            }
        }
        latencies
                .firstFailure()
                .ifPresent(why -> out.printf(
                        "%-6s%8d  %-9s%9d  the first: %s%n",
                        result.load().label(), result.clients(), "failed", latencies.failed(), why));
    }
}

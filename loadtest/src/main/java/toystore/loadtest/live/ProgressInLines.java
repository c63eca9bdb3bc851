package toystore.loadtest.live;

import java.io.PrintStream;
import java.time.Duration;
import toystore.loadtest.load.Measured;
import toystore.loadtest.load.Step;
import toystore.loadtest.plan.Progress;
import toystore.loadtest.result.Moment;

/**
 * Lines that stay, for a pipe, a file or a log: on stdout a row of the table for each step as soon as it has ended, and on
 * stderr, for who waits for it, a line every ten seconds.
 */
public final class ProgressInLines implements Progress {
    private static final double RHYTHM = Duration.ofSeconds(10).toSeconds();

    private final Table table;
    private final PrintStream err;
    private String what = "";
    private double since;
    private long ok;
    private long failed;

    public ProgressInLines(PrintStream out, PrintStream err) {
        this.table = new Table(out);
        this.err = err;
    }

    @Override
    public void begin(Step step, String what) {
        this.what = what + ", " + step.name();
        clear();
    }

    @Override
    public void passed(Moment moment) {
        since += moment.seconds();
        ok += moment.ok();
        failed += moment.failed();
        if (since >= RHYTHM) {
            err.printf(
                    "%s: %s/s, p50 %s ms, p99 %s ms, %d failed%n",
                    what, Figures.rate(ok / since), Figures.millis(moment.p50()), Figures.millis(moment.p99()), failed);
            clear();
        }
    }

    @Override
    public void end(Step step, Measured measured) {
        if (!what.startsWith(WARM_UP)) {
            table.print(step.name(), measured.seconds(), measured.totals().results(false));
        }
    }

    @Override
    public void close() {
        // nothing is open
    }

    private void clear() {
        since = 0;
        ok = 0;
        failed = 0;
    }
}

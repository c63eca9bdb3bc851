package toystore.loadtest.live;

import java.io.PrintStream;
import toystore.loadtest.load.RunMeasurement;
import toystore.loadtest.load.Step;
import toystore.loadtest.plan.Progress;
import toystore.loadtest.result.IntervalStats;

/**
 * Lines that stay, for a pipe, a file or a log: on stdout a row of the table for each run as soon as it has ended, and on
 * stderr, for who waits for it, a line every ten seconds.
 */
public final class ProgressInLines implements Progress {
    private static final int RHYTHM = 10;

    private final ResultsTable table;
    private final PrintStream err;
    private String name = "";
    private String what = "";
    private RecentStats lately = new RecentStats();

    public ProgressInLines(PrintStream out, PrintStream err) {
        this.table = new ResultsTable(out);
        this.err = err;
    }

    @Override
    public void begin(Step step, String name, String what) {
        this.name = name;
        this.what = what;
        this.lately = new RecentStats();
    }

    @Override
    public void passed(IntervalStats moment) {
        lately.add(moment);
        if (lately.seconds() >= RHYTHM) {
            err.println(what + ", " + name + ": " + lately.text());
            lately.forget();
        }
    }

    @Override
    public void end(RunMeasurement measured) {
        if (!what.equals(WARM_UP)) {
            table.print(name, measured.seconds(), measured.totals().results(false));
        }
    }

    @Override
    public void close() {
        // nothing is open
    }
}

package toystore.loadtest.live;

import java.io.Closeable;
import java.io.PrintStream;
import toystore.client.terminal.TerminalLine;
import toystore.loadtest.load.Run.RunMeasurement;
import toystore.loadtest.load.Step;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.IntervalStats;
import toystore.loadtest.result.Results.RunResult;

/** Shows the progress of a load test. Not thread-safe: called by the thread that runs the test. */
public interface Progress extends Closeable {
    /** The label of runs that are not recorded. */
    String WARM_UP = "warm-up";

    /**
     * A run of a step begins.
     *
     * @param name of the step, with the number of the run if there are several
     * @param label {@code step 3 of 15}, or {@link #WARM_UP}
     */
    void begin(Step step, String name, String label);

    /** An interval of about a second has ended. */
    void onInterval(IntervalStats interval);

    /** The run has ended. */
    void end(RunMeasurement measured);

    @Override
    void close();

    /** {@code 3337/s, p50 0.985 ms, p99 3.887 ms, 0 failed}. */
    private static String text(double rate, double p50, double p99, long failed, long unsolicited) {
        return ResultsTable.rate(rate) + "/s, p50 " + ResultsTable.millis(p50) + " ms, p99 "
                + ResultsTable.millis(p99) + " ms, " + failed + " failed"
                + (unsolicited == 0 ? "" : ", " + unsolicited + " unsolicited");
    }

    /**
     * Progress for a pipe, a file or a log: a row of the table on stdout after each run, and a line on stderr every ten
     * seconds.
     */
    final class InLines implements Progress {
        private static final int PERIOD_SECONDS = 10;

        private final ResultsTable table;
        private final PrintStream err;
        private String name = "";
        private String label = "";
        private double seconds; // since the last line, as the next one
        private long ok;
        private long failed; // of the run, as the next one
        private long unsolicited;

        public InLines(PrintStream out, PrintStream err) {
            this.table = new ResultsTable(out);
            this.err = err;
        }

        @Override
        public void begin(Step step, String newName, String newLabel) {
            name = newName;
            label = newLabel;
            seconds = 0;
            ok = 0;
            failed = 0;
            unsolicited = 0;
        }

        @Override
        public void onInterval(IntervalStats interval) {
            seconds += interval.seconds();
            ok += interval.ok();
            failed += interval.failed();
            unsolicited += interval.unsolicited();
            if (seconds >= PERIOD_SECONDS) {
                err.println(label + ", " + name + ": "
                        + text(ok / seconds, interval.p50(), interval.p99(), failed, unsolicited));
                seconds = 0;
                ok = 0;
            }
        }

        @Override
        public void end(RunMeasurement measured) {
            if (!label.equals(WARM_UP)) {
                table.print(name, measured.result().seconds(), measured.result().kinds());
            }
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    /**
     * Progress for a person: a line for each run, with the figures of its last second, and at its end of the whole run.
     */
    final class OnTerminal implements Progress {
        private final int columns = TerminalLine.columns(); // before anything is measured

        private TerminalLine line; // null if no run is in progress
        private String head = "";
        private long failed; // of the run, as the next one
        private long unsolicited;
        private volatile String text = ""; // read by the thread of the line

        @Override
        public void begin(Step step, String name, String label) {
            head = label + ", " + name;
            text = head;
            failed = 0;
            unsolicited = 0;
            long start = System.nanoTime();
            double length = step.stop().time().toNanos();
            boolean timed = step.stop().isTimed() && length > 0;
            line = new TerminalLine(
                    System.err,
                    columns,
                    () -> new TerminalLine.Content(
                            text, timed ? Math.min(1, (System.nanoTime() - start) / length) : 0));
        }

        @Override
        public void onInterval(IntervalStats interval) {
            failed += interval.failed();
            unsolicited += interval.unsolicited();
            double rate = interval.ok() / Math.max(0.001, interval.seconds());
            text = head + ": " + text(rate, interval.p50(), interval.p99(), failed, unsolicited);
        }

        @Override
        public void end(RunMeasurement measured) {
            RunResult result = measured.result();
            Distribution latency = measured.totals().okLatency();
            text = head + ": "
                    + text(result.rate(), latency.p50(), latency.p99(), result.failed(), result.unsolicited());
            close();
        }

        @Override
        public void close() {
            if (line != null) {
                line.close();
                line = null;
            }
        }
    }
}

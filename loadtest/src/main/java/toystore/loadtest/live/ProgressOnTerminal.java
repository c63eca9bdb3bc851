package toystore.loadtest.live;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import toystore.client.terminal.Columns;
import toystore.common.cli.Terminal;
import toystore.loadtest.load.RunMeasurement;
import toystore.loadtest.load.Step;
import toystore.loadtest.plan.Progress;
import toystore.loadtest.result.IntervalStats;

/**
 * A line for each run, drawn again and again; for a person who looks on. While it runs it is about the last second, and
 * when it has ended about all of it. The table comes when all is done.
 */
public final class ProgressOnTerminal implements Progress {
    private static final int MILLIS = 250;

    private final int columns = Columns.ofTerminal(); // asked once, and before anything is timed

    private ProgressBar bar; // while a run goes on
    private RecentStats lately = new RecentStats();
    private String head = "";
    private volatile String text = ""; // drawn by the bar's thread

    @Override
    public void begin(Step step, String name, String what) {
        lately = new RecentStats();
        head = what + ", " + name;
        text = head;
        long start = System.nanoTime(); // about when the run does
        double length = step.extent().time().toNanos();
        boolean timed = step.extent().isTimed() && length > 0;
        bar = new ProgressBarBuilder()
                .setUpdateIntervalMillis(MILLIS)
                .continuousUpdate()
                .setConsumer(new ConsoleProgressBarConsumer(System.err, columns))
                .setRenderer((state, most) -> Terminal.line(
                        text, timed ? Math.min(1, (System.nanoTime() - start) / length) : 0, Math.min(most, columns)))
                .build();
    }

    @Override
    public void passed(IntervalStats moment) {
        lately.add(moment);
        text = head + ": " + lately.text();
        lately.forget();
    }

    @Override
    public void end(RunMeasurement measured) {
        text = head + ": " + RecentStats.text(measured);
        close();
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}

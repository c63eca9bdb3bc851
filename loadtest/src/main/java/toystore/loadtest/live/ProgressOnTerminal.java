package toystore.loadtest.live;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import toystore.loadtest.load.Measured;
import toystore.loadtest.load.Step;
import toystore.loadtest.plan.Progress;
import toystore.loadtest.result.Moment;

/** A bar for each run, with what the last second was like; for a person who looks on. The table comes when all is done. */
public final class ProgressOnTerminal implements Progress {
    private static final int NAME = 34;

    /** Asked once, and before anything is timed: it takes half a second at first, and a process each time. */
    private final int columns = new ConsoleProgressBarConsumer(System.err).getMaxRenderedLength();

    private ProgressBar bar;
    private long failed;

    @Override
    public void begin(Step step, String what) {
        failed = 0;
        long seconds = Math.max(1, step.extent().time().toSeconds());
        bar = new ProgressBarBuilder()
                .setTaskName(name(what.startsWith(WARM_UP) ? WARM_UP + " " + step.name() : step.name()))
                .setInitialMax(step.extent().isTimed() ? seconds : -1) // -1: nobody knows
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(250)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, columns))
                .hideEta()
                .build();
        bar.setExtraMessage(" " + what);
    }

    @Override
    public void passed(Moment moment) {
        failed += moment.failed();
        bar.setExtraMessage(" " + Figures.rate(moment.ok() / Math.max(0.001, moment.seconds())) + "/s, p50 "
                + Figures.millis(moment.p50()) + " ms, p99 " + Figures.millis(moment.p99()) + " ms, " + failed
                + " failed");
        bar.stepBy(Math.round(moment.seconds()));
    }

    @Override
    public void end(Step step, Measured measured) {
        bar.close();
        bar = null;
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }

    private static String name(String text) {
        String padded = String.format("%-" + NAME + "s", text);
        return padded.length() > NAME ? padded.substring(0, NAME - 1) + "…" : padded;
    }
}

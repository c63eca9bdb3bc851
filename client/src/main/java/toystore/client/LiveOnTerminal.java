package toystore.client;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;

/** One line that is drawn again and again, four times a second. */
final class LiveOnTerminal implements LiveSummary {
    /** Of a tally, so that figures are those of the last second. */
    static final int WINDOW = 4;

    private static final int MILLIS = 250;
    private static final int SHORTEST_BAR = 10;

    private final ProgressBar bar;

    /** @param terminal where it is drawn */
    LiveOnTerminal(Tally tally, PrintStream terminal) {
        // asked once, and before anybody is timed: it takes half a second at first, and a process each time
        int columns = new ConsoleProgressBarConsumer(terminal).getMaxRenderedLength();
        this.bar = new ProgressBarBuilder()
                .setUpdateIntervalMillis(MILLIS)
                .continuousUpdate()
                .setConsumer(new ConsoleProgressBarConsumer(terminal, columns))
                .setRenderer((state, most) -> line(tally.look(), most))
                .build();
    }

    @Override
    public void close() {
        bar.close();
    }

    /** The text, and a bar where there is room for one; as long as the line, to cover the one before. */
    static String line(Glance glance, int columns) {
        String text = glance.text();
        int width = columns - text.length() - " []".length();
        if (width >= SHORTEST_BAR) {
            int done = (int) (width * glance.share());
            text += " [" + "#".repeat(done) + "-".repeat(width - done) + "]";
        }
        return text + " ".repeat(Math.max(0, columns - text.length()));
    }
}

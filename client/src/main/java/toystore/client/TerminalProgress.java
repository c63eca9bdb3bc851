package toystore.client;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import toystore.client.terminal.Columns;
import toystore.common.cli.Terminal;

/** One line that is drawn again and again, four times a second. */
final class TerminalProgress implements ProgressView {
    /** Of a tally, so that figures are those of the last second. */
    static final int WINDOW = 4;

    private static final int MILLIS = 250;

    private final ProgressBar bar;

    /** @param terminal where it is drawn */
    TerminalProgress(LiveTotals tally, PrintStream terminal) {
        int columns = Columns.ofTerminal(); // asked once, and before anybody is timed
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

    /** As long as the line, to cover the one before. */
    static String line(ProgressSnapshot glance, int columns) {
        return Terminal.line(glance.text(), glance.share(), columns);
    }
}

package toystore.client.terminal;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.util.function.Supplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jline.terminal.TerminalBuilder;
import toystore.common.cli.Terminal;

/** A line on a terminal with text and a bar, redrawn four times per second until it is closed. */
public final class TerminalLine implements Closeable {
    private static final int PERIOD_MILLIS = 250;
    private static final int DEFAULT_COLUMNS = 80;
    private static final int MIN_COLUMNS = 20;

    private final ProgressBar bar;

    /**
     * The text of the line.
     *
     * @param share of the bar that is filled, from 0 to 1
     */
    public record Content(String text, double share) {}

    /**
     * A line that is drawn from now on.
     *
     * @param columns see {@link #columns}
     * @param content of the line; called by a thread of its own
     */
    public TerminalLine(PrintStream terminal, int columns, Supplier<Content> content) {
        bar = new ProgressBarBuilder()
                .setUpdateIntervalMillis(PERIOD_MILLIS)
                .continuousUpdate()
                .setConsumer(new ConsoleProgressBarConsumer(terminal, columns))
                .setRenderer((state, max) -> {
                    Content now = content.get();
                    return Terminal.line(now.text(), now.share(), Math.min(max, columns));
                })
                .build();
    }

    /** Draws the line once more, and leaves it on the terminal. */
    @Override
    public void close() {
        bar.close();
    }

    /**
     * The columns of the terminal but the last one, which some terminals do not show; 79 if that is unknown.
     *
     * <p>The first call takes half a second, and each call starts a process. JLine must not handle signals: otherwise
     * Ctrl-C ends the JVM at once from then on, and no shutdown hook runs.
     */
    public static int columns() {
        try (var terminal =
                TerminalBuilder.builder().dumb(true).nativeSignals(false).build()) {
            int columns = terminal.getWidth();
            return (columns < MIN_COLUMNS ? DEFAULT_COLUMNS : columns) - 1;
        } catch (IOException e) {
            return DEFAULT_COLUMNS - 1;
        }
    }
}

package toystore.client.terminal;

import java.io.IOException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** How wide a line may be. */
public final class Columns {
    private static final int USUAL = 80;
    private static final int LEAST = 20;

    private Columns() {}

    /**
     * Columns of the terminal, but for the last one, which some of them do not show; 79 if that is not known. To ask takes half
     * a second at first, and a process each time. JLine must leave signals alone: else Ctrl-C ends the JVM at once from
     * then on, and no shutdown hook is run.
     */
    public static int ofTerminal() {
        try (Terminal terminal =
                TerminalBuilder.builder().dumb(true).nativeSignals(false).build()) {
            int columns = terminal.getWidth();
            return (columns < LEAST ? USUAL : columns) - 1;
        } catch (IOException e) {
            return USUAL - 1;
        }
    }
}

package toystore.common.cli;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;

/** What is at the other end of stdin and stdout. */
public final class Terminal {
    private static final int SHORTEST_BAR = 10;

    private Terminal() {}

    /**
     * Whether a person looks on: both stdin and stdout are a terminal. From JDK 22 on a console may be there without
     * one, and says so. Nothing is known of stderr.
     */
    @SuppressWarnings("SystemConsoleNull") // it is asked what it is where it can be
    public static boolean isThere() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException beforeJdk22) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }

    /**
     * A line that is drawn over the one before, and covers it: the text, and behind it a bar where there is room for one.
     *
     * @param share of the bar that is full, from 0 to 1
     * @param columns of the terminal
     */
    public static String line(String text, double share, int columns) {
        int width = columns - text.length() - " []".length();
        if (width >= SHORTEST_BAR) {
            int done = (int) (width * share);
            return text + " [" + "#".repeat(done) + "-".repeat(width - done) + "]";
        }
        return text + " ".repeat(Math.max(0, columns - text.length()));
    }
}

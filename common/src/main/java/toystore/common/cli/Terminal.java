package toystore.common.cli;

import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The terminal at stdin and stdout. */
public final class Terminal {
    private static final int SHORTEST_BAR = 10;

    private Terminal() {}

    /**
     * Whether both stdin and stdout are a terminal. From JDK 22 on there may be a console without one. Nothing is known
     * about stderr.
     */
    @SuppressWarnings("SystemConsoleNull") // isTerminal() is called where it exists
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

    /** The charset of stdout. */
    public static Charset charset() {
        try {
            return (Charset) PrintStream.class.getMethod("charset").invoke(System.out);
        } catch (NoSuchMethodException beforeJdk18) {
            return Charset.defaultCharset();
        } catch (IllegalAccessException | InvocationTargetException e) {
            return StandardCharsets.US_ASCII;
        }
    }

    /**
     * A line that covers the previous one: the text, followed by a progress bar if there is room for one.
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

package toystore.wire.program;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;

/** What is at the other end of stdin and stdout. */
public final class Terminal {
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
}

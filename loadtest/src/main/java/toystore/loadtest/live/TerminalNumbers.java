package toystore.loadtest.live;

import java.util.Locale;

/** Numbers as a terminal shows them. */
final class TerminalNumbers {
    private TerminalNumbers() {}

    /** Milliseconds, to three digits or so: {@code 0.123}, {@code 12.3}, {@code 1230}. */
    static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.3f" : millis < 100 ? "%.2f" : "%.1f", millis);
    }

    /** Whole from a hundred on. */
    static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 100 ? "%.1f" : "%.0f", perSecond);
    }
}

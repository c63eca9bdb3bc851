package toystore.loadtest.result;

import java.util.Locale;

/** Formats a part of a whole. */
public final class Share {
    private Share() {}

    /** The share in percent: {@code 5.25 %}, {@code 49.9 %}. A part above 0 is never shown as 0. */
    public static String of(long part, long whole) {
        double percent = whole == 0 ? 0 : 100.0 * part / whole;
        return part > 0 && percent < 0.01
                ? "less than 0.01 %"
                : String.format(Locale.ROOT, percent < 10 ? "%.2f %%" : "%.1f %%", percent);
    }
}

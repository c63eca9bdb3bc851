package toystore.loadtest.result;

import java.util.Locale;

/** A part of a whole, for a person. */
public final class Share {
    private Share() {}

    /** {@code 5.25 %}, {@code 49.9 %}; what is there, however little, is not 0. */
    public static String of(long part, long whole) {
        double percent = whole == 0 ? 0 : 100.0 * part / whole;
        return part > 0 && percent < 0.01
                ? "less than 0.01 %"
                : String.format(Locale.ROOT, percent < 10 ? "%.2f %%" : "%.1f %%", percent);
    }
}

package toystore.bench;

import java.util.Locale;

/** How a figure is written. */
enum Unit {
    PER_SECOND("%,.0f", "/s"),
    MILLIS("%.3f", " ms"),
    RATIO("%.3f", "");

    private final String format;
    private final String suffix;

    Unit(String format, String suffix) {
        this.format = format;
        this.suffix = suffix;
    }

    String text(double figure) {
        return Double.isNaN(figure) ? "none" : String.format(Locale.ROOT, format, figure) + suffix;
    }

    /** The median, and in brackets the lowest and the highest. */
    String text(Spread spread) {
        return text(spread.median()) + " (" + bare(spread.lowest()) + ".." + bare(spread.highest()) + ")";
    }

    private String bare(double figure) {
        return Double.isNaN(figure) ? "none" : String.format(Locale.ROOT, format, figure);
    }
}

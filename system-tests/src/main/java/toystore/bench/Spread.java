package toystore.bench;

import java.util.List;
import java.util.Locale;

/** Median, lowest and highest of the figures of several rounds. */
record Spread(double median, double lowest, double highest) {
    /** @param figures at least one; a round without a figure has {@link Double#NaN}, which counts as the highest */
    static Spread of(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        return new Spread(median(sorted), sorted.get(0), sorted.get(sorted.size() - 1));
    }

    /** @param figures at least one */
    static double median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** How a figure is written. */
    enum Unit {
        PER_SECOND("%,.0f", "/s"),
        COUNT("%,.0f", ""),
        SECONDS("%.2f", " s"),
        MEBIBYTES("%.0f", " MiB"),
        MILLIS("%.3f", " ms"),
        MICROS("%.1f", " µs"),
        RATIO("%.3f", "");

        private final String format;
        private final String suffix;

        Unit(String format, String suffix) {
            this.format = format;
            this.suffix = suffix;
        }

        String text(double figure) {
            return Double.isNaN(figure) ? "none" : number(figure) + suffix;
        }

        /** The median, and in brackets the lowest and the highest. */
        String text(Spread spread) {
            return text(spread.median) + " (" + number(spread.lowest) + ".." + number(spread.highest) + ")";
        }

        private String number(double figure) {
            return Double.isNaN(figure) ? "none" : String.format(Locale.ROOT, format, figure);
        }
    }
}

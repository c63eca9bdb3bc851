package toystore.bench;

import java.util.Locale;
import java.util.function.DoublePredicate;

/**
 * What a figure is wanted to be. A figure that is none ({@link Double#NaN}) never is.
 *
 * @param text for a person: {@code at least 0.90}
 */
record Limit(String text, DoublePredicate rule) {
    static Limit atLeast(double least) {
        return new Limit(String.format(Locale.ROOT, "at least %.2f", least), figure -> figure >= least);
    }

    static Limit atMost(double most) {
        return new Limit(String.format(Locale.ROOT, "at most %.2f", most), figure -> figure <= most);
    }

    /** @param millis milliseconds */
    static Limit under(double millis) {
        return new Limit(String.format(Locale.ROOT, "under %.0f ms", millis), figure -> figure < millis);
    }

    boolean holds(double figure) {
        return rule.test(figure);
    }
}

package toystore.bench;

import java.util.Locale;
import java.util.function.DoublePredicate;

/**
 * What a figure is wanted to be. A figure that is none ({@link Double#NaN}) never is.
 *
 * @param text for a person: {@code at least 0.90}
 */
record Target(String text, DoublePredicate rule) {
    static Target atLeast(double least) {
        return new Target(String.format(Locale.ROOT, "at least %.2f", least), figure -> figure >= least);
    }

    static Target atMost(double most) {
        return new Target(String.format(Locale.ROOT, "at most %.2f", most), figure -> figure <= most);
    }

    /** @param millis milliseconds */
    static Target under(double millis) {
        return new Target(String.format(Locale.ROOT, "under %.0f ms", millis), figure -> figure < millis);
    }

    boolean holds(double figure) {
        return rule.test(figure);
    }
}

package toystore.common.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Tells whether a word is another one with a slip of the fingers. */
final class Spelling {
    private static final int SHORTEST = 3;

    /** A word up to that long has room for one slip only, or it would be like any other. */
    private static final int SHORT = 4;

    private Spelling() {}

    /** The name that the word, whatever its case, is most like; empty if it is like none. */
    static Optional<String> nearest(String word, Collection<String> names) {
        String small = word.toLowerCase(Locale.ROOT);
        return names.stream()
                .filter(name -> isLike(small, name))
                .min(Comparator.comparingInt(name -> distance(small, name)));
    }

    /** Whether one or two slips make one of the other: a letter too much, too few, or wrong. */
    private static boolean isLike(String word, String name) {
        int shorter = Math.min(word.length(), name.length());
        return shorter >= SHORTEST && distance(word, name) <= (shorter <= SHORT ? 1 : 2);
    }

    /** How many letters must be put in, left out or replaced to make one of the other (Levenshtein). */
    private static int distance(String word, String name) {
        int[] row = new int[name.length() + 1];
        for (int j = 0; j <= name.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= word.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= name.length(); j++) {
                int replaced = diagonal + (word.charAt(i - 1) == name.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[name.length()];
    }
}

package toystore.common.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that a misspelt word stands for. */
public final class Spelling {
    private static final int SHORTEST = 3;

    /** Words up to this length may have one mistake only, or they would be similar to any other. */
    private static final int SHORT = 4;

    private Spelling() {}

    /** The name that is most similar to the word, ignoring case; empty if none is similar. */
    public static Optional<String> nearest(String word, Collection<String> names) {
        String small = word.toLowerCase(Locale.ROOT);
        return names.stream()
                .filter(name -> isSimilar(small, name))
                .min(Comparator.comparingInt(name -> distance(small, name)));
    }

    /** Returns whether they differ in one or two letters that are added, missing or wrong. */
    private static boolean isSimilar(String word, String name) {
        int shorter = Math.min(word.length(), name.length());
        return shorter >= SHORTEST && distance(word, name) <= (shorter <= SHORT ? 1 : 2);
    }

    /** The Levenshtein distance: the letters to add, remove or replace. */
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

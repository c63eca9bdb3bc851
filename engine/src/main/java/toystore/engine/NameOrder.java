package toystore.engine;

import java.util.Comparator;

/**
 * The order of product names: by code point, which is also the order of their bytes in UTF-8.
 *
 * <p>{@link String#compareTo} differs: it puts the characters from U+E000 to U+FFFF after those beyond U+FFFF, because
 * the latter are two surrogates each. The collation {@code "C"} of a database in UTF-8 has the order of this class.
 */
public final class NameOrder {
    /** Compares two names. They have no unpaired surrogates. */
    public static final Comparator<String> BY_CODE_POINT = NameOrder::compare;

    private NameOrder() {}

    private static int compare(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean differentPlanes = Character.isSurrogate(a) != Character.isSurrogate(b);
                return differentPlanes ? (Character.isSurrogate(a) ? 1 : -1) : a - b;
            }
        }
        return one.length() - other.length();
    }
}

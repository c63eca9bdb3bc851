package toystore.frontend.http;

/** Sets of ASCII characters that the grammars of HTTP and URIs are made of. */
final class Ascii {
    static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    static final String HEXADECIMAL_DIGITS = "0123456789ABCDEFabcdef";
    static final Ascii DIGITS = of("0123456789");
    static final Ascii HEXADECIMAL = of(HEXADECIMAL_DIGITS);

    private final boolean[] members = new boolean[128];

    private Ascii(String characters) {
        for (int i = 0; i < characters.length(); i++) {
            members[characters.charAt(i)] = true;
        }
    }

    static Ascii of(String characters) {
        return new Ascii(characters);
    }

    boolean contains(char c) {
        return c < members.length && members[c];
    }

    /** Whether there is nothing else in a part of the text. */
    boolean containsAll(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!contains(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    boolean containsAll(String text) {
        return containsAll(text, 0, text.length());
    }
}

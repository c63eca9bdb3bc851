package toystore.frontend.http.parse;

/** A set of ASCII characters, and the sets from which the grammars of HTTP and URIs are made. */
final class Ascii {
    static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    static final String HEXADECIMAL_DIGITS = "0123456789ABCDEFabcdef";
    static final Ascii DIGITS = new Ascii("0123456789");
    static final Ascii HEXADECIMAL = new Ascii(HEXADECIMAL_DIGITS);
    /** The characters of tokens: methods, field names and many values (RFC 9110 §5.6.2). */
    static final Ascii TOKEN = new Ascii(ALPHANUMERIC + "!#$%&'*+-.^_`|~");

    private final boolean[] members = new boolean[128];

    Ascii(String characters) {
        for (int i = 0; i < characters.length(); i++) {
            members[characters.charAt(i)] = true;
        }
    }

    boolean contains(char c) {
        return c < members.length && members[c];
    }

    /** Returns whether all characters of a part of the text are in this set. */
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

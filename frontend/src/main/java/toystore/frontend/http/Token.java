package toystore.frontend.http;

/** What methods, field names and many values are written as (RFC 9110 §5.6.2). */
final class Token {
    static final Ascii CHARACTERS = Ascii.of(Ascii.ALPHANUMERIC + "!#$%&'*+-.^_`|~");

    /** The same as a regular expression. */
    static final String REGEX = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";

    private Token() {}

    static boolean is(String text) {
        return !text.isEmpty() && CHARACTERS.containsAll(text);
    }
}

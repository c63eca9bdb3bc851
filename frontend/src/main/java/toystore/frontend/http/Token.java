package toystore.frontend.http;

/** What methods, field names and many values are written as (RFC 9110 §5.6.2). */
final class Token {
    static final Ascii CHARACTERS = Ascii.of(Ascii.ALPHANUMERIC + "!#$%&'*+-.^_`|~");

    private Token() {}

    static boolean is(String text) {
        return !text.isEmpty() && CHARACTERS.containsAll(text);
    }
}

package toystore.frontend.http;

/** The characters that methods and field names are made of (RFC 9110 §5.6.2). */
final class Token {
    private static final String MARKS = "!#$%&'*+-.^_`|~";

    private Token() {}

    static boolean is(String text) {
        return !text.isEmpty() && text.chars().allMatch(Token::isCharacter);
    }

    private static boolean isCharacter(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || MARKS.indexOf(c) >= 0;
    }
}

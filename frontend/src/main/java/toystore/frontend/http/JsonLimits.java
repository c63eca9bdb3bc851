package toystore.frontend.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/**
 * What JSON is taken from strangers: one object, not too deep, with strings and numbers that cost nothing to work with.
 * It is looked at token by token before anything is made of it: a number like {@code 1e1000000000} is never expanded.
 */
final class JsonLimits {
    /** Objects and arrays within each other, the outermost counted. */
    static final int DEPTH = 16;
    /** Characters (UTF-16 code units) in a string, or in the name of a field. */
    static final int STRING = 4096;
    /** Characters in a number. */
    static final int NUMBER = 40;
    /** Digits in a number's exponent. */
    static final int EXPONENT = 3;

    private static final Pattern EXPONENT_DIGITS = Pattern.compile("[eE][+-]?([0-9]+)$");

    private JsonLimits() {}

    /** Reads all there is. What is no JSON at all, the parser refuses. */
    static void check(JsonParser parser) throws HttpException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new HttpException(Status.BAD_REQUEST, "the body is no JSON object");
        }
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken(); // not null: an object that is not closed is refused by the parser
            if (token.isStructStart()) {
                depth++;
                atMost(DEPTH, depth, " levels of objects and arrays", parser);
            } else if (token.isStructEnd()) {
                depth--;
            } else if (token.isNumeric()) {
                checkNumber(parser);
            } else if (token == JsonToken.PROPERTY_NAME || token == JsonToken.VALUE_STRING) {
                checkString(parser);
            }
        }
        if (parser.nextToken() != null) {
            throw new HttpException(Status.BAD_REQUEST, "the body is more than one JSON object");
        }
    }

    /** {@code , in line 1, column 8} */
    static String place(TokenStreamLocation place) {
        return ", in line " + place.getLineNr() + ", column " + place.getColumnNr();
    }

    private static void checkNumber(JsonParser parser) throws HttpException {
        String number = parser.getString();
        atMost(NUMBER, number.length(), " characters in a number", parser);
        Matcher exponent = EXPONENT_DIGITS.matcher(number);
        if (exponent.find()) {
            atMost(EXPONENT, exponent.group(1).length(), " digits in an exponent", parser);
        }
    }

    /** Its bytes are UTF-8, but half a surrogate pair can come in as an escape, and cannot go out as UTF-8 again. */
    private static void checkString(JsonParser parser) throws HttpException {
        String string = parser.getString();
        atMost(STRING, string.length(), " characters in a string", parser);
        int half = string.codePoints()
                .filter(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                .findFirst()
                .orElse(-1);
        if (half >= 0) {
            throw refused(String.format("half a surrogate pair, U+%04X, in a string; expected both", half), parser);
        }
    }

    private static void atMost(int most, int found, String what, JsonParser parser) throws HttpException {
        if (found > most) {
            throw refused(found + what + "; expected at most " + most, parser);
        }
    }

    private static HttpException refused(String what, JsonParser parser) {
        return new HttpException(Status.BAD_REQUEST, "the body has " + what + place(parser.currentTokenLocation()));
    }
}

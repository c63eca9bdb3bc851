package toystore.frontend.http;

import java.util.Locale;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What JSON is taken from strangers: one object, not too deep, with strings and numbers that cost nothing to work with.
 * Each token is looked at before anything is made of it: a number like {@code 1e1000000000} is never expanded. For one
 * thread.
 */
final class LimitedJson {
    /** Objects and arrays within each other, the outermost counted. */
    static final int DEPTH = 16;
    /** Characters (UTF-16 code units) in a string, or in the name of a field. */
    static final int STRING = 4096;
    /** Characters in a number. */
    static final int NUMBER = 40;
    /** Digits in a number's exponent. */
    static final int EXPONENT = 3;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final JsonParser parser;
    private final JsonNode[] open = new JsonNode[DEPTH]; // objects and arrays that have not ended, the outermost first
    private int depth;
    private String name; // of the field whose value comes next, if that is one of an object

    private LimitedJson(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads all there is. What is no JSON at all, the parser refuses. */
    static JsonNode object(JsonParser parser) throws HttpException {
        JsonToken first = parser.nextToken();
        if (first != JsonToken.START_OBJECT) {
            throw new HttpException(Status.BAD_REQUEST, "the body is " + kind(first) + "; expected a JSON object");
        }
        JsonNode object = new LimitedJson(parser).rest();
        if (parser.nextToken() != null) {
            throw new HttpException(
                    Status.BAD_REQUEST,
                    "the body has more than one JSON value" + place(parser.currentTokenLocation())
                            + "; expected one JSON object");
        }
        return object;
    }

    /** The kind of value that begins with the token; {@code null} is the end of the body. */
    private static String kind(JsonToken first) {
        if (first == null) {
            return "empty";
        }
        return switch (first) {
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            default -> first.asString(); // true, false, null
        };
    }

    /** {@code , in line 1, column 8} */
    static String place(TokenStreamLocation place) {
        return ", in line " + place.getLineNr() + ", column " + place.getColumnNr();
    }

    /** The object that has begun. */
    private JsonNode rest() throws HttpException {
        JsonNode outermost = NODES.objectNode();
        open[depth++] = outermost;
        while (depth > 0) {
            JsonToken token = parser.nextToken(); // not null: an object that is not closed is refused by the parser
            switch (token) {
                case PROPERTY_NAME -> name = string();
                case START_OBJECT -> begin(NODES.objectNode());
                case START_ARRAY -> begin(NODES.arrayNode());
                case END_OBJECT, END_ARRAY -> depth--;
                default -> add(value(token));
            }
        }
        return outermost;
    }

    private void begin(JsonNode node) throws HttpException {
        atMost(DEPTH, depth + 1, " levels of objects and arrays");
        add(node);
        open[depth++] = node;
    }

    private void add(JsonNode node) {
        if (open[depth - 1] instanceof ObjectNode object) {
            object.set(name, node);
        } else {
            ((ArrayNode) open[depth - 1]).add(node);
        }
    }

    private JsonNode value(JsonToken token) throws HttpException {
        return switch (token) {
            case VALUE_STRING -> NODES.stringNode(string());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number();
            case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(token == JsonToken.VALUE_TRUE);
            default -> NODES.nullNode();
        };
    }

    /** One kind of node for all numbers: JSON has no other integers than numbers that are whole. */
    private JsonNode number() throws HttpException {
        String text = parser.getString();
        atMost(NUMBER, text.length(), " characters in a number");
        atMost(EXPONENT, exponentDigits(text), " digits in an exponent");
        return NODES.numberNode(parser.getDecimalValue());
    }

    private static int exponentDigits(String number) {
        int e = Math.max(number.indexOf('e'), number.indexOf('E'));
        if (e < 0) {
            return 0;
        }
        char first = number.charAt(e + 1);
        return number.length() - e - (first == '+' || first == '-' ? 2 : 1);
    }

    /** Its bytes are UTF-8, but half a surrogate pair can come in as an escape, and cannot go out as UTF-8 again. */
    private String string() throws HttpException {
        String string = parser.getString();
        atMost(STRING, string.length(), " characters in a string");
        for (int i = 0, c; i < string.length(); i += Character.charCount(c)) {
            c = string.codePointAt(i);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                throw refused(
                        String.format(Locale.ROOT, "half a surrogate pair, U+%04X, in a string; expected both", c));
            }
        }
        return string;
    }

    private void atMost(int most, int found, String what) throws HttpException {
        if (found > most) {
            throw refused(found + what + "; expected at most " + most);
        }
    }

    private HttpException refused(String what) {
        return new HttpException(Status.BAD_REQUEST, "the body has " + what + place(parser.currentTokenLocation()));
    }
}

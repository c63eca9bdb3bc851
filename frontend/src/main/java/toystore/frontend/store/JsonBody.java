package toystore.frontend.store;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import toystore.common.Abbreviated;
import toystore.common.json.JsonErrors;
import toystore.common.json.JsonMappers;
import toystore.frontend.http.Fields;
import toystore.frontend.http.Fields.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.MediaType;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;

/** The JSON object in the body of a request. It has no other fields than those that its reader expects. */
final class JsonBody {
    private static final String MEDIA_TYPE = "application/json";
    private static final String CHARSET = "utf-8";
    private static final String NO_CODING = "identity";
    private static final int MAX_SHOWN = 40; // characters of a value in a message

    private final JsonNode object;

    private JsonBody(JsonNode object) {
        this.object = object;
    }

    /**
     * Reads the body of a request.
     *
     * @param expected names of fields. Others are refused, because a misspelt field would be ignored otherwise
     */
    static JsonBody read(Request request, String... expected) throws HttpException {
        if (!request.hasContent()) {
            throw new HttpException(Status.LENGTH_REQUIRED, "the field Content-Length is missing");
        }
        requireJson(request.fields());
        requireNoCoding(request.fields());
        JsonNode object = ObjectParser.parse(request);
        for (String given : object.propertyNames()) {
            if (!List.of(expected).contains(given)) {
                throw bad("unknown field " + Abbreviated.quoted(given) + "; expected " + String.join(", ", expected));
            }
        }
        return new JsonBody(object);
    }

    boolean has(String field) {
        return object.has(field);
    }

    String string(String field) throws HttpException {
        JsonNode string = object.get(field);
        if (string == null || !string.isString()) {
            throw wrong(field, "a string");
        }
        return string.stringValue();
    }

    BigDecimal number(String field) throws HttpException {
        JsonNode number = object.get(field);
        if (number == null || !number.isNumber()) {
            throw wrong(field, "a number");
        }
        return number.decimalValue();
    }

    /** The value of a field as a whole number. JSON has one kind of number: 5, 5.0 and 5e0 are the same. */
    int wholeNumber(String field, int min, int max) throws HttpException {
        JsonNode number = object.get(field);
        if (number != null && number.isNumber()) {
            BigDecimal value = number.decimalValue();
            boolean inRange = value.compareTo(BigDecimal.valueOf(min)) >= 0
                    && value.compareTo(BigDecimal.valueOf(max)) <= 0; // neither expands a large exponent
            if (inRange && value.stripTrailingZeros().scale() <= 0) {
                return value.intValueExact();
            }
        }
        throw wrong(field, "a whole number from " + min + " to " + max);
    }

    private HttpException wrong(String field, String expected) {
        JsonNode found = object.get(field);
        String shown = found == null ? "missing" : Abbreviated.printable(found.toString(), MAX_SHOWN);
        return bad(field + " is " + shown + "; expected " + expected);
    }

    private static void requireJson(Fields fields) throws HttpException {
        Optional<String> type = fields.one("Content-Type");
        if (type.filter(JsonBody::isJson).isEmpty()) {
            throw new HttpException(
                    Status.UNSUPPORTED_MEDIA_TYPE,
                    "the field Content-Type is " + type.map(Abbreviated::quoted).orElse("missing") + "; expected "
                            + MEDIA_TYPE + ", in " + CHARSET);
        }
    }

    private static boolean isJson(String type) {
        return type.equals(MEDIA_TYPE) // nearly all clients send exactly this, which needs no parsing
                || MediaType.parse(type)
                        .filter(given -> given.is("application", "json"))
                        .filter(given ->
                                CHARSET.equalsIgnoreCase(given.parameters().getOrDefault("charset", CHARSET)))
                        .isPresent();
    }

    /** Refuses compressed content. */
    private static void requireNoCoding(Fields fields) throws HttpException {
        String codings = String.join(", ", fields.all("Content-Encoding"));
        if (!codings.isEmpty() && !codings.equalsIgnoreCase(NO_CODING)) {
            throw new HttpException(
                            Status.UNSUPPORTED_MEDIA_TYPE,
                            "the field Content-Encoding is " + Abbreviated.quoted(codings) + "; expected none, or "
                                    + NO_CODING)
                    .with(new Field("Accept-Encoding", NO_CODING)); // RFC 9110 §15.5.16
        }
    }

    private static HttpException bad(String message) {
        return new HttpException(Status.BAD_REQUEST, message);
    }

    /**
     * Parses JSON from untrusted clients: one object, of limited depth, with strings and numbers of limited size. It
     * checks each token before it makes a value of it: a number like {@code 1e1000000000} is never expanded. Not
     * thread-safe.
     */
    private static final class ObjectParser {
        private static final int MAX_DEPTH = 16; // objects and arrays within each other, with the outermost
        private static final int MAX_STRING = 4096; // UTF-16 code units in a string, or in the name of a field
        private static final int MAX_NUMBER = 40; // characters
        private static final int MAX_EXPONENT = 3; // digits
        private static final int MAX_REASON = 200; // characters of the reason why a body is not JSON
        private static final char BYTE_ORDER_MARK = '\uFEFF';
        private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

        /** The limits above are narrower than those of Jackson, and have messages of their own. */
        private static final StreamReadConstraints NO_LIMITS = StreamReadConstraints.builder()
                .maxNumberLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .build();

        private static final JsonFactory FACTORY = JsonMappers.factory()
                .streamReadConstraints(NO_LIMITS)
                // a client could fill a table of names with names that collide
                .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();

        private final JsonParser parser;
        private final JsonNode[] open = new JsonNode[MAX_DEPTH]; // objects and arrays that have not ended
        private int depth;
        private String name; // of the field whose value comes next, if the innermost one is an object

        private ObjectParser(JsonParser parser) {
            this.parser = parser;
        }

        static JsonNode parse(Request request) throws HttpException {
            String text = request.text(); // from bytes, Jackson would guess the charset
            if (text.isEmpty()) {
                throw bad("the body is empty; expected a JSON object");
            }
            if (text.charAt(0) == BYTE_ORDER_MARK) {
                throw bad("the body begins with a byte order mark; expected a JSON object");
            }
            try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
                return new ObjectParser(parser).onlyObject();
            } catch (StreamReadException e) {
                throw bad("the body is " + Abbreviated.printable(JsonErrors.reason(e), MAX_REASON)
                        + place(e.getLocation()));
            }
        }

        private JsonNode onlyObject() throws HttpException {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw bad("the body is " + kind(first) + "; expected a JSON object");
            }
            JsonNode object = restOfObject();
            if (parser.nextToken() != null) {
                throw bad("the body has more than one JSON value" + place(parser.currentTokenLocation())
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

        private JsonNode restOfObject() throws HttpException {
            JsonNode outermost = NODES.objectNode();
            open[depth++] = outermost;
            while (depth > 0) {
                JsonToken token = parser.nextToken(); // never null: Jackson refuses an object that does not end
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
            requireAtMost(MAX_DEPTH, depth + 1, " levels of objects and arrays");
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

        /** Makes the same kind of node for all numbers: JSON has no separate integers. */
        private JsonNode number() throws HttpException {
            String text = parser.getString();
            requireAtMost(MAX_NUMBER, text.length(), " characters in a number");
            requireAtMost(MAX_EXPONENT, exponentDigits(text), " digits in an exponent");
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

        /** The body is UTF-8, but an escape can be half of a surrogate pair, which no UTF-8 can express. */
        private String string() throws HttpException {
            String string = parser.getString();
            requireAtMost(MAX_STRING, string.length(), " characters in a string");
            for (int i = 0, c; i < string.length(); i += Character.charCount(c)) {
                c = string.codePointAt(i);
                if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                    throw refused(
                            String.format(Locale.ROOT, "half a surrogate pair, U+%04X, in a string; expected both", c));
                }
            }
            return string;
        }

        private void requireAtMost(int max, int found, String what) throws HttpException {
            if (found > max) {
                throw refused(found + what + "; expected at most " + max);
            }
        }

        private HttpException refused(String what) {
            return bad("the body has " + what + place(parser.currentTokenLocation()));
        }

        /** {@code , in line 1, column 8} */
        private static String place(TokenStreamLocation place) {
            return ", in line " + place.getLineNr() + ", column " + place.getColumnNr();
        }
    }
}

package toystore.frontend.store;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import toystore.common.Abbreviated;
import toystore.frontend.http.Field;
import toystore.frontend.http.Fields;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Json;
import toystore.frontend.http.MediaType;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;

/** The JSON object that a request brings, with no other fields than those that its reader expects. */
final class JsonBody {
    private static final String MEDIA_TYPE = "application/json";
    private static final String CHARSET = "utf-8";
    private static final String NO_CODING = "identity";
    private static final int SHOWN = 40;

    private final JsonNode object;

    private JsonBody(JsonNode object) {
        this.object = object;
    }

    /**
     * Reads it.
     *
     * @param expected names of fields. Others are refused: one that is misspelt would be ignored otherwise
     */
    static JsonBody read(Request request, String... expected) throws HttpException {
        if (!request.hasContent()) {
            throw new HttpException(Status.LENGTH_REQUIRED, "the field Content-Length is missing");
        }
        requireJson(request.fields());
        requireNoCoding(request.fields());
        JsonNode object = Json.object(request.body());
        for (String given : object.propertyNames()) {
            if (!List.of(expected).contains(given)) {
                throw new HttpException(
                        Status.BAD_REQUEST,
                        "unknown field " + Abbreviated.quoted(given) + "; expected " + String.join(", ", expected));
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

    /** A whole number. JSON has one kind of number: 5, 5.0 and 5e0 are the same. */
    int wholeNumber(String field, int least, int most) throws HttpException {
        JsonNode number = object.get(field);
        if (number != null && number.isNumber()) {
            BigDecimal value = number.decimalValue();
            boolean inRange = value.compareTo(BigDecimal.valueOf(least)) >= 0
                    && value.compareTo(BigDecimal.valueOf(most)) <= 0; // neither expands a large exponent
            if (inRange && value.stripTrailingZeros().scale() <= 0) {
                return value.intValueExact();
            }
        }
        throw wrong(field, "a whole number from " + least + " to " + most);
    }

    private HttpException wrong(String field, String expected) {
        JsonNode found = object.get(field);
        String shown = found == null ? "missing" : Abbreviated.printable(found.toString(), SHOWN);
        return new HttpException(Status.BAD_REQUEST, field + " is " + shown + "; expected " + expected);
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
        return type.equals(MEDIA_TYPE) // as nearly all have it, so that it is not taken apart each time
                || MediaType.parse(type)
                        .filter(given -> given.is("application", "json"))
                        .filter(given ->
                                CHARSET.equalsIgnoreCase(given.parameters().getOrDefault("charset", CHARSET)))
                        .isPresent();
    }

    /** A content that is compressed, say, is not taken. */
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
}

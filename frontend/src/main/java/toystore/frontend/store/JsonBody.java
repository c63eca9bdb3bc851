package toystore.frontend.store;

import tools.jackson.databind.JsonNode;
import toystore.frontend.http.Field;
import toystore.frontend.http.Fields;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Json;
import toystore.frontend.http.MediaType;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;
import toystore.wire.codec.Shown;

/** The JSON object that a request brings. */
final class JsonBody {
    private static final String MEDIA_TYPE = "application/json";
    private static final String CHARSET = "utf-8";
    private static final String NO_CODING = "identity";
    private static final int SHOWN = 40;

    private JsonBody() {}

    static JsonNode read(Request request) throws HttpException {
        if (!request.hasContent()) {
            throw new HttpException(Status.LENGTH_REQUIRED, "the field Content-Length is missing");
        }
        requireJson(request.fields());
        requireNoCoding(request.fields());
        return Json.object(request.body());
    }

    /** A whole number; what range it must be in, its user checks. */
    static int wholeNumber(JsonNode body, String field, String expected) throws HttpException {
        JsonNode number = body.get(field);
        if (number == null || !number.isIntegralNumber() || !number.canConvertToInt()) {
            throw wrong(field, number, expected + ", in digits alone");
        }
        return number.intValue();
    }

    static HttpException wrong(String field, JsonNode found, String expected) {
        String shown = found == null ? "missing" : Shown.of(found.toString(), SHOWN);
        return new HttpException(Status.BAD_REQUEST, field + " is " + shown + "; expected " + expected);
    }

    private static void requireJson(Fields fields) throws HttpException {
        String type = fields.one("Content-Type").orElse("missing");
        boolean json = type.equals(MEDIA_TYPE) // as nearly all have it, so that it is not taken apart each time
                || MediaType.parse(type)
                        .filter(given -> given.is("application", "json"))
                        .filter(given ->
                                CHARSET.equalsIgnoreCase(given.parameters().getOrDefault("charset", CHARSET)))
                        .isPresent();
        if (!json) {
            throw new HttpException(
                    Status.UNSUPPORTED_MEDIA_TYPE,
                    "the field Content-Type is " + type + "; expected " + MEDIA_TYPE + ", in " + CHARSET);
        }
    }

    /** A content that is compressed, say, is not taken. */
    private static void requireNoCoding(Fields fields) throws HttpException {
        String codings = String.join(", ", fields.all("Content-Encoding"));
        if (!codings.isEmpty() && !codings.equalsIgnoreCase(NO_CODING)) {
            throw new HttpException(
                            Status.UNSUPPORTED_MEDIA_TYPE,
                            "the field Content-Encoding is " + codings + "; expected none, or " + NO_CODING)
                    .with(new Field("Accept-Encoding", NO_CODING)); // RFC 9110 §15.5.16
        }
    }
}

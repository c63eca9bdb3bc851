package toystore.frontend.store;

import java.util.Locale;
import tools.jackson.databind.JsonNode;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Json;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;

/** The JSON object that a request brings. */
final class JsonBody {
    private static final String MEDIA_TYPE = "application/json";
    private static final int SHOWN = 40;

    private JsonBody() {}

    static JsonNode read(Request request) throws HttpException {
        if (!request.hasContent()) {
            throw new HttpException(Status.LENGTH_REQUIRED, "the field Content-Length is missing");
        }
        String type = request.fields().one("Content-Type").orElse("missing");
        if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE)) {
            throw new HttpException(
                    Status.UNSUPPORTED_MEDIA_TYPE, "the field Content-Type is " + type + "; expected " + MEDIA_TYPE);
        }
        return Json.object(request.body());
    }

    /** A whole number; what range it must be in, its user checks. */
    static int wholeNumber(JsonNode body, String field, String expected) throws HttpException {
        JsonNode number = body.get(field);
        if (number == null || !number.isIntegralNumber() || !number.canConvertToInt()) {
            throw wrong(field, number, expected);
        }
        return number.intValue();
    }

    static HttpException wrong(String field, JsonNode found, String expected) {
        String shown = found == null ? "missing" : found.toString();
        if (shown.length() > SHOWN) {
            shown = shown.substring(0, SHOWN) + "…";
        }
        return new HttpException(Status.BAD_REQUEST, field + " is " + shown + "; expected " + expected);
    }
}

package toystore.frontend.store;

import java.util.Locale;
import tools.jackson.databind.JsonNode;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Json;
import toystore.frontend.http.Request;
import toystore.frontend.http.Status;
import toystore.wire.message.Rules;

/** What a shopper fills in: {@code {"name":"Tux","quantity":5}}. Other fields are ignored. */
record OrderForm(String name, int quantity) {
    private static final String MEDIA_TYPE = "application/json";
    private static final int SHOWN = 40;

    static OrderForm read(Request request) throws HttpException {
        requireJson(request);
        JsonNode form = Json.object(request.body());
        JsonNode name = form.get("name");
        if (name == null || !name.isString()) {
            throw wrong("name", name, "a string");
        }
        JsonNode quantity = form.get("quantity");
        if (quantity == null || !quantity.isIntegralNumber() || !quantity.canConvertToInt()) {
            throw wrong("quantity", quantity, "a whole number from 1 to " + Rules.MAX_QUANTITY);
        }
        return Parameters.valid(
                () -> new OrderForm(Rules.name(name.stringValue()), Rules.quantity(quantity.intValue())));
    }

    private static void requireJson(Request request) throws HttpException {
        if (!request.hasLength()) {
            throw new HttpException(Status.LENGTH_REQUIRED, "the field Content-Length is missing");
        }
        String type = request.fields().one("Content-Type").orElse("missing");
        if (!type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT).equals(MEDIA_TYPE)) {
            throw new HttpException(
                    Status.UNSUPPORTED_MEDIA_TYPE, "the field Content-Type is " + type + "; expected " + MEDIA_TYPE);
        }
    }

    private static HttpException wrong(String field, JsonNode found, String expected) {
        String shown = found == null ? "missing" : found.toString();
        if (shown.length() > SHOWN) {
            shown = shown.substring(0, SHOWN) + "…";
        }
        return new HttpException(Status.BAD_REQUEST, field + " is " + shown + "; expected " + expected);
    }
}

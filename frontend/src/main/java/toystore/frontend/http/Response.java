package toystore.frontend.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param contentType of the body
 * @param fields besides those that every response has
 * @param body the content; empty with a status that has none
 */
public record Response(Status status, String contentType, List<Field> fields, byte[] body) {
    private static final String JSON = "application/json";

    public Response {
        fields = List.copyOf(fields);
    }

    /** {@code {"data":…}} */
    public static Response data(Status status, Object data, Field... fields) {
        return new Response(status, JSON, List.of(fields), Json.bytes(Map.of("data", data)));
    }

    /** {@code {"data":[…],"next":…}} */
    public static Response page(List<?> data, String next) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("data", data);
        page.put("next", next);
        return new Response(Status.OK, JSON, List.of(), Json.bytes(page));
    }

    /** Nothing but fields. */
    static Response empty(Field... fields) {
        return new Response(Status.NO_CONTENT, "", List.of(fields), new byte[0]);
    }

    /** {@code {"error":{"code":…,"message":…}}}, with the details behind the message. */
    static Response error(Status status, String message, Map<String, ?> details, List<Field> fields) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", status.code());
        error.put("message", message);
        error.putAll(details);
        return new Response(status, JSON, fields, Json.bytes(Map.of("error", error)));
    }
}

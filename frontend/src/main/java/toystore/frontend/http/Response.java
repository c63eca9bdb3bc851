package toystore.frontend.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param fields besides those that every response has
 * @param body JSON
 */
public record Response(Status status, List<Field> fields, byte[] body) {
    public Response {
        fields = List.copyOf(fields);
    }

    /** {@code {"data":…}} */
    public static Response data(Status status, Object data, Field... fields) {
        return new Response(status, List.of(fields), Json.bytes(Map.of("data", data)));
    }

    /** {@code {"data":[…],"next":…}} */
    public static Response page(List<?> data, String next) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("data", data);
        page.put("next", next);
        return new Response(Status.OK, List.of(), Json.bytes(page));
    }

    /** {@code {"error":{"code":…,"message":…}}}, with the details behind the message. */
    static Response error(Status status, String message, Map<String, ?> details, List<Field> fields) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", status.code());
        error.put("message", message);
        error.putAll(details);
        return new Response(status, fields, Json.bytes(Map.of("error", error)));
    }
}

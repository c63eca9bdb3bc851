package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a request is answered with. Immutable, and may answer many requests. */
public final class Response {
    private static final String JSON = "application/json";

    private final Status status;
    private final byte[] body;
    private final byte[] lines;

    /**
     * A response.
     *
     * @param contentType of the body
     * @param fields besides those that every response has
     * @param body the content, not to be changed any more; empty with a status that has none
     */
    public Response(Status status, String contentType, List<Field> fields, byte[] body) {
        this.status = status;
        this.body = body;
        this.lines = lines(status, contentType, fields, body.length);
    }

    /** {@code {"data":…}} */
    public static Response data(Status status, Object data, Field... fields) {
        return new Response(status, JSON, List.of(fields), Json.bytes("data", data));
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
        return new Response(status, JSON, fields, Json.bytes("error", error));
    }

    public Status status() {
        return status;
    }

    byte[] body() {
        return body;
    }

    /** The field lines that are the same whenever it is sent, each behind the end of the line before it. */
    byte[] lines() {
        return lines;
    }

    private static byte[] lines(Status status, String contentType, List<Field> fields, int length) {
        StringBuilder lines = new StringBuilder(128);
        if (status != Status.NO_CONTENT) { // RFC 9110 §8.6
            append(lines, "Content-Type", contentType);
            append(lines, "Content-Length", Integer.toString(length));
        }
        fields.forEach(field -> append(lines, field.name(), field.value()));
        return lines.toString().getBytes(US_ASCII);
    }

    private static void append(StringBuilder lines, String name, String value) {
        lines.append("\r\n").append(name).append(": ").append(value);
    }
}

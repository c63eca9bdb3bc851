package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.json.JsonMappers;
import toystore.frontend.http.Fields.Field;

/** A response: a status, fields and content. Immutable, so that one response may answer many requests. */
public final class Response {
    private static final String JSON = "application/json";
    private static final int USUAL_LENGTH = 256; // bytes of JSON

    private static final JsonMapper MAPPER = JsonMappers.builder()
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.ALWAYS))
            .build();

    private static final ClassValue<ObjectWriter> WRITERS = new ClassValue<>() {
        @Override
        protected ObjectWriter computeValue(Class<?> type) {
            return MAPPER.writerFor(type);
        }
    };

    private final Status status;
    private final byte[] body;
    private final byte[] fieldLines;

    /**
     * A response.
     *
     * @param contentType of the body
     * @param fields besides those that every response has
     * @param body the content, which callers must not change; empty with a status that has none
     */
    public Response(Status status, String contentType, List<Field> fields, byte[] body) {
        this.status = status;
        this.body = body;
        this.fieldLines = fieldLines(status, contentType, fields, body.length);
    }

    /** {@code {"data":…}} */
    public static Response data(Status status, Object data, Field... fields) {
        return new Response(status, JSON, List.of(fields), json("data", data));
    }

    /** {@code {"data":[…],"next":…}} */
    public static Response page(List<?> data, Object next) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("data", data);
        page.put("next", next);
        return new Response(Status.OK, JSON, List.of(), json(page));
    }

    /** A response without content. */
    static Response empty(Field... fields) {
        return new Response(Status.NO_CONTENT, "", List.of(fields), new byte[0]);
    }

    /** {@code {"error":{"code":…,"message":…}}}, with the details behind the message. */
    static Response error(Status status, String message, Map<String, ?> details, List<Field> fields) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", status.code());
        error.put("message", message);
        error.putAll(details);
        return new Response(status, JSON, fields, json("error", error));
    }

    public Status status() {
        return status;
    }

    public byte[] body() {
        return body;
    }

    /** The field lines that are the same each time the response is sent; each begins with a line end. */
    public byte[] fieldLines() {
        return fieldLines;
    }

    /** The value as UTF-8, with a line feed at the end for terminals. Names are in snake case. */
    private static byte[] json(Object value) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(USUAL_LENGTH);
        WRITERS.get(value.getClass()).writeValue(json, value);
        json.write('\n');
        return json.toByteArray();
    }

    /** An object with the value as its only field. */
    private static byte[] json(String name, Object value) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(USUAL_LENGTH);
        json.writeBytes(("{\"" + name + "\":").getBytes(UTF_8));
        WRITERS.get(value.getClass()).writeValue(json, value);
        json.write('}');
        json.write('\n');
        return json.toByteArray();
    }

    private static byte[] fieldLines(Status status, String contentType, List<Field> fields, int length) {
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

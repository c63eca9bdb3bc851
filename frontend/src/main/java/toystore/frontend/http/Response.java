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
    /** Keeps caches from storing a response (RFC 9111 §5.2.2.5): it shows the state of a moment. */
    public static final Field NO_STORE = new Field("Cache-Control", "no-store");

    private static final String TYPE = "\r\nContent-Type: ";
    private static final String LENGTH = "\r\nContent-Length: ";
    private static final String JSON_FIELDS =
            TYPE + "application/json\r\n" + NO_STORE.name() + ": " + NO_STORE.value() + LENGTH;
    private static final int USUAL_LENGTH = 128; // characters of field lines

    private final Status status;
    private final byte[] body;
    private final byte[] fieldLines;

    /**
     * A response with content.
     *
     * @param contentType of the body
     * @param fields besides those that every response has
     * @param body the content, which callers must not change
     */
    public Response(Status status, String contentType, List<Field> fields, byte[] body) {
        this(status, lines().append(TYPE).append(contentType).append(LENGTH).append(body.length), fields, body);
    }

    private Response(Status status, StringBuilder lines, List<Field> fields, byte[] body) {
        fields.forEach(
                field -> lines.append("\r\n").append(field.name()).append(": ").append(field.value()));
        this.status = status;
        this.body = body;
        this.fieldLines = lines.toString().getBytes(US_ASCII);
    }

    /** {@code {"data":…}} */
    public static Response data(Status status, Object data, Field... fields) {
        return json(status, List.of(fields), Json.of("data", data));
    }

    /** {@code {"data":[…],"next":…}} */
    public static Response page(List<?> data, Object next) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("data", data);
        page.put("next", next);
        return json(Status.OK, List.of(), Json.of(page));
    }

    /** A response without content, and therefore without a length: 204 or 304 (RFC 9110 §8.6). */
    static Response withoutContent(Status status, List<Field> fields) {
        return new Response(status, lines(), fields, new byte[0]);
    }

    /** {@code {"error":{"code":…,"message":…}}}, with the details behind the message. */
    static Response error(Status status, String message, Map<String, ?> details, List<Field> fields) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("code", status.code());
        error.put("message", message);
        error.putAll(details);
        return json(status, fields, Json.of("error", error));
    }

    private static Response json(Status status, List<Field> fields, byte[] body) {
        return new Response(status, lines().append(JSON_FIELDS).append(body.length), fields, body);
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

    private static StringBuilder lines() {
        return new StringBuilder(USUAL_LENGTH);
    }

    /** Writes JSON. It is loaded with the first JSON response, and not when the server makes its page at start. */
    private static final class Json {
        private static final int USUAL_LENGTH = 256; // bytes
        private static final JsonMapper MAPPER = JsonMappers.builder()
                .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.ALWAYS))
                .build();

        private static final ClassValue<ObjectWriter> WRITERS = new ClassValue<>() {
            @Override
            protected ObjectWriter computeValue(Class<?> type) {
                return MAPPER.writerFor(type);
            }
        };

        /** The value as UTF-8, with a line feed at the end for terminals. Names are in snake case. */
        static byte[] of(Object value) {
            ByteArrayOutputStream json = new ByteArrayOutputStream(USUAL_LENGTH);
            WRITERS.get(value.getClass()).writeValue(json, value);
            json.write('\n');
            return json.toByteArray();
        }

        /** An object with the value as its only field. */
        static byte[] of(String name, Object value) {
            ByteArrayOutputStream json = new ByteArrayOutputStream(USUAL_LENGTH);
            json.writeBytes(("{\"" + name + "\":").getBytes(UTF_8));
            WRITERS.get(value.getClass()).writeValue(json, value);
            json.write('}');
            json.write('\n');
            return json.toByteArray();
        }
    }
}

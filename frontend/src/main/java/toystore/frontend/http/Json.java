package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.ByteArrayOutputStream;
import java.nio.charset.CharacterCodingException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.Abbreviated;
import toystore.common.json.JsonErrors;
import toystore.common.json.JsonMappers;

/** JSON in the bodies of requests and responses: names in snake case. */
public final class Json {
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    /** Those of {@link LimitedJson} are narrower, and have their own words for who exceeds them. */
    private static final StreamReadConstraints NO_LIMITS = StreamReadConstraints.builder()
            .maxNumberLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build();

    private static final JsonMapper MAPPER = JsonMappers.builder(JsonMappers.factory()
                    .streamReadConstraints(NO_LIMITS)
                    // names are the client's: no table of them, which it could fill with names that collide
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build())
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.ALWAYS))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final ClassValue<ObjectWriter> WRITERS = new ClassValue<>() {
        @Override
        protected ObjectWriter computeValue(Class<?> type) {
            return MAPPER.writerFor(type);
        }
    };

    private static final int USUAL = 256; // bytes
    private static final int LONGEST_REASON = 200; // characters

    private Json() {}

    /** The value as UTF-8, with a line feed at the end for those who read it in a terminal. */
    static byte[] bytes(Object value) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(USUAL);
        WRITERS.get(value.getClass()).writeValue(json, value);
        json.write('\n');
        return json.toByteArray();
    }

    /** An object whose one field is that value. */
    static byte[] bytes(String name, Object value) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(USUAL);
        json.writeBytes(("{\"" + name + "\":").getBytes(UTF_8));
        WRITERS.get(value.getClass()).writeValue(json, value);
        json.write('}');
        json.write('\n');
        return json.toByteArray();
    }

    /** The one object in a request's body, within the limits of {@link LimitedJson}. */
    public static JsonNode object(byte[] body) throws HttpException {
        if (body.length == 0) {
            throw bad("the body is empty; expected a JSON object");
        }
        String text; // of bytes, the parser would guess the encoding
        try {
            text = Utf8.decode(body);
        } catch (CharacterCodingException e) {
            throw bad("the body is not UTF-8");
        }
        if (text.charAt(0) == BYTE_ORDER_MARK) {
            throw bad("the body begins with a byte order mark; expected a JSON object");
        }
        try (JsonParser parser = MAPPER.createParser(text)) {
            return LimitedJson.object(parser);
        } catch (StreamReadException e) {
            throw bad("the body is " + Abbreviated.printable(JsonErrors.reason(e), LONGEST_REASON)
                    + LimitedJson.place(e.getLocation()));
        }
    }

    private static HttpException bad(String message) {
        return new HttpException(Status.BAD_REQUEST, message);
    }
}

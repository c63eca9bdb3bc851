package toystore.frontend.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import toystore.wire.codec.Complaint;
import toystore.wire.codec.JsonBuffers;
import toystore.wire.codec.Moments;

/** JSON in the bodies of requests and responses: names in snake case. */
public final class Json {
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    /** {@link JsonLimits} are narrower, and have their own words for who exceeds them. */
    private static final StreamReadConstraints NO_LIMITS = StreamReadConstraints.builder()
            .maxNumberLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonBuffers.factory()
                    .streamReadConstraints(NO_LIMITS)
                    // names are the client's: no table of them, which it could fill with names that collide
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build())
            .addModule(Moments.module())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(all -> all.withValueInclusion(JsonInclude.Include.ALWAYS))
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private Json() {}

    /** The value as UTF-8, with a line feed at the end for those who read it in a terminal. */
    static byte[] bytes(Object value) {
        byte[] json = MAPPER.writeValueAsBytes(value);
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        return line;
    }

    /** The one object in a request's body, within the limits of {@link JsonLimits}. */
    public static JsonNode object(byte[] body) throws HttpException {
        if (body.length == 0) {
            throw bad("the body is empty; expected a JSON object");
        }
        try {
            String text = Utf8.decode(body);
            if (text.charAt(0) == BYTE_ORDER_MARK) {
                throw bad("the body begins with a byte order mark; expected a JSON object");
            }
            try (JsonParser parser = MAPPER.createParser(text)) {
                JsonLimits.check(parser);
            }
            return MAPPER.readTree(text);
        } catch (CharacterCodingException e) {
            throw bad("the body is not UTF-8");
        } catch (StreamReadException e) {
            throw bad("the body is " + Complaint.reason(e) + JsonLimits.place(e.getLocation()));
        }
    }

    private static HttpException bad(String message) {
        return new HttpException(Status.BAD_REQUEST, message);
    }
}

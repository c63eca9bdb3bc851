package toystore.frontend.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import toystore.wire.codec.Complaint;

/** JSON in the bodies of requests and responses: names in snake case. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
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

    /** The one object in a request's body. */
    public static JsonNode object(byte[] body) throws HttpException {
        if (body.length == 0) {
            throw new HttpException(Status.BAD_REQUEST, "the body is empty; expected a JSON object");
        }
        try {
            JsonNode node = MAPPER.readTree(Utf8.decode(body));
            if (node.isObject()) {
                return node;
            }
            throw new HttpException(Status.BAD_REQUEST, "the body is no JSON object");
        } catch (CharacterCodingException e) {
            throw new HttpException(Status.BAD_REQUEST, "the body is not UTF-8");
        } catch (StreamReadException e) {
            TokenStreamLocation place = e.getLocation();
            throw new HttpException(
                    Status.BAD_REQUEST,
                    "the body is " + Complaint.reason(e) + ", in line " + place.getLineNr() + ", column "
                            + place.getColumnNr());
        } catch (JacksonException e) {
            throw new HttpException(Status.BAD_REQUEST, "the body is more than one JSON object");
        }
    }
}

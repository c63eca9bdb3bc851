package toystore.loadtest.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code results.json}: {@link Results} with names in snake case, times in RFC 3339, what is null left out. A field that
 * is added leaves the format's number as it is, so readers ignore what they do not know; any other change raises it.
 */
public final class ResultsFile {
    public static final int FORMAT = 1;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .changeDefaultPropertyInclusion(include -> include.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private ResultsFile() {}

    public static void write(Path file, Results results) throws IOException {
        Files.write(file, MAPPER.writeValueAsBytes(results));
    }

    /**
     * Reads what {@link #write} has written, by this version or one with the same format.
     *
     * @throws IOException if the file cannot be read or is no such file; the message says which file, and why
     */
    public static Results read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + (Files.isDirectory(file) ? " is a folder" : " does not exist"));
        }
        try {
            JsonNode tree = MAPPER.readTree(Files.readAllBytes(file));
            int format = tree.path("format").asInt(-1);
            if (format != FORMAT) {
                throw new IOException(file + " is no results.json of format " + FORMAT
                        + (format < 0 ? "" : ", but of format " + format));
            }
            return MAPPER.treeToValue(tree, Results.class);
        } catch (JacksonException | NullPointerException e) {
            String why = e instanceof JacksonException json ? json.getOriginalMessage() : "something is missing in it";
            throw new IOException(file + " is no results.json: " + why, e);
        }
    }
}

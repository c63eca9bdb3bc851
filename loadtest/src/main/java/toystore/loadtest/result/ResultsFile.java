package toystore.loadtest.result;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.json.JsonMappers;

/**
 * Reads and writes {@code results.json}: {@link Results} with names in snake case and times in RFC 3339, without null
 * fields.
 *
 * <p>A new field does not change the number of the format, so readers ignore unknown fields. Any other change raises
 * it.
 */
public final class ResultsFile {
    public static final int FORMAT = 1;

    /** The message of Jackson for a missing number. */
    private static final Pattern MISSING_NUMBER = Pattern.compile("Missing required|Cannot map `null`");

    private static final JsonMapper MAPPER = JsonMappers.builder()
            .changeDefaultVisibility(seen -> seen.withIsGetterVisibility(Visibility.NONE)) // isOpenLoop() is no field
            .annotationIntrospector(new NumbersAreRequired())
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    /**
     * Refuses missing numbers, which would become 0. The constructors of records refuse everything else that is
     * missing.
     */
    private static final class NumbersAreRequired extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasRequiredMarker(MapperConfig<?> config, AnnotatedMember member) {
            return member.getRawType().isPrimitive() ? Boolean.TRUE : super.hasRequiredMarker(config, member);
        }
    }

    private ResultsFile() {}

    public static void write(Path file, Results results) throws IOException {
        OutputFile.write(file, MAPPER.writeValueAsBytes(results));
    }

    /**
     * Reads a file that {@link #write} has written, in this version or in another one with the same format.
     *
     * @throws IOException if the file cannot be read, has another format, or misses a field; the message names the file
     *     and the reason
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
        } catch (JacksonException e) {
            throw new IOException(file + " is no results.json: " + problem(e), e);
        }
    }

    /** The problem and its place. The constructors of records name missing fields. */
    private static String problem(JacksonException e) {
        String place = place(e.getPath());
        if (e.getCause() instanceof NullPointerException missing) {
            String name = missing.getMessage();
            return name == null
                    ? "there is a null in a list"
                    : place + (place.isEmpty() ? "" : ".") + name + " is missing";
        }
        if (MISSING_NUMBER.matcher(e.getOriginalMessage()).lookingAt()) {
            return place + " is missing";
        }
        return (place.isEmpty() ? "" : place + ": ") + e.getOriginalMessage();
    }

    /** The place as text: {@code steps[0].kinds}; empty for the whole file. */
    private static String place(List<JacksonException.Reference> path) {
        StringBuilder place = new StringBuilder();
        for (JacksonException.Reference part : path) {
            if (part.getPropertyName() == null) {
                place.append('[').append(part.getIndex()).append(']');
            } else {
                place.append(place.isEmpty() ? "" : ".").append(part.getPropertyName());
            }
        }
        return place.toString();
    }
}

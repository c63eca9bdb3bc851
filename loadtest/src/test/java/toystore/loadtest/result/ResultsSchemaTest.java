package toystore.loadtest.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import toystore.loadtest.report.SampleResults;

/** {@code docs/results.schema.json} describes the file. */
class ResultsSchemaTest {
    @TempDir
    Path folder;

    @Test
    void describesResultsOfEveryAxis() throws Exception {
        for (Results results : List.of(
                SampleResults.single(),
                SampleResults.clients(),
                SampleResults.probabilities(),
                SampleResults.rates(),
                SampleResults.hostile("\"\u0000<\n"),
                SampleResults.none())) {
            assertThat(ResultsSchema.errors(written(results)))
                    .as(results.axis().label())
                    .isEmpty();
        }
    }

    @Test
    void refusesInvalidFiles() throws Exception {
        String sound = written(SampleResults.rates());

        for (String[] change : new String[][] {
            {"\"format\" : 1", "\"format\" : 2"},
            {"\"axis\" : \"rate\"", "\"axis\" : \"RATE\""},
            {"\"started\" : \"2026-11-22T17:50:42Z\"", "\"started\" : \"yesterday\""},
            {"\"clients\" : 64", "\"clients\" : 0"},
            {"\"unsent\" : 0", "\"unsent\" : null"},
            {"\"outcome\" : \"timeout\"", "\"outcome\" : \"late\""},
            {"\"percentile\" : 0.0,", ""},
            {"\"p999\" :", "\"p99.9\" :"},
            {"\"held\" : true", "\"held\" : \"yes\""}
        }) {
            assertThat(sound).contains(change[0]);
            assertThat(ResultsSchema.errors(sound.replace(change[0], change[1])))
                    .as(change[1])
                    .isNotEmpty();
        }
    }

    @Test
    void allowsUnknownFields() throws Exception {
        String more = written(SampleResults.rates()).replace("{\n", "{\n\"colour\" : \"red\",\n");

        assertThat(ResultsSchema.errors(more)).isEmpty();
    }

    @Test
    void describesEveryFieldAndNoOther() {
        compare(Results.class, ResultsSchema.document());
    }

    private String written(Results results) throws IOException {
        Path file = folder.resolve("results.json");
        ResultsFile.write(file, results);
        return Files.readString(file);
    }

    private static void compare(Class<?> type, JsonNode schema) {
        RecordComponent[] components = type.getRecordComponents();
        JsonNode properties = schema.path("properties");
        assertThat(properties.propertyNames())
                .as(type.getSimpleName())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(components)
                        .map(component -> snakeCase(component.getName()))
                        .toList());
        assertThat(schema.path("description").isString())
                .as(type.getSimpleName())
                .isTrue();
        for (RecordComponent component : components) {
            JsonNode property = properties.get(snakeCase(component.getName()));
            assertThat(property.has("description") || property.has("$ref"))
                    .as(type.getSimpleName() + "." + component.getName() + " is described")
                    .isTrue();
            Class<?> part = part(component.getGenericType());
            if (part.isRecord()) {
                compare(part, ResultsSchema.resolved(property));
            }
        }
    }

    /** The type, or the type of its elements. */
    private static Class<?> part(Type type) {
        return (Class<?>) (type instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : type);
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}

package toystore.loadtest.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.StepResult;

/** Reading and writing {@code results.json}. */
class ResultsFileTest {
    @TempDir
    Path folder;

    private Path file;
    private JsonNode golden;

    /** A field of the golden file. */
    private record Field(String object, String name, boolean isRequired) {}

    @BeforeEach
    void readGolden() throws IOException {
        file = folder.resolve("results.json");
        try (InputStream in = ResultsFileTest.class.getResourceAsStream("results-1.json")) {
            golden = JsonMapper.shared().readTree(in);
        }
    }

    @Test
    void readsFormat1AndWritesItAsItWas() throws Exception {
        write(golden);

        Results results = ResultsFile.read(file);
        ResultsFile.write(file, results);

        assertThat(JsonMapper.shared().readTree(Files.readString(file))).isEqualTo(golden);
        assertThat(ResultsSchema.errors(golden.toString())).isEmpty();
        StepResult step = results.steps().get(0);
        assertThat(step.kind(Kind.BUY).orElseThrow().latency().orElseThrow().p999())
                .isEqualTo(8.5);
        assertThat(step.runs().get(0).timeline().get(0).ok()).isEqualTo(500);
        assertThat(results.axis()).isEqualTo(Axis.RATE);
    }

    @Test
    void hasAGoldenFileWithEveryField() {
        List<String> names = fields().stream().map(Field::name).toList();

        ResultsSchema.document()
                .findValues("properties")
                .forEach(properties -> assertThat(names).containsAll(properties.propertyNames()));
    }

    @Test
    void refusesAFileWithoutARequiredField() throws Exception {
        for (Field field : fields()) {
            boolean hasOwnMessage = field.name().equals("format");
            if (field.isRequired() && !hasOwnMessage) {
                write(without(field));
                assertThatThrownBy(() -> ResultsFile.read(file))
                        .as(field.toString())
                        .isInstanceOf(IOException.class)
                        .hasMessage(file + " is no results.json: " + place(field) + " is missing");
            }
        }
    }

    @Test
    void readsAFileWithoutOptionalFields() throws Exception {
        for (Field field : fields()) {
            if (!field.isRequired()) {
                write(without(field));
                assertThat(ResultsFile.read(file).steps()).as(field.toString()).hasSize(1);
            }
        }
    }

    @Test
    void ignoresUnknownFields() throws Exception {
        Files.writeString(file, golden.toString().replace("{", "{\"colour\":\"red\","));

        assertThat(ResultsFile.read(file).axis()).isEqualTo(Axis.RATE);
    }

    @Test
    void refusesOtherFiles() throws Exception {
        assertRefused("{\"format\":2}", "is no results.json of format 1, but of format 2");
        assertRefused("[]", "is no results.json of format 1");
        assertRefused("", "is no results.json");
        assertRefused(
                golden.toString().replace("\"count\":1000", "\"count\":\"x\""), "steps[0].kinds[0].outcomes[0].count");
        assertRefused(golden.toString().replace("\"rate\"", "\"tempo\""), "is no results.json: axis: ");
        assertRefused(golden.toString().replaceFirst("\"steps\":\\[", "\"steps\":[null,"), "null in a list");
        assertThatThrownBy(() -> ResultsFile.read(folder)).hasMessage(folder + " is a folder");
        assertThatThrownBy(() -> ResultsFile.read(folder.resolve("x"))).hasMessageEndingWith("x does not exist");
    }

    private void assertRefused(String text, String reason) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> ResultsFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + " is no results.json")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("java.")
                .hasMessageNotContaining("\n");
    }

    private void write(JsonNode tree) throws IOException {
        Files.writeString(file, tree.toString());
    }

    private JsonNode without(Field field) {
        JsonNode copy = golden.deepCopy();
        ((ObjectNode) copy.at(field.object())).remove(field.name());
        return copy;
    }

    /** {@code steps[0].kinds[0].outcomes} of {@code /steps/0/kinds/0/outcomes}. */
    private static String place(Field field) {
        return (field.object() + "/" + field.name())
                .substring(1)
                .replaceAll("/([0-9]+)", "[$1]")
                .replace('/', '.');
    }

    private List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        addFields("", golden, ResultsSchema.document(), fields);
        return fields;
    }

    /** Adds the fields of an object, and of the objects in it. */
    private static void addFields(String pointer, JsonNode object, JsonNode schema, List<Field> fields) {
        List<String> required = ResultsSchema.required(schema);
        object.propertyStream().forEach(property -> {
            String name = property.getKey();
            JsonNode value = property.getValue();
            fields.add(new Field(pointer, name, required.contains(name)));
            JsonNode part = ResultsSchema.resolved(schema.path("properties").path(name));
            if (value.isObject()) {
                addFields(pointer + "/" + name, value, part, fields);
            }
            for (int i = 0; value.isArray() && i < value.size(); i++) {
                if (value.get(i).isObject()) {
                    addFields(pointer + "/" + name + "/" + i, value.get(i), part, fields);
                }
            }
        });
    }
}

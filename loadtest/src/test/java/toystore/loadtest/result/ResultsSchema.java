package toystore.loadtest.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code docs/results.schema.json}. */
final class ResultsSchema {
    private static final JsonNode DOCUMENT = read();
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(DOCUMENT.toString());

    private ResultsSchema() {}

    /** The errors of a {@code results.json}. */
    static List<Error> errors(String json) {
        return SCHEMA.validate(
                json,
                InputFormat.JSON,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    static JsonNode document() {
        return DOCUMENT;
    }

    /** The schema itself, or the target of its reference. */
    static JsonNode resolved(JsonNode schema) {
        JsonNode reference = schema.path("items").path("$ref");
        reference = reference.isMissingNode() ? schema.path("$ref") : reference;
        return reference.isMissingNode()
                ? schema
                : DOCUMENT.at(reference.stringValue().substring(1));
    }

    static List<String> required(JsonNode schema) {
        List<String> names = new ArrayList<>();
        schema.path("required").forEach(name -> names.add(name.stringValue()));
        return names;
    }

    private static JsonNode read() {
        try {
            Path file = Path.of("..", "docs", "results.schema.json");
            assertThat(file).exists();
            return JsonMapper.shared().readTree(Files.readString(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import toystore.system.TestStore.Answer;

/** {@code docs/openapi.yaml} is valid OpenAPI 3.1, and says of the HTTP interface what is true. */
@Timeout(60)
class OpenApiIT {
    private static final String META_SCHEMA = "https://spec.openapis.org/oas/3.1/schema/2022-10-07";
    private static final String DOCUMENT = "https://toystore.example/openapi.json";
    private static final String ADMIN = TestStore.ADMIN_TOKEN;
    private static final JsonNode API = read();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemas(Map.of(DOCUMENT, API.toString()))
                    .schemaIdResolvers(
                            ids -> ids.mapPrefix("https://spec.openapis.org/", "classpath:spec.openapis.org/")));

    @TempDir
    Path data;

    private final Set<String> seen = new TreeSet<>();

    @Test
    void isValid() {
        Schema metaSchema = SCHEMAS.getSchema(SchemaLocation.of(META_SCHEMA));

        assertThat(metaSchema.validate(API.toString(), InputFormat.JSON)).isEmpty();
        // so that an empty list of errors means something
        assertThat(metaSchema.validate("{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"x\"}}", InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void listsThePathsAndMethodsThatThereAre() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            String known = store.get("/no/such/path").error().replaceFirst(".*there are ", "");
            assertThat(List.of(known.split(", ", -1)))
                    .containsExactlyInAnyOrderElementsOf(API.get("paths").propertyNames());

            API.get("paths").propertyStream().forEach(path -> {
                Set<String> documented = new LinkedHashSet<>();
                path.getValue().propertyNames().forEach(method -> {
                    documented.add(method.toUpperCase(Locale.ROOT));
                    if (method.equals("get")) {
                        documented.add("HEAD");
                    }
                });
                assertThat(allowed(store, path.getKey()))
                        .as(path.getKey())
                        .containsExactlyInAnyOrderElementsOf(documented);
            });
        }
    }

    @Test
    void describesEveryAnswer() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            check("/products", "get", store.get("/products"), 200);
            check("/products", "get", store.get("/products?limit=2&after=Fox"), 200);
            check("/products", "get", store.get("/products?product_name=Tux"), 200);
            check("/products", "get", store.get("/products?limit=x"), 400);
            check("/products", "get", store.get("/products?product_name=Nux"), 404);
            check("/products", "put", store.putTo("/products?product_name=a%2Fb", "{\"price\":1}", ADMIN), 201);
            check("/products", "put", store.putTo("/products?product_name=a%2Fb", "{\"add\":1}", ADMIN), 200);
            check("/products", "put", store.putTo("/products", "{\"add\":1}", ADMIN), 400);
            check("/products", "put", store.putTo("/products?product_name=Tux", "{\"add\":1}", "guess"), 401);
            check("/products", "put", store.putTo("/products?product_name=Nux", "{\"add\":1}", ADMIN), 404);
            check("/products/{name}", "get", store.get("/products/Tux"), 200);
            check("/products/{name}", "get", store.get("/products/product_name=Tux"), 200);
            check("/products/{name}", "get", store.get("/products/Tux?x=1"), 400);
            check("/products/{name}", "get", store.get("/products/Nux"), 404);
            check("/products/{name}", "put", store.put("Tux", "{\"add\":1}", ADMIN), 200);
            check("/products/{name}", "put", store.put("Owl", "{\"price\":1}", ADMIN), 201);
            check("/products/{name}", "put", store.put("Tux", "{}", ADMIN), 400);
            check("/products/{name}", "put", store.put("Tux", "{\"add\":1}", "guess"), 401);
            check("/products/{name}", "put", store.put("Nux", "{\"add\":1}", ADMIN), 404);
            check("/orders", "post", store.order("Fox", 1, "key"), 201);
            check("/orders", "post", store.order("Fox", 2, "key"), 422);
            check("/orders", "post", store.order("Tux", 5), 201);
            check("/orders", "post", store.order("Tux", 0), 400);
            check("/orders", "post", store.order("Nux", 1), 404);
            check("/orders", "post", store.order("Tux", 97), 409);
            check("/orders", "post", store.send(store.request("/orders").POST(BodyPublishers.ofString("{}"))), 415);
            check(
                    "/orders",
                    "post",
                    store.exchangeAlone("POST /orders HTTP/1.1\r\nHost: store\r\nConnection: close\r\n\r\n"),
                    411);
            check("/orders", "get", store.get("/orders?order_number=1"), 200);
            check("/orders", "get", store.get("/orders"), 400);
            check("/orders", "get", store.get("/orders?order_number=3"), 404);
            check("/orders/{order_number}", "get", store.get("/orders/1"), 200);
            check("/orders/{order_number}", "get", store.get("/orders/first"), 400);
            check("/orders/{order_number}", "get", store.get("/orders/3"), 404);
            check("/health", "get", store.get("/health"), 200);
            check("/health", "get", store.get("/health?x=1"), 400);
            check("/ready", "get", store.get("/ready"), 200);
            check("/ready", "get", store.get("/ready?x=1"), 400);
            check("/metrics", "get", store.get("/metrics?x=1"), 400);
            Answer metrics = store.get("/metrics");
            assertThat(metrics.response().headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/plain;");
            seen.add("get /metrics " + metrics.status());
            store.service("catalog").kill();
            store.service("orders").kill();
            check("/products", "get", store.get("/products"), 503);
            check("/products", "put", store.putTo("/products?product_name=Tux", "{\"add\":1}", ADMIN), 503);
            check("/products/{name}", "get", store.get("/products/Tux"), 503);
            check("/products/{name}", "put", store.put("Tux", "{\"add\":1}", ADMIN), 503);
            check("/orders", "post", store.order("Tux", 1), 503);
            check("/orders", "get", store.get("/orders?order_number=1"), 503);
            check("/orders/{order_number}", "get", store.get("/orders/1"), 503);
            check("/ready", "get", store.get("/ready"), 503);
        }
        assertThat(seen).containsAll(documented());
    }

    private void check(String path, String method, Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        String responses = "/paths/" + path.replace("/", "~1") + "/" + method + "/responses/";
        String response = resolve(responses + (API.at(responses + status).isMissingNode() ? "default" : status));
        Schema schema =
                SCHEMAS.getSchema(SchemaLocation.of(DOCUMENT + "#" + response + "/content/application~1json/schema"));
        List<Error> errors = schema.validate(answer.body().toString(), InputFormat.JSON);
        assertThat(errors)
                .as(method + " " + path + " answered " + answer.body())
                .isEmpty();
        API.at(response + "/headers").propertyNames().forEach(header -> {
            if (answer.response() != null) {
                assertThat(answer.response().headers().firstValue(header))
                        .as(header)
                        .isPresent();
            }
        });
        seen.add(method + " " + path + " " + status);
    }

    /** Where the reference in a place leads to, or the place. */
    private static String resolve(String pointer) {
        JsonNode reference = API.at(pointer).get("$ref");
        return reference == null ? pointer : reference.stringValue().substring(1);
    }

    private static Set<String> documented() {
        Set<String> documented = new TreeSet<>();
        API.get("paths")
                .propertyStream()
                .forEach(path -> path.getValue()
                        .propertyStream()
                        .forEach(operation -> operation
                                .getValue()
                                .get("responses")
                                .propertyNames()
                                .forEach(status -> {
                                    if (!status.equals("default")) {
                                        documented.add(operation.getKey() + " " + path.getKey() + " " + status);
                                    }
                                })));
        return documented;
    }

    private static Set<String> allowed(TestStore store, String pattern) {
        try {
            Answer answer = store.send(
                    store.request(pattern.replaceAll("\\{[a-z_]+}", "1")).method("PATCH", BodyPublishers.noBody()));
            assertThat(answer.status()).isEqualTo(405);
            String allow = answer.response().headers().firstValue("Allow").orElseThrow();
            return Set.of(allow.replace(", OPTIONS", "").split(", ", -1)); // which is everywhere
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode read() {
        Path file = Jars.root().resolve("docs/openapi.yaml");
        assertThat(Files.exists(file)).isTrue();
        return YAMLMapper.builder().build().readTree(file.toFile());
    }
}

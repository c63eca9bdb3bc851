package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.BigIntegerNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;
import toystore.system.TestStore.Response;

/** {@code docs/openapi.yaml} is valid OpenAPI 3.1 and describes the HTTP interface correctly. */
class OpenApiIT {
    private static final String META_SCHEMA = "https://spec.openapis.org/oas/3.1/schema/2022-10-07";
    private static final String DOCUMENT = "https://toystore.example/openapi.json";
    private static final String ADMIN = TestStore.ADMIN_TOKEN;
    private static final Pattern ASSET = Pattern.compile("/assets/[^\"]+");
    private static final JsonNode API = read();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry -> registry.schemas(Map.of(DOCUMENT, API.toString()))
                    .schemaIdResolvers(
                            ids -> ids.mapPrefix("https://spec.openapis.org/", "classpath:spec.openapis.org/")));

    /** Reads numbers without loss, not as double. */
    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** JSON values, above all integers in all their notations. */
    private static final List<String> LITERALS = List.of(
            ("5 5.0 5e0 5E0 5E+0 5e-0 50e-1 0.5e1 0.0005e4 500.00e-2 5.000000000000000000000000000000000000 5.5 "
                            + "5e-1 4.99"
                            + " 5.000000000000000000000000000000000001 1e2 1.5e1 15e-1 0 -0 0.0 -0.0 0e0 0e9 "
                            + "0e-9 -0e999 0e-999"
                            + " -1 -1.0 -5e0 1e6 1e7 1e9 1e10 1000000 1000000.0 1000001 1000000.5 1000000000 1000000001"
                            + " 1000000000.0 1000000000.01 2147483648 4294967301 9223372036854775808 1e400 -1e400 1e999"
                            + " 1e-999 5e-999 99999999999999999999 true null \"5\" \"5.0\" [5]"
                            + " {} {\"x\":5}")
                    .split(" ", -1));

    private static final List<String> NAMES = List.of(
            "\"Nux\"",
            "\"\"",
            "\" \"",
            "\"" + "x".repeat(200) + "\"",
            "\"" + "x".repeat(201) + "\"",
            "\"" + "\ud83d\udc27".repeat(200) + "\"",
            "\"" + "\ud83d\udc27".repeat(201) + "\"",
            "\"\\u0000\"",
            "\"a\\nb\"",
            "\"\\u007f\"",
            "\"\\u0080\"",
            "\"\\u009f\"",
            "\"\\u00a0\\u202e\"",
            "5",
            "null",
            "[\"Nux\"]");

    @TempDir
    static Path shared;

    private static TestStore open; // for tests that leave it open

    @TempDir
    Path data;

    private final Set<String> seen = new TreeSet<>();

    @BeforeAll
    static void open() throws IOException {
        open = TestStore.open(shared);
    }

    @AfterAll
    static void close() {
        open.close();
    }

    @Test
    void isValid() {
        Schema metaSchema = SCHEMAS.getSchema(SchemaLocation.of(META_SCHEMA));

        assertThat(metaSchema.validate(API.toString(), InputFormat.JSON)).isEmpty();
        // shows that the schema finds errors
        assertThat(metaSchema.validate("{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"x\"}}", InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void listsAllPathsAndMethods() throws Exception {
        String known = open.get("/no/such/path").error().replaceFirst(".*there are ", "");
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
            assertThat(allowed(open, path.getKey())).as(path.getKey()).containsExactlyInAnyOrderElementsOf(documented);
        });
    }

    @Test
    void describesEveryResponse() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            Response page = store.get("/");
            check("/", "get", page, 200);
            check("/", "get", ifNoneMatch(store, "/"), 304);
            check("/favicon.svg", "get", store.get("/favicon.svg"), 200);
            check("/favicon.svg", "get", ifNoneMatch(store, "/favicon.svg"), 304);
            for (String asset : ASSET.matcher(page.http().body())
                    .results()
                    .map(MatchResult::group)
                    .toList()) {
                check("/assets/{file}", "get", store.get(asset), 200);
                check("/assets/{file}", "get", ifNoneMatch(store, asset), 304);
            }
            check("/assets/{file}", "get", store.get("/assets/store.js"), 404);
            check("/products", "get", store.get("/products"), 200);
            check("/products", "get", store.get("/products?limit=2&after=Fox"), 200);
            check("/products", "get", store.get("/products?prefix=B&limit=2"), 200);
            check("/products", "get", store.get("/products?product_name=Tux"), 200);
            check("/products", "get", store.get("/products?limit=x"), 400);
            check("/products", "get", store.get("/products?product_name=Nux"), 404);
            check("/products", "put", store.putTo("/products?product_name=a%2Fb", "{\"price\":1}", ADMIN), 201);
            check("/products", "put", store.putTo("/products?product_name=a%2Fb", "{\"add\":1}", ADMIN), 200);
            check("/products", "put", store.putTo("/products", "{\"add\":1}", ADMIN), 400);
            check("/products", "put", store.putTo("/products?product_name=Tux", "{\"add\":1}", "guess"), 401);
            check("/products", "put", store.putTo("/products?product_name=Nux", "{\"add\":1}", ADMIN), 404);
            check("/products", "put", store.putTo("/products?product_name=a%2Fb", "{\"add\":-1}", ADMIN), 200);
            check("/products", "put", store.putTo("/products?product_name=a%2Fb", "{\"add\":-1}", ADMIN), 409);
            check("/products/{name}", "get", store.get("/products/Tux"), 200);
            check("/products/{name}", "get", store.get("/products/product_name=Tux"), 200);
            check("/products/{name}", "get", store.get("/products/Tux?x=1"), 400);
            check("/products/{name}", "get", store.get("/products/Nux"), 404);
            check("/products/{name}", "put", store.put("Tux", "{\"add\":1}", ADMIN), 200);
            check("/products/{name}", "put", store.put("Owl", "{\"price\":1}", ADMIN), 201);
            check("/products/{name}", "put", store.put("Tux", "{}", ADMIN), 400);
            check("/products/{name}", "put", store.put("Tux", "{\"add\":1}", "guess"), 401);
            check("/products/{name}", "put", store.put("Nux", "{\"add\":1}", ADMIN), 404);
            check("/products/{name}", "put", store.put("Tux", "{\"add\":-1}", ADMIN), 200);
            check("/products/{name}", "put", store.put("Tux", "{\"add\":-101}", ADMIN), 409);
            check("/products/{name}", "put", store.put("Elk", "{\"price\":1,\"add\":-1}", ADMIN), 400);
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
                    store.sendRaw("POST /orders HTTP/1.1\r\nHost: store\r\nConnection: close\r\n\r\n"),
                    411);
            check("/orders", "get", store.get("/orders?order_number=1"), 200);
            check("/orders", "get", store.get("/orders?order_number=x"), 400);
            check("/orders", "get", store.get("/orders"), 401);
            check("/orders", "get", store.getAsAdmin("/orders"), 200);
            check("/orders", "get", store.getAsAdmin("/orders?limit=1&after=0"), 200);
            check("/orders", "get", store.getAsAdmin("/orders?after=9"), 200);
            check("/orders", "get", store.get("/orders?order_number=3"), 404);
            check("/orders/{order_number}", "get", store.get("/orders/1"), 200);
            check("/orders/{order_number}", "get", store.get("/orders/first"), 400);
            check("/orders/{order_number}", "get", store.get("/orders/3"), 404);
            check("/health", "get", store.get("/health"), 200);
            check("/health", "get", store.get("/health?x=1"), 400);
            check("/ready", "get", store.get("/ready"), 200);
            check("/ready", "get", store.get("/ready?x=1"), 400);
            check("/metrics", "get", store.get("/metrics?x=1"), 400);
            check("/metrics", "get", store.get("/metrics"), 200);
            for (Map.Entry<String, HttpRequest.Builder> operation : admin(store).entrySet()) {
                String[] words = operation.getKey().split(" ", 2);
                HttpRequest.Builder request = operation.getValue().header("X-Forwarded-For", "192.0.2.1");
                check(words[1], words[0], store.send(request), 403);
            }
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
            for (Map.Entry<String, HttpRequest.Builder> operation : admin(store).entrySet()) {
                String[] words = operation.getKey().split(" ", 2);
                HttpRequest.Builder request = operation.getValue().header("Authorization", "Bearer guess");
                Response response = store.send(request);
                for (int guess = 1; guess < 100 && response.status() == 401; guess++) {
                    response = store.send(request);
                }
                check(words[1], words[0], response, 429);
            }
        }
        assertThat(seen).containsAll(documented());
    }

    /** Requests of the admin API without their token, by operation. */
    private static Map<String, HttpRequest.Builder> admin(TestStore store) {
        return Map.of(
                "put /products",
                store.request("/products?product_name=Tux").PUT(BodyPublishers.ofString("{}")),
                "put /products/{name}",
                store.request("/products/Tux").PUT(BodyPublishers.ofString("{}")),
                "get /orders",
                store.request("/orders"));
    }

    /** The store responds with 400 to exactly those bodies that the schema refuses. */
    @Test
    void agreesWithTheStoreOnValidBodies() throws Exception {
        List<String> orders = Stream.concat(
                        LITERALS.stream().map(literal -> "{\"name\":\"Nux\",\"quantity\":" + literal + "}"),
                        NAMES.stream().map(name -> "{\"name\":" + name + ",\"quantity\":1}"))
                .collect(Collectors.toCollection(ArrayList::new));
        orders.addAll(List.of(
                "{}",
                "{\"quantity\":1}",
                "{\"name\":\"Nux\"}",
                "{\"name\":\"Nux\",\"quantity\":1,\"x\":2}",
                "{\"name\":\"Nux\",\"quantity\":1,\"\":null}",
                "{\"name\":\"Nux\",\"Quantity\":1}",
                "[]",
                "null",
                "5"));
        List<String> changes = Stream.of("add", "price", "ad", "Price")
                .flatMap(field -> LITERALS.stream()
                        .filter(literal -> !field.equals("price") || !hasMoreThanTwoDecimals(literal))
                        .map(literal -> "{\"" + field + "\":" + literal + "}"))
                .collect(Collectors.toCollection(ArrayList::new));
        changes.addAll(List.of("{}", "[]", "{\"price\":1,\"add\":1}", "{\"price\":1,\"add\":1,\"x\":1}"));
        List<String> disagreements = new ArrayList<>();
        for (String body : orders) {
            if (allows("/orders", "post", body) == (open.post("/orders", body).status() == 400)) {
                disagreements.add("POST " + body);
            }
        }
        for (String body : changes) {
            String product = "/products?product_name=" + body.hashCode(); // a new one has room for any number of units
            if (allows("/products", "put", body)
                    == (open.putTo(product, body, ADMIN).status() == 400)) {
                disagreements.add("PUT " + body);
            }
        }
        assertThat(disagreements).isEmpty();
    }

    /** A price may not have more, which a schema cannot express for floating-point validators. */
    private static boolean hasMoreThanTwoDecimals(String literal) {
        JsonNode value = EXACT.readTree(literal);
        return value.isNumber() && value.decimalValue().stripTrailingZeros().scale() > 2;
    }

    private static boolean allows(String path, String method, String body) {
        String place =
                "/paths/" + path.replace("/", "~1") + "/" + method + "/requestBody/content/application~1json/schema";
        Schema schema = SCHEMAS.getSchema(SchemaLocation.of(DOCUMENT + "#" + place));
        return schema.validate(inDigits(EXACT.readTree(body))).isEmpty();
    }

    /** Writes 5.0 as 5 for the validator, which does not accept 5.0 as an integer, unlike JSON Schema (§6.1.1). */
    private static JsonNode inDigits(JsonNode body) {
        if (body instanceof ObjectNode object) {
            object.properties().forEach(field -> field.setValue(inDigits(field.getValue())));
        }
        boolean whole =
                body.isNumber() && body.decimalValue().stripTrailingZeros().scale() <= 0;
        return whole ? BigIntegerNode.valueOf(body.decimalValue().toBigIntegerExact()) : body;
    }

    private static Response ifNoneMatch(TestStore store, String path) throws IOException {
        return store.send(store.request(path).header("If-None-Match", "*"));
    }

    private void check(String path, String method, Response response, int status) {
        assertThat(response.status()).isEqualTo(status);
        String responses = "/paths/" + path.replace("/", "~1") + "/" + method + "/responses/";
        String definition = resolve(responses + (API.at(responses + status).isMissingNode() ? "default" : status));
        JsonNode types = API.at(definition + "/content");
        if (types.isMissingNode()) {
            assertThat(response.http().body()).isEmpty();
        } else if (types.has("application/json")) {
            Schema schema = SCHEMAS.getSchema(
                    SchemaLocation.of(DOCUMENT + "#" + definition + "/content/application~1json/schema"));
            assertThat(schema.validate(response.body().toString(), InputFormat.JSON))
                    .as(method + " " + path + " answered " + response.body())
                    .isEmpty();
        } else {
            assertThat(types.propertyNames())
                    .contains(response.header("Content-Type").orElseThrow().replaceFirst(";.*", ""));
        }
        API.at(definition + "/headers").propertyNames().forEach(header -> {
            if (response.http() != null) {
                assertThat(response.header(header)).as(header).isPresent();
            }
        });
        seen.add(method + " " + path + " " + status);
    }

    /** Returns the target of the reference at a pointer, or the pointer itself. */
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
            Response response = store.send(
                    store.request(pattern.replaceAll("\\{[a-z_]+}", "1")).method("PATCH", BodyPublishers.noBody()));
            assertThat(response.status()).isEqualTo(405);
            String allow = response.header("Allow").orElseThrow();
            return Set.of(allow.replace(", OPTIONS", "").split(", ", -1)); // every path allows OPTIONS
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

package toystore.frontend.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.common.Address;
import toystore.frontend.http.OverEveryTransport;
import toystore.frontend.http.TestTransport;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Order;
import toystore.wire.message.OrderPage;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.PutReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.TrafficStats;
import toystore.wire.net.MessageServer;

/** The HTTP API, with a catalog that has Tux and Rubber Duck, and an orders service that has order 10. */
@OverEveryTransport
class StoreTest {
    private static final TrafficStats NO_TRAFFIC = new TrafficStats(0, 0, 0, 0);
    private static final Product TUX = new Product("Tux", new BigDecimal("15.90"), 100, 7);
    private static final Product DUCK = new Product("Rubber Duck", new BigDecimal("3.49"), 0, 1);
    private static final Order ORDER =
            new Order(10, "Tux", 5, new BigDecimal("15.90"), Instant.parse("2026-01-02T03:04:05.678Z"));
    private static final String ORDER_JSON =
            "{\"data\":{\"order_number\":10,\"name\":\"Tux\",\"quantity\":5,\"price\":15.90,\"total\":79.50,\"time\":\"2026-01-02T03:04:05.678Z\"}}\n";
    private static final String TUX_JSON = "{\"data\":{\"name\":\"Tux\",\"price\":15.90,\"quantity\":100}}\n";

    private static final String TOKEN = "Bearer " + TestFrontend.ADMIN_TOKEN;
    private static final Queue<String> KEYS = new ConcurrentLinkedQueue<>(); // of the placed orders

    private final Queue<OrdersRequest.List> lists = new ConcurrentLinkedQueue<>(); // that the service got
    private volatile Order order = ORDER; // written by the test, read by the service
    private volatile boolean takesOrders = true; // written by the test, read by the service
    private MessageServer<CatalogRequest<?>> catalog;
    private MessageServer<OrdersRequest<?>> orders;
    private Backends backends;
    private final TestTransport transport;
    private TestFrontend frontend;

    StoreTest(TestTransport transport) {
        this.transport = transport;
    }

    @BeforeEach
    void start() throws IOException {
        KEYS.clear();
        catalog = new MessageServer<>("catalog", TestFrontend.ANY_PORT, CatalogRequest.class);
        catalog.start(StoreTest::catalog);
        orders = new MessageServer<>("orders", TestFrontend.ANY_PORT, OrdersRequest.class);
        orders.start(this::orders);
        backends = TestFrontend.backends(catalog.address(), orders.address());
        frontend = new TestFrontend(backends, transport);
    }

    @AfterEach
    void stop() {
        frontend.close();
        backends.close();
        catalog.close();
        orders.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/products/Tux", "/products?product_name=Tux", "/products/product_name=Tux", "/products/%54ux"})
    void findsAProductByEveryFormOfItsPath(String path) throws Exception {
        HttpResponse<String> response = frontend.get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(TUX_JSON);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void listsProductsPageByPage() throws Exception {
        assertThat(frontend.get("/products").body())
                .isEqualTo("{\"data\":[{\"name\":\"Rubber Duck\",\"price\":3.49,\"quantity\":0},"
                        + "{\"name\":\"Tux\",\"price\":15.90,\"quantity\":100}],\"next\":null}\n");
        assertThat(frontend.get("/products").headers().firstValue("Cache-Control"))
                .hasValue("no-store");
        assertThat(frontend.get("/products?limit=1").body()).endsWith("\"next\":\"Rubber Duck\"}\n");
        assertThat(frontend.get("/products?limit=1&after=Rubber%20Duck").body())
                .contains("Tux")
                .endsWith("\"next\":null}\n");
    }

    @Test
    void listsTheProductsWithAPrefix() throws Exception {
        assertThat(frontend.get("/products?prefix=T").body())
                .isEqualTo("{\"data\":[{\"name\":\"Tux\",\"price\":15.90,\"quantity\":100}],\"next\":null}\n");
        assertThat(frontend.get("/products?prefix=t").body()).isEqualTo("{\"data\":[],\"next\":null}\n");
        assertThat(frontend.get("/products?prefix=").body())
                .isEqualTo(frontend.get("/products").body());
        assertThat(frontend.get("/products?prefix=R&limit=1&after=Q").body())
                .contains("Rubber Duck")
                .endsWith("\"next\":null}\n");
        assertThat(frontend.get("/products?prefix=" + "x".repeat(201)).body())
                .contains("prefix has 201 characters; expected 0 to 200");
    }

    @Test
    void placesAnOrderAndSendsItsLocation() throws Exception {
        HttpResponse<String> response = frontend.order("{\"name\":\"Tux\",\"quantity\":5}");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("Location")).hasValue("/orders/10");
        assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(response.body()).isEqualTo(ORDER_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/orders/10", "/orders?order_number=10"})
    void findsAnOrder(String path) throws Exception {
        HttpResponse<String> response = frontend.get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(ORDER_JSON);
    }

    @ParameterizedTest
    @CsvSource({"5, 15.90, 79.50", "1000000, 0.0001, 100.0000", "3, 20, 60", "1000000, 1000000000, 1000000000000000"})
    void sendsTheExactTotalOfAnOrder(int quantity, BigDecimal price, String total) throws Exception {
        order = new Order(10, "Tux", quantity, price, ORDER.time());

        for (HttpResponse<String> response : List.of(
                frontend.order("{\"name\":\"Tux\",\"quantity\":" + quantity + "}"), frontend.get("/orders/10"))) {
            assertThat(response.body()).contains(",\"price\":" + price + ",\"total\":" + total + ",\"time\":");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "/orders|0|100|10",
                "/orders?after=0|0|100|10",
                "/orders?limit=1|0|1|10",
                "/orders?after=9&limit=1000|9|1000|10",
                "/orders?after=10|10|100|null",
                "/orders?after=9223372036854775807|9223372036854775807|100|null",
            })
    void listsOrdersForTheAdminToken(String path, long after, int limit, Long next) throws Exception {
        HttpResponse<String> response = frontend.send(frontend.request(path).header("Authorization", TOKEN));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(lists).containsExactly(new OrdersRequest.List(after, limit));
        String order = ORDER_JSON.substring("{\"data\":".length(), ORDER_JSON.length() - 2);
        assertThat(response.body())
                .isEqualTo("{\"data\":[" + (next == null ? "" : order) + "],\"next\":" + next + "}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/orders?after=-1|after is \\\"-1\\\"; expected a whole number from 0 to 9223372036854775807, in digits",
                "/orders?after=|after is \\\"\\\"; expected a whole number from 0",
                "/orders?after=00|after is \\\"00\\\"; expected a whole number from 0",
                "/orders?after=Tux|after is \\\"Tux\\\"; expected a whole number from 0",
                "/orders?after=9223372036854775808|after is \\\"9223372036854775808\\\"; expected a whole number",
                "/orders?limit=0|limit is \\\"0\\\"; expected a whole number from 1 to 1000",
                "/orders?limit=1001|limit is \\\"1001\\\"; expected a whole number from 1 to 1000",
                "/orders?x=1|unknown parameter \\\"x\\\"; expected order_number, limit, after",
            })
    void saysWhatIsWrongWithAListOfOrders(String path, String message) throws Exception {
        HttpResponse<String> response = frontend.send(frontend.request(path).header("Authorization", TOKEN));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).startsWith("{\"error\":{\"code\":400,\"message\":\"" + message);
        assertThat(lists).isEmpty();
    }

    @Test
    void sends409WithTheUnitsThatCanBeTaken() throws Exception {
        HttpResponse<String> response = frontend.put("/products/Rubber%20Duck", "{\"add\":-5}", TOKEN);

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body())
                .isEqualTo(
                        "{\"error\":{\"code\":409,\"message\":\"too few units: add is -5, 3 available\",\"available\":3}}\n");
    }

    @Test
    void sends409WithTheAvailableQuantity() throws Exception {
        HttpResponse<String> response = frontend.order("{\"name\":\"Rubber Duck\",\"quantity\":2}");

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body())
                .isEqualTo("{\"error\":{\"code\":409,\"message\":\"out of stock: 2 wanted, 0 "
                        + "available\",\"available\":0}}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/no|404|path not found; there are /products, /products/{name}, /orders, "
                        + "/orders/{order_number}, /health, /ready",
                "/product|404|path not found",
                "/products/|404|path not found",
                "/products/Tux/price|404|path not found",
                "/products/tux|404|product not found",
                "/products/a%00b|400|the target contains the control character U+0000, percent-encoded",
                "/products?product_name=|400|name has 0 characters; expected 1 to 200",
                "/products?name=Tux|400|unknown parameter \\\"name\\\"; expected product_name, prefix, limit, after",
                "/products?product_name=Tux&prefix=T|400|product_name cannot be combined with prefix",
                "/products?product_name=Tux&limit=1|400|product_name cannot be combined with limit",
                "/products?product_name=Tux&after=A|400|product_name cannot be combined with after",
                "/products?prefix=a%C2%80|400|prefix contains the character U+0080; control characters are not allowed",
                "/products?product_name=Tux&x=1|400|unknown parameter \\\"x\\\"; expected product_name",
                "/products/Tux?x=1|400|unknown parameter \\\"x\\\"; none is expected",
                "/products?limit=0|400|limit is \\\"0\\\"; expected a whole number from 1 to 1000",
                "/products?limit=1001|400|limit is \\\"1001\\\"; expected a whole number from 1 to 1000",
                "/products?limit=x|400|limit is \\\"x\\\"; expected a whole number from 1 to 1000",
                "/orders|401|the field Authorization is missing; expected Bearer and the admin token",
                "/orders?after=0|401|the field Authorization is missing; expected Bearer and the admin token",
                "/orders?order_number=10&after=1|400|order_number cannot be combined with after",
                "/orders?order_number=10&limit=1|400|order_number cannot be combined with limit",
                "/orders?order_number=10&x=1|400|unknown parameter \\\"x\\\"; expected order_number",
                "/orders?order_number=0|400|order_number is \\\"0\\\"; expected a whole number from 1",
                "/orders/11|404|order not found",
                "/orders/0|400|order_number is \\\"0\\\"; expected a whole number",
                "/orders/-1|400|order_number is \\\"-1\\\"; expected a whole number",
                "/orders/1e3|400|order_number is \\\"1e3\\\"; expected a whole number from 1 to "
                        + "9223372036854775807, in digits, without leading zeros",
                "/orders/10.0|400|order_number is \\\"10.0\\\"; expected a whole number",
                "/orders/010|400|order_number is \\\"010\\\"; expected a whole number",
                "/products?limit=1.0|400|limit is \\\"1.0\\\"; expected a whole number from 1 to 1000, in "
                        + "digits, without leading zeros",
                "/orders/9223372036854775808|400|order_number is \\\"9223372036854775808\\\"; expected a whole number",
            })
    void saysWhatIsWrongWithAQuery(String path, int status, String message) throws Exception {
        HttpResponse<String> response = frontend.get(path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).startsWith("{\"error\":{\"code\":" + status + ",\"message\":\"" + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE|/products/Tux|GET, HEAD, PUT, OPTIONS",
                "POST|/products|GET, HEAD, PUT, OPTIONS",
                "DELETE|/orders|POST, GET, HEAD, OPTIONS",
                "PATCH|/health|GET, HEAD, OPTIONS",
            })
    void saysWhichMethodsAPathHas(String method, String path, String allow) throws Exception {
        HttpResponse<String> response = frontend.send(frontend.request(path).method(method, BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue(allow);
    }

    @Test
    void answersHeadLikeGetWithoutTheContent() throws Exception {
        HttpResponse<String> response =
                frontend.send(frontend.request("/products/Tux").method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Length")).hasValue(Integer.toString(TUX_JSON.length()));
        assertThat(response.body()).isEmpty();
    }

    @Test
    void isReadyWhenBothServicesReply() throws Exception {
        assertThat(frontend.get("/ready").statusCode()).isEqualTo(200);
        catalog.close();

        HttpResponse<String> response = frontend.get("/ready");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("catalog at " + catalog.address());
        assertThat(frontend.get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void sends503ForOneServiceWhileTheOtherReplies() throws Exception {
        assertThat(frontend.get("/products/Tux").statusCode()).isEqualTo(200);
        catalog.close();

        HttpResponse<String> response = frontend.get("/products/Tux");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(frontend.get("/orders/10").statusCode()).isEqualTo(200);
    }

    @Test
    void recoversWhenAServiceIsBack() throws Exception {
        Address address = catalog.address();
        catalog.close();
        assertThat(frontend.get("/products/Tux").statusCode()).isEqualTo(503);

        catalog = new MessageServer<>("catalog", address, CatalogRequest.class);
        catalog.start(StoreTest::catalog);

        await().untilAsserted(() ->
                assertThat(frontend.get("/products/Tux").statusCode()).isEqualTo(200));
    }

    @Test
    void forwardsTheKeyOfAnOrderOrMakesOne() throws Exception {
        assertThat(order("my-key").statusCode()).isEqualTo(201);
        assertThat(order().statusCode()).isEqualTo(201);
        assertThat(order().statusCode()).isEqualTo(201);

        assertThat(KEYS).hasSize(3).doesNotHaveDuplicates().startsWith("my-key").noneMatch(String::isEmpty);
    }

    @Test
    void sends422ForAKeyOfAnotherOrder() throws Exception {
        HttpResponse<String> response = order("used");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body())
                .isEqualTo("{\"error\":{\"code\":422,\"message\":\"the key was used for another order: 1 Fox\"}}\n");
    }

    @Test
    void namesTheErrorInAKey() throws Exception {
        assertThat(order("").body()).contains("Idempotency-Key has 0 characters; expected 1 to 255");
        assertThat(order("x".repeat(256)).body()).contains("Idempotency-Key has 256 characters; expected 1 to 255");
        assertThat(order("two words").body()).contains("\"code\":400", "Idempotency-Key contains the character U+0020");
        assertThat(order("one", "two").body()).contains("the field Idempotency-Key is given 2 times");
        assertThat(KEYS).isEmpty();
    }

    @Test
    void retriesAnOrderWithItsKeyWhenTheConnectionBreaks() throws Exception {
        orders.close();
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        Thread dying = serveAsOrders(
                lines,
                "",
                "{\"code\":1,\"order_number\":10,\"name\":\"Tux\",\"quantity\":5,"
                        + "\"price\":15.90,\"time\":\"2026-01-02T03:04:05.678Z\",\"version\":8}\n");

        HttpResponse<String> response = order();

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo(ORDER_JSON);
        dying.join();
        assertThat(lines).hasSize(2);
        assertThat(lines.poll()).isEqualTo(lines.poll()).contains("\"key\":\"");
    }

    @Test
    void saysThatTheOutcomeIsUnknownWhenRepliesAreLost() throws Exception {
        orders.close();
        Thread dying = serveAsOrders(new ConcurrentLinkedQueue<>(), "", "");

        HttpResponse<String> response = order("my-key");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .contains("; whether the order was placed is not known: send the order again with this Idempotency-Key")
                .endsWith("\"idempotency_key\":\"my-key\"}}\n");
        dying.join();
    }

    @Test
    void isNotReadyWhileNoOrdersCanBePlaced() throws Exception {
        takesOrders = false;

        HttpResponse<String> response = frontend.get("/ready");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("no orders can be placed now: the reason");
    }

    @Test
    void isNotReadyWhileNoProductsCanBeRead() throws Exception {
        Address address = catalog.address();
        catalog.close();
        catalog = new MessageServer<>("catalog", address, CatalogRequest.class);
        String problem = "the database at db1:5432 does not reply";
        catalog.start(request -> new CatalogStats(1, 0, 0, 0, 0, false, problem, null, 0, null, NO_TRAFFIC));
        takesOrders = false; // for the same reason

        HttpResponse<String> response = frontend.get("/ready");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .contains("no products can be read now: " + problem)
                .contains("\"missing\":[\"catalog\"]");
    }

    @Test
    void acceptsChangesWithTheToken() throws Exception {
        HttpResponse<String> changed = frontend.put("/products/Tux", "{\"price\":16.50,\"add\":7}", TOKEN);
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).isEqualTo("{\"data\":{\"name\":\"Tux\",\"price\":16.50,\"quantity\":107}}\n");

        HttpResponse<String> made =
                frontend.put("/products/Owl", "{\"price\":9.99}", "bearer " + TestFrontend.ADMIN_TOKEN);
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).isEqualTo("{\"data\":{\"name\":\"Owl\",\"price\":9.99,\"quantity\":0}}\n");
    }

    /** A path names the same product for PUT and for GET. */
    @Test
    void changesTheProductThatAQueryOfThePathFinds() throws Exception {
        HttpResponse<String> changed = frontend.put("/products/product_name=Tux", "{\"price\":16.50,\"add\":7}", TOKEN);

        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).contains("\"name\":\"Tux\"");
        assertThat(frontend.get("/products/product_name=Tux").body()).contains("\"name\":\"Tux\"");
    }

    @ParameterizedTest
    @CsvSource({"a%2Fb,a/b", "Rubber+Duck,Rubber Duck", "%3F,?"})
    void acceptsAChangeOfAProductWithAnyName(String parameter, String name) throws Exception {
        HttpResponse<String> response = frontend.put("/products?product_name=" + parameter, "{\"price\":9.99}", TOKEN);

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("{\"data\":{\"name\":\"" + name + "\",\"price\":9.99,\"quantity\":0}}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/products|the parameter product_name is missing",
                "/products?product_name=|name has 0 characters; expected 1 to 200",
                "/products?product_name=Owl&add=1|unknown parameter \\\"add\\\"; expected product_name",
                "/products?product_name=Owl&limit=1|unknown parameter \\\"limit\\\"; expected product_name",
            })
    void saysHowAProductIsNamedInAChange(String path, String message) throws Exception {
        HttpResponse<String> response = frontend.put(path, "{\"price\":9.99}", TOKEN);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"" + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|401|Bearer realm=\"toystore\"|the field Authorization is missing",
                "Basic c2VjcmV0|401|Bearer realm=\"toystore\"|the field Authorization does not begin with Bearer",
                "Bearer guess|401|Bearer realm=\"toystore\", error=\"invalid_token\"|the admin token is wrong",
            })
    void refusesChangesAndTheListOfOrdersWithoutTheToken(
            String authorization, int status, String challenge, String message) throws Exception {
        HttpResponse<String> response = frontend.put("/products/Tux", "{\"add\":7}", authorization);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(frontend.put("/products?product_name=Tux", "{\"add\":7}", authorization)
                        .statusCode())
                .isEqualTo(status);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue(challenge);
        assertThat(response.body()).contains(message);
        HttpRequest.Builder list = frontend.request("/orders?limit=1");
        HttpResponse<String> refused =
                frontend.send(authorization.isEmpty() ? list : list.header("Authorization", authorization));
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(refused.body()).isEqualTo(response.body());
        assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue(challenge);
        assertThat(lists).isEmpty();
    }

    @Test
    void refusesChangesAndTheListOfOrdersWhenThereIsNoToken() throws Exception {
        frontend.close();
        frontend = new TestFrontend(backends, Optional.empty(), transport);

        HttpResponse<String> response = frontend.put("/products/Tux", "{\"add\":7}", "Bearer ");

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("the admin API is off");
        assertThat(frontend.get("/orders").statusCode()).isEqualTo(403);
        assertThat(frontend.get("/orders").body()).isEqualTo(response.body());
    }

    /**
     * An orders service that reads one line per connection, and sends a reply; with an empty reply it closes at once.
     */
    private Thread serveAsOrders(Queue<String> lines, String... answers) throws IOException {
        ServerSocket listener = new ServerSocket(orders.address().port(), 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            try (listener) {
                for (String answer : answers) {
                    try (Socket socket = listener.accept()) {
                        lines.add(new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine());
                        socket.getOutputStream().write(answer.getBytes(UTF_8));
                    }
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        thread.start();
        return thread;
    }

    private static Reply catalog(CatalogRequest<?> request) throws RefusedException {
        if (request instanceof CatalogRequest.Get get) {
            return List.of(TUX, DUCK).stream()
                    .filter(product -> product.name().equals(get.name()))
                    .findFirst()
                    .orElseThrow(() -> new RefusedException(Refusal.unknownProduct()));
        }
        if (request instanceof CatalogRequest.List list) {
            String prefix = list.prefix() == null ? "" : list.prefix();
            List<Product> page = Stream.of(DUCK, TUX)
                    .filter(product -> product.name().startsWith(prefix))
                    .filter(product -> list.after() == null || product.name().compareTo(list.after()) > 0)
                    .toList();
            boolean cut = list.limit() < page.size();
            return new ProductPage(
                    cut ? page.subList(0, list.limit()) : page,
                    cut ? page.get(0).name() : null);
        }
        if (request instanceof CatalogRequest.Put put) {
            if (put.add() < -3) {
                throw new RefusedException(Refusal.tooFewToTake(put.add(), 3));
            }
            boolean tux = put.name().equals("Tux");
            return tux
                    ? new PutReply("Tux", put.price(), 100 + put.add(), 9, false)
                    : new PutReply(put.name(), put.price(), 0, 1, true);
        }
        return new CatalogStats(1, 2, 100, 0, 10, true, null, "e", 1, null, NO_TRAFFIC);
    }

    private Reply orders(OrdersRequest<?> request) throws RefusedException {
        if (request instanceof OrdersRequest.Place post) {
            if ("used".equals(post.key())) {
                throw new RefusedException(Refusal.keyReused("Fox", 1));
            }
            if (post.name().equals("Tux")) {
                KEYS.add(post.key());
                return new PlaceReply(order, 8);
            }
            throw new RefusedException(Refusal.outOfStock(post.quantity(), 0));
        }
        if (request instanceof OrdersRequest.Get get) {
            if (get.orderNumber() == 10) {
                return order;
            }
            throw new RefusedException(Refusal.unknownOrder());
        }
        if (request instanceof OrdersRequest.List list) {
            lists.add(list);
            return list.after() < 10 ? new OrderPage(List.of(order), 10L) : new OrderPage(List.of(), null);
        }
        return new OrdersStats(
                1, 10, takesOrders, takesOrders ? null : "the reason", "e", 1, 10L, 1000, null, NO_TRAFFIC);
    }

    /** Orders 5 Tux. */
    private HttpResponse<String> order(String... keys) throws Exception {
        HttpRequest.Builder request = frontend.request("/orders")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":5}"));
        for (String key : keys) {
            request.header("Idempotency-Key", key);
        }
        return frontend.send(request);
    }
}

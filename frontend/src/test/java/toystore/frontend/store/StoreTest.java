package toystore.frontend.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.frontend.http.Deadlines;
import toystore.frontend.http.HttpServer;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.Placed;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.Traffic;
import toystore.wire.net.Address;
import toystore.wire.net.MessageServer;
import toystore.wire.net.Threads;

/** The HTTP interface in front of a catalog with a Tux and a Rubber Duck, and of an order book with order 10 in it. */
@Timeout(30)
class StoreTest {
    private static final Product TUX = new Product("Tux", new BigDecimal("15.90"), 100, 7);
    private static final Product DUCK = new Product("Rubber Duck", new BigDecimal("3.49"), 0, 1);
    private static final Order ORDER =
            new Order(10, "Tux", 5, new BigDecimal("15.90"), Instant.parse("2026-01-02T03:04:05.678Z"));
    private static final String ORDER_JSON =
            "{\"data\":{\"order_number\":10,\"name\":\"Tux\",\"quantity\":5,\"price\":15.90,\"time\":\"2026-01-02T03:04:05.678Z\"}}\n";
    private static final String TUX_JSON = "{\"data\":{\"name\":\"Tux\",\"price\":15.90,\"quantity\":100}}\n";
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);

    private static final Queue<String> KEYS = new ConcurrentLinkedQueue<>(); // of the orders that were placed

    private final HttpClient http = HttpClient.newHttpClient();
    private volatile boolean takesOrders = true; // written by the test, read by the service
    private MessageServer<CatalogRequest<?>> catalog;
    private MessageServer<OrdersRequest<?>> orders;
    private Backends backends;
    private HttpServer frontend;

    @BeforeEach
    void start() throws IOException {
        KEYS.clear();
        catalog = new MessageServer<>("catalog", ANY_PORT, CatalogRequest.class);
        catalog.start(StoreTest::catalog);
        orders = new MessageServer<>("orders", ANY_PORT, OrdersRequest.class);
        orders.start(this::orders);
        backends = new Backends(catalog.address(), orders.address(), 10);
        serveWith(new Admin(Optional.of("secret")));
    }

    private void serveWith(Admin admin) throws IOException {
        var options = new HttpServer.Options(
                ANY_PORT, 10, Threads.numbered("session"), 10, Deadlines.DEFAULT, Duration.ofSeconds(1));
        frontend = new HttpServer(options, Store.on(backends, admin), exchange -> {}, Clock.systemUTC());
        frontend.start();
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
    void findsAProductHoweverItIsSpelt(String path) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(TUX_JSON);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @Test
    void listsProductsPageByPage() throws Exception {
        assertThat(get("/products").body())
                .isEqualTo("{\"data\":[{\"name\":\"Rubber Duck\",\"price\":3.49,\"quantity\":0},"
                        + "{\"name\":\"Tux\",\"price\":15.90,\"quantity\":100}],\"next\":null}\n");
        assertThat(get("/products?limit=1").body()).endsWith("\"next\":\"Rubber Duck\"}\n");
        assertThat(get("/products?limit=1&after=Rubber%20Duck").body())
                .contains("Tux")
                .endsWith("\"next\":null}\n");
    }

    @Test
    void placesAnOrderAndSaysWhereItIs() throws Exception {
        HttpResponse<String> response = post("application/json", "{\"name\":\"Tux\",\"quantity\":5,\"gift\":true}");

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("Location")).hasValue("/orders/10");
        assertThat(response.body()).isEqualTo(ORDER_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/orders/10", "/orders?order_number=10"})
    void findsAnOrder(String path) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(ORDER_JSON);
    }

    @Test
    void saysThatAProductIsOutOfStockAndHowMuchThereIs() throws Exception {
        HttpResponse<String> response = post("application/json", "{\"name\":\"Rubber Duck\",\"quantity\":2}");

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(response.body())
                .isEqualTo(
                        "{\"error\":{\"code\":409,\"message\":\"out of stock: 2 wanted, 0 available\",\"available\":0}}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/|404|path not found; there are /products, /products/{name}, /orders, /orders/{order_number}, /health, /ready",
                "/product|404|path not found",
                "/products/|404|path not found",
                "/products/Tux/price|404|path not found",
                "/products/tux|404|product not found",
                "/products/a%00b|400|the target contains the control character U+0000, percent-encoded",
                "/products?product_name=|400|name has 0 characters; expected 1 to 200",
                "/products?name=Tux|400|unknown parameter name; expected product_name, limit, after",
                "/products?product_name=Tux&limit=1|400|product_name cannot be combined with limit or after",
                "/products?product_name=Tux&x=1|400|unknown parameter x; expected product_name",
                "/products/Tux?x=1|400|unknown parameter x; none is expected",
                "/products?limit=0|400|limit is \\\"0\\\"; expected a whole number from 1 to 1000",
                "/products?limit=1001|400|limit is \\\"1001\\\"; expected a whole number from 1 to 1000",
                "/products?limit=x|400|limit is \\\"x\\\"; expected a whole number from 1 to 1000",
                "/orders|400|the parameter order_number is missing",
                "/orders/11|404|order not found",
                "/orders/0|400|order_number is \\\"0\\\"; expected a whole number",
                "/orders/-1|400|order_number is \\\"-1\\\"; expected a whole number",
                "/orders/1e3|400|order_number is \\\"1e3\\\"; expected a whole number",
                "/orders/9223372036854775808|400|order_number is \\\"9223372036854775808\\\"; expected a whole number",
            })
    void saysWhatIsWrongWithAQuery(String path, int status, String message) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).startsWith("{\"error\":{\"code\":" + status + ",\"message\":\"" + message);
    }

    @Test
    void saysWhereABodyIsCutOffAndNothingOfItsParser() throws Exception {
        assertThat(post("application/json", "{\"name\":\"Tux\"\n").body())
                .contains("\"the body is not JSON: Unexpected end-of-input: expected close marker for Object,"
                        + " in line 2, column 1\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|the body is empty; expected a JSON object",
                "' '|the body is no JSON object",
                "Tux|the body is not JSON: Unrecognized token",
                "[]|the body is no JSON object",
                "null|the body is no JSON object",
                "{\"name\":\"Tux\",\"quantity\":1}{}|the body is more than one JSON object",
                "{\"name\":\"Tux\",\"name\":\"Fox\",\"quantity\":1}|the body is not JSON: Duplicate",
                "{\"quantity\":1}|name is missing; expected a string",
                "{\"name\":7,\"quantity\":1}|name is 7; expected a string",
                "{\"name\":\"\",\"quantity\":1}|name has 0 characters; expected 1 to 200",
                "{\"name\":\"Tux\"}|quantity is missing; expected a whole number from 1 to 1000000",
                "{\"name\":\"Tux\",\"quantity\":null}|quantity is null; expected a whole number from 1 to 1000000",
                "{\"name\":\"Tux\",\"quantity\":\"5\"}|quantity is \\\"5\\\"; expected",
                "{\"name\":\"Tux\",\"quantity\":true}|quantity is true; expected",
                "{\"name\":\"Tux\",\"quantity\":1.0}|quantity is 1.0; expected",
                "{\"name\":\"Tux\",\"quantity\":1e400}|quantity is 1E+400; expected",
                "{\"name\":\"Tux\",\"quantity\":0}|quantity is 0; expected a whole number from 1 to 1000000",
                "{\"name\":\"Tux\",\"quantity\":-5}|quantity is -5; expected",
                "{\"name\":\"Tux\",\"quantity\":1000001}|quantity is 1000001; expected",
                "{\"name\":\"Tux\",\"quantity\":99999999999999999999}|quantity is 99999999999999999999; expected",
                "{\"name\":\"Tux\",\"quantity\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}|quantity is [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,…; expected",
            })
    void saysWhatIsWrongWithAnOrder(String body, String message) throws Exception {
        HttpResponse<String> response = post("application/json", body == null ? "" : body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).startsWith("{\"error\":{\"code\":400,\"message\":\"" + message);
    }

    @Test
    void takesOrdersAsJsonOnly() throws Exception {
        String order = "{\"name\":\"Tux\",\"quantity\":5}";

        assertThat(post("application/json; charset=utf-8", order).statusCode()).isEqualTo(201);
        assertThat(post("Application/JSON", order).statusCode()).isEqualTo(201);
        assertThat(post("application/x-www-form-urlencoded", order).statusCode())
                .isEqualTo(415);
        assertThat(post("application/jsonp", order).statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE|/products/Tux|GET, HEAD, PUT, OPTIONS",
                "POST|/products|GET, HEAD, OPTIONS",
                "DELETE|/orders|POST, GET, HEAD, OPTIONS",
                "PATCH|/health|GET, HEAD, OPTIONS",
            })
    void saysWhichMethodsAPathHas(String method, String path, String allow) throws Exception {
        HttpResponse<String> response = send(request(path).method(method, BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).hasValue(allow);
    }

    @Test
    void answersHeadLikeGetWithoutTheContent() throws Exception {
        HttpResponse<String> response = send(request("/products/Tux").method("HEAD", BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Length")).hasValue(Integer.toString(TUX_JSON.length()));
        assertThat(response.body()).isEmpty();
    }

    @Test
    void isReadyWhenBothServicesAnswer() throws Exception {
        assertThat(get("/ready").statusCode()).isEqualTo(200);
        catalog.close();

        HttpResponse<String> response = get("/ready");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("catalog at " + catalog.address());
        assertThat(get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void saysThatAServiceIsDownWhileTheOtherOneStillAnswers() throws Exception {
        assertThat(get("/products/Tux").statusCode()).isEqualTo(200);
        catalog.close();

        HttpResponse<String> response = get("/products/Tux");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(get("/orders/10").statusCode()).isEqualTo(200);
    }

    @Test
    void goesOnByItselfWhenAServiceIsBack() throws Exception {
        Address address = catalog.address();
        catalog.close();
        assertThat(get("/products/Tux").statusCode()).isEqualTo(503);

        catalog = new MessageServer<>("catalog", address, CatalogRequest.class);
        catalog.start(StoreTest::catalog);

        assertThat(get("/products/Tux").statusCode()).isEqualTo(200);
    }

    @Test
    void passesTheKeyOfAnOrderOnOrMakesOne() throws Exception {
        assertThat(order("my-key").statusCode()).isEqualTo(201);
        assertThat(order().statusCode()).isEqualTo(201);
        assertThat(order().statusCode()).isEqualTo(201);

        assertThat(KEYS).hasSize(3).doesNotHaveDuplicates().startsWith("my-key").noneMatch(String::isEmpty);
    }

    @Test
    void saysThatAKeyWasUsedForAnotherOrder() throws Exception {
        HttpResponse<String> response = order("used");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.body())
                .isEqualTo("{\"error\":{\"code\":422,\"message\":\"the key was used for another order: 1 Fox\"}}\n");
    }

    @Test
    void saysWhatIsWrongWithAKey() throws Exception {
        assertThat(order("").body()).contains("Idempotency-Key has 0 characters; expected 1 to 255");
        assertThat(order("x".repeat(256)).body()).contains("Idempotency-Key has 256 characters; expected 1 to 255");
        assertThat(order("two words").body()).contains("\"code\":400", "Idempotency-Key contains the character U+0020");
        assertThat(order("one", "two").body()).contains("the field Idempotency-Key is given 2 times");
        assertThat(KEYS).isEmpty();
    }

    @Test
    void sendsAnOrderAgainWithItsKeyWhenTheConnectionBreaks() throws Exception {
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
    void doesNotPretendToKnowWhatBecameOfAnOrderWhoseRepliesAreLost() throws Exception {
        orders.close();
        Thread dying = serveAsOrders(new ConcurrentLinkedQueue<>(), "", "");

        HttpResponse<String> response = order("my-key");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .contains("; whether the order was placed is not known: send it again with this Idempotency-Key")
                .endsWith("\"idempotency_key\":\"my-key\"}}\n");
        dying.join();
    }

    @Test
    void isNotReadyAsLongAsNoOrdersCanBePlaced() throws Exception {
        takesOrders = false;

        HttpResponse<String> response = get("/ready");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("no orders can be placed now: the reason");
    }

    @Test
    void letsWhoKnowsTheTokenChangeProducts() throws Exception {
        HttpResponse<String> changed = put("/products/Tux", "{\"price\":16.50,\"add\":7}", "Bearer secret");
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(changed.body()).isEqualTo("{\"data\":{\"name\":\"Tux\",\"price\":16.50,\"quantity\":107}}\n");

        HttpResponse<String> made = put("/products/Owl", "{\"price\":9.99}", "bearer secret");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).isEqualTo("{\"data\":{\"name\":\"Owl\",\"price\":9.99,\"quantity\":0}}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|401|Bearer realm=\"toystore\"|the field Authorization is missing",
                "Basic c2VjcmV0|401|Bearer realm=\"toystore\"|the field Authorization does not begin with Bearer",
                "Bearer guess|401|Bearer realm=\"toystore\", error=\"invalid_token\"|the admin token is wrong",
            })
    void keepsEverybodyElseOut(String authorization, int status, String challenge, String message) throws Exception {
        HttpResponse<String> response = put("/products/Tux", "{\"add\":7}", authorization);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue(challenge);
        assertThat(response.body()).contains(message);
    }

    @Test
    void letsNobodyInWithoutAToken() throws Exception {
        frontend.close();
        serveWith(new Admin(Optional.empty()));

        HttpResponse<String> response = put("/products/Tux", "{\"add\":7}", "Bearer ");

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("the admin API is off");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|400|expected a price, or units to add, or both",
                "{\"price\":\"1\"}|400|price is \\\"1\\\"; expected a number",
                "{\"price\":-1}|400|price is -1; expected 0 to 1000000000",
                "{\"price\":1.00001}|400|price is 1.00001; expected",
                "{\"add\":-1}|400|add is -1; expected a whole number from 0 to 1000000000",
                "{\"add\":1.5}|400|add is 1.5; expected a whole number",
                "{\"add\":5000000000}|400|add is 5000000000; expected a whole number",
            })
    void saysWhatIsWrongWithAChange(String body, int status, String message) throws Exception {
        HttpResponse<String> response = put("/products/Tux", body, "Bearer secret");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).startsWith("{\"error\":{\"code\":" + status + ",\"message\":\"" + message);
    }

    /** An orders service that reads one line per connection, and answers it so; an empty answer closes at once. */
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
            List<Product> page = list.after() == null ? List.of(DUCK, TUX) : List.of(TUX);
            boolean cut = list.limit() < page.size();
            return new ProductPage(
                    cut ? page.subList(0, list.limit()) : page,
                    cut ? page.get(0).name() : null);
        }
        if (request instanceof CatalogRequest.Put put) {
            boolean tux = put.name().equals("Tux");
            return tux
                    ? new Product("Tux", put.price(), 100 + put.add(), 9)
                    : new Product(put.name(), put.price(), 0, 1);
        }
        return new CatalogStats(1, 2, 100, 0, 10, true, new Traffic(0, 0, 0, 0));
    }

    private Reply orders(OrdersRequest<?> request) throws RefusedException {
        if (request instanceof OrdersRequest.Post post) {
            if ("used".equals(post.key())) {
                throw new RefusedException(Refusal.keyReused("Fox", 1));
            }
            if (post.name().equals("Tux")) {
                KEYS.add(post.key());
                return new Placed(ORDER, 8);
            }
            throw new RefusedException(Refusal.outOfStock(post.quantity(), 0));
        }
        if (request instanceof OrdersRequest.Get get) {
            if (get.orderNumber() == 10) {
                return ORDER;
            }
            throw new RefusedException(Refusal.unknownOrder());
        }
        return new OrdersStats(1, 10, takesOrders, takesOrders ? null : "the reason", new Traffic(0, 0, 0, 0));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpResponse<String> post(String contentType, String body) throws Exception {
        return send(request("/orders").header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    /** Orders 5 Tux. */
    private HttpResponse<String> order(String... keys) throws Exception {
        HttpRequest.Builder request = request("/orders")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":5}"));
        for (String key : keys) {
            request.header("Idempotency-Key", key);
        }
        return send(request);
    }

    private HttpResponse<String> put(String path, String body, String authorization) throws Exception {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body));
        return send(authorization.isEmpty() ? request : request.header("Authorization", authorization));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + frontend.address() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(10));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }
}

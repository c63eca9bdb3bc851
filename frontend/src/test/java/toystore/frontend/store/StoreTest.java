package toystore.frontend.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

    private final HttpClient http = HttpClient.newHttpClient();
    private MessageServer<CatalogRequest<?>> catalog;
    private MessageServer<OrdersRequest<?>> orders;
    private Backends backends;
    private HttpServer frontend;

    @BeforeEach
    void start() throws IOException {
        catalog = new MessageServer<>("catalog", ANY_PORT, CatalogRequest.class);
        catalog.start(StoreTest::catalog);
        orders = new MessageServer<>("orders", ANY_PORT, OrdersRequest.class);
        orders.start(StoreTest::orders);
        backends = new Backends(catalog.address(), orders.address(), 10);
        var options = new HttpServer.Options(ANY_PORT, 10, 10, Duration.ofSeconds(20), Duration.ofSeconds(1));
        frontend = new HttpServer(options, Clock.systemUTC(), Store.on(backends));
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
                "/products/a%00b|400|name contains the character U+0000; control characters are not allowed",
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
                "PUT|/products/Tux|GET, HEAD",
                "POST|/products|GET, HEAD",
                "DELETE|/orders|POST, GET, HEAD",
                "get|/health|GET, HEAD",
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
    void doesNotPretendToKnowWhatBecameOfAnOrderWhoseReplyIsLost() throws Exception {
        orders.close();
        try (ServerSocket dying = new ServerSocket(orders.address().port(), 1, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> {
                try {
                    var socket = dying.accept();
                    assertThat(socket.getInputStream().read()).isPositive();
                    socket.close();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            server.start();

            HttpResponse<String> response = post("application/json", "{\"name\":\"Tux\",\"quantity\":5}");

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("; whether the order was placed is not known");
            server.join();
        }
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
        return new CatalogStats(1, 2, 100, new Traffic(0, 0, 0, 0));
    }

    private static Reply orders(OrdersRequest<?> request) throws RefusedException {
        if (request instanceof OrdersRequest.Post post) {
            if (post.name().equals("Tux")) {
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
        return new OrdersStats(1, 10, new Traffic(0, 0, 0, 0));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private HttpResponse<String> post(String contentType, String body) throws Exception {
        return send(request("/orders").header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
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

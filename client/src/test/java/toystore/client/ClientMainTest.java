package toystore.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.wire.program.Program;

/** Shoppers in a store that forgets, lies or fails on demand. */
@Timeout(30)
class ClientMainTest {
    static {
        System.setProperty("sun.net.httpserver.nodelay", "true"); // or each answer takes 40 ms
    }

    private final List<String> orders = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer store;
    private String list = "{\"data\":[{\"name\":\"Rubber Duck\",\"price\":3.49,\"quantity\":100}],\"next\":null}";
    private int stock = 100;
    private String lookedUpQuantity; // null: the right one
    private int lookUpStatus = 200;

    @BeforeEach
    void open() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.setExecutor(threads);
        store.createContext("/products", exchange -> answer(exchange, 200, list));
        store.createContext(
                "/products/Rubber Duck",
                exchange -> answer(
                        exchange,
                        200,
                        "{\"data\":{\"name\":\"Rubber Duck\",\"price\":3.49,\"quantity\":" + stock + "}}"));
        store.createContext("/orders", this::order);
        store.start();
    }

    @AfterEach
    void close() {
        store.stop(0);
        threads.shutdownNow();
    }

    @Test
    void buysAndFindsEveryOrderAgain() {
        assertThat(run("2", "1", "--iterations", "20")).isEqualTo(Program.OK);

        assertThat(orders)
                .hasSize(40)
                .allMatch(order -> order.matches("\\{\"name\":\"Rubber Duck\",\"quantity\":[1-5]}"));
    }

    @Test
    void buysWithTheProbabilityGiven() {
        assertThat(run("1", "0", "--iterations", "20")).isEqualTo(Program.OK);
        assertThat(orders).isEmpty();

        run("1", "0.5", "--iterations", "200", "--seed", "7");
        assertThat(orders).hasSizeBetween(70, 130);
    }

    @Test
    void makesTheSameChoicesWithTheSameSeed() {
        run("1", "0.5", "--iterations", "50", "--seed", "7");
        List<String> first = new ArrayList<>(orders);
        orders.clear();
        run("1", "0.5", "--iterations", "50", "--seed", "7");

        assertThat(orders).isEqualTo(first);
    }

    @Test
    void buysNoMoreThanThereIsAndNothingWhereNothingIsLeft() {
        stock = 2;
        run("1", "1", "--iterations", "30");
        assertThat(orders).hasSize(30).allMatch(order -> order.matches(".*\"quantity\":[12]}"));

        orders.clear();
        stock = 0;
        assertThat(run("1", "1", "--iterations", "30")).isEqualTo(Program.OK);
        assertThat(orders).isEmpty();
    }

    @Test
    void failsWhenAnOrderReadBackDiffers() {
        lookedUpQuantity = "6";

        assertThat(run("1", "1", "--iterations", "3")).isEqualTo(Program.FAILED);
    }

    @Test
    void failsWhenAnOrderCannotBeReadBack() {
        lookUpStatus = 404;

        assertThat(run("1", "1", "--iterations", "3")).isEqualTo(Program.FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"data\":[],\"next\":null}", "{}", "<html>", "{\"data\":7}"})
    void needsAStoreWithToys(String noStore) {
        list = noStore;

        assertThat(run("1", "1")).isEqualTo(Program.USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "five"})
    void refusesANumberOfClientsThatIsNone(String clients) {
        assertThat(run(clients)).isEqualTo(Program.USAGE);
        assertThat(orders).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.1", "1.1", "NaN", "often"})
    void refusesAProbabilityThatIsNone(String probability) {
        assertThat(run("1", probability)).isEqualTo(Program.USAGE);
        assertThat(orders).isEmpty();
    }

    private int run(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("127.0.0.1:" + store.getAddress().getPort()));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--warmup", "0s"));
        return Program.run(new ClientMain(), all.toArray(String[]::new));
    }

    private void order(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            String order = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            synchronized (orders) {
                orders.add(order);
                answer(exchange, 201, receipt(orders.size(), order));
            }
            return;
        }
        int number = Integer.parseInt(exchange.getRequestURI().getPath().replaceFirst(".*/", ""));
        String order = orders.get(number - 1);
        answer(
                exchange,
                lookUpStatus,
                receipt(
                        number,
                        lookedUpQuantity == null ? order : order.replaceFirst("[1-5]}", lookedUpQuantity + "}")));
    }

    private static String receipt(int number, String order) {
        return "{\"data\":{\"order_number\":" + number + ",\"price\":3.49,\"time\":\"2026-01-02T03:04:05.678Z\","
                + order.substring(1) + "}";
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}

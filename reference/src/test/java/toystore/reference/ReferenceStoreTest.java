package toystore.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;

/** The reference store over HTTP, on a PostgreSQL server of its own. */
class ReferenceStoreTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static LocalCluster cluster;
    private static ConfigurableApplicationContext store;
    private static String address;

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        Path toys = Files.writeString(folder.resolve("toys.json"), """
                {"products":[
                {"name":"Tux","price":15.99,"quantity":100},
                {"name":"Fox","price":12.49,"quantity":2},
                {"name":"Rare","price":3.00,"quantity":30}
                ]}
                """);
        cluster = LocalCluster.temporary(ClusterOptions.fast(1));
        store = SpringApplication.run(
                ReferenceStore.class, "--server.port=0", "--spring.datasource.url=" + cluster.url(), "--toys=" + toys);
        int port = ((WebServerApplicationContext) store).getWebServer().getPort();
        address = "http://127.0.0.1:" + port;
    }

    @AfterAll
    static void close() {
        if (store != null) {
            store.close();
        }
        cluster.close();
    }

    @Test
    void placesAnOrderAndTakesItFromTheStock() throws Exception {
        HttpResponse<String> response = order(null, "Tux", 2);

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.headers().firstValue("Location"))
                .hasValueSatisfying(path -> assertThat(path).matches("/orders/[1-9][0-9]*"));
        assertThat(response.body())
                .matches("\\{\"data\":\\{\"order_number\":[1-9][0-9]*,\"name\":\"Tux\",\"quantity\":2,\"price\":15.99,"
                        + "\"total\":31.98,\"time\":\"[0-9-]+T[0-9:]+(\\.[0-9]{1,3})?Z\"}}");
        assertThat(product("Tux").body()).isEqualTo("{\"data\":{\"name\":\"Tux\",\"price\":15.99,\"quantity\":98}}");
    }

    @Test
    void placesAnOrderOfOneKeyOnce() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 8)
                .mapToObj(i -> orderLater("one-key", "Fox", 2))
                .toList();

        assertThat(responses.stream().map(response -> response.join().body()).distinct())
                .singleElement()
                .asString()
                .contains("\"name\":\"Fox\",\"quantity\":2");
        assertThat(order("one-key", "Fox", 1).statusCode()).isEqualTo(422);
        assertThat(order("another-key", "Fox", 1).body())
                .isEqualTo(
                        "{\"error\":{\"code\":409,\"message\":\"only 0 units of Fox are available, and 1 were ordered\","
                                + "\"available\":0}}");
    }

    @Test
    void sellsNoUnitTwice() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 50)
                .mapToObj(i -> orderLater(null, "Rare", 1))
                .toList();

        assertThat(responses.stream().map(response -> response.join().statusCode()))
                .hasSize(50)
                .containsOnly(201, 409)
                .filteredOn(status -> status == 201)
                .hasSize(30);
        assertThat(product("Rare").body()).contains("\"quantity\":0");
    }

    @Test
    void refusesWhatItCannotSell() throws Exception {
        assertThat(order(null, "Unknown", 1).statusCode()).isEqualTo(404);
        assertThat(product("Unknown").statusCode()).isEqualTo(404);
        assertThat(order(null, "Tux", 0).statusCode()).isEqualTo(400);
        assertThat(send(null, "{\"name\":\"Tux\"}").join().statusCode()).isEqualTo(400);
        assertThat(send(null, "Tux").join().statusCode()).isEqualTo(400);
    }

    private static HttpResponse<String> product(String name) throws Exception {
        String path = "/products/" + URLEncoder.encode(name, UTF_8).replace("+", "%20");
        return HTTP.send(HttpRequest.newBuilder(URI.create(address + path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> order(String key, String name, int quantity) {
        return orderLater(key, name, quantity).join();
    }

    private static CompletableFuture<HttpResponse<String>> orderLater(String key, String name, int quantity) {
        return send(key, "{\"name\":\"" + name + "\",\"quantity\":" + quantity + "}");
    }

    private static CompletableFuture<HttpResponse<String>> send(String key, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "/orders"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return HTTP.sendAsync(request.build(), BodyHandlers.ofString());
    }
}

package toystore.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.common.Address;
import toystore.process.FreePorts;

/**
 * Clients and proxies of other projects with a store of real processes: nothing hangs, and no order is placed twice.
 *
 * <p>Tests of programs that are not installed (curl, nginx, HAProxy) are skipped, and the test summary says so.
 */
class InteropIT {
    private static final String JSON = "Content-Type: application/json";
    private static final String ORDER = "{\"name\":\"Tux\",\"quantity\":1}";

    @TempDir
    static Path folder;

    private static TestStore store;

    @BeforeAll
    static void open() throws IOException {
        store = TestStore.open(folder);
        Files.writeString(folder.resolve("order"), ORDER);
        Files.writeString(folder.resolve("json"), JSON);
        Files.write(folder.resolve("large"), "x".repeat(64 * 1024 * 1024).getBytes(UTF_8));
        store.put("Tux", "{\"add\":100000}", TestStore.ADMIN_TOKEN);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    /** The expected status, and the path and flags of curl. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|/products/Tux",
                "200|/products/Tux --http1.0",
                "200|/products/Tux --http2",
                "200|/products/Tux --compressed",
                "200|/products/Tux --head",
                "400|/products/Tux --get --data-urlencode a=",
                "204|/products/Tux --request OPTIONS",
                "204|/ --request OPTIONS --request-target *",
                "204|/ --request OPTIONS --http1.0 --header Host:",
                "200|/ --head --http1.0 --header Host:",
                "200|/",
                "200|/ --compressed",
                "304|/ --header If-None-Match:*",
                "200|/favicon.svg --head --compressed",
                "400|/ --request-target *",
                "400|/products/../orders/1 --path-as-is",
                "404|/products/nothing",
                "200|/products --get --data-urlencode prefix=T --data-urlencode limit=1",
                "401|/orders?limit=1",
                "401|/orders?limit=1 --oauth2-bearer guess",
                "200|/orders?limit=1 --oauth2-bearer " + TestStore.ADMIN_TOKEN,
                "405|/products/Tux --request DELETE",
                "405|/products/Tux --request TRACE",
                "501|/products/Tux --request BREW",
                "201|/orders --data @order --header @json",
                "201|/orders --data @order --header @json --http1.0",
                "201|/orders --data @order --header @json --header Transfer-Encoding:chunked",
                "201|/orders --data @order --header @json --header Expect:100-continue",
                "201|/orders --data @order --header @json --header Expect:100-continue --header "
                        + "Transfer-Encoding:chunked",
                "417|/orders --data @order --header @json --header Expect:a-miracle",
                "411|/orders --request POST --header @json",
                "415|/orders --data @order",
                "413|/orders --data-binary @large --header @json",
                "413|/orders --data-binary @large --header @json --header Expect:",
                "413|/orders --data-binary @large --header @json --header Expect: --header Transfer-Encoding:chunked",
            })
    void curlGetsTheStatus(int status, String flags) throws Exception {
        String response = curl(flags, "--output", "/dev/null", "--write-out", "%{http_code}");

        assertThat(response).isEqualTo(Integer.toString(status));
    }

    @Test
    void curlReusesItsConnection() throws Exception {
        String url = "http://" + store.address() + "/products/Tux";

        String response = curl(
                "/products/Tux --output /dev/null --output /dev/null --output /dev/null --write-out %{num_connects}",
                url, url);

        assertThat(response).isEqualTo("100");
    }

    @Test
    void curlWaitsForContinueAndGetsIt() throws Exception {
        String response = curl("/orders --include --data @order --header @json --header Expect:100-continue");

        assertThat(response).startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n");
    }

    @Test
    void curlCanUseTheStoreAsAProxyOfItself() throws Exception {
        assertThat(curl("/products/Tux --proxy http://" + store.address())).contains("{\"data\":{\"name\":\"Tux\"");
    }

    @Test
    void javaClientPlacesEachOrderOnceWithEachHttpVersion() throws Exception {
        for (HttpClient.Version version : HttpClient.Version.values()) {
            assertEachPlacedOnce(store.address(), version, 100, () -> BodyPublishers.ofString(ORDER));
        }
    }

    @Test
    void javaClientSendsContentInChunks() throws Exception {
        assertEachPlacedOnce(
                store.address(),
                HttpClient.Version.HTTP_1_1,
                20,
                () -> BodyPublishers.fromPublisher(BodyPublishers.ofString(ORDER)));
    }

    @Test
    void nginxReusesConnectionsAndPlacesEachOrderOnce() throws Exception {
        Address proxy = new Address("127.0.0.1", FreePorts.next());
        String http = """
                upstream store { server %s; keepalive 8; }
                server {
                  listen %s;
                  location / {
                    proxy_pass http://store;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_request_buffering off;
                  }
                }
                """.formatted(store.address(), proxy);
        TestProxy nginx = TestProxy.nginx(folder.resolve("nginx"), http);
        try (nginx) {
            await().until(() -> isHealthy(proxy));
            assertEachPlacedOnce(proxy, HttpClient.Version.HTTP_1_1, 100, () -> BodyPublishers.ofString(ORDER));
            assertEachPlacedOnce(
                    proxy,
                    HttpClient.Version.HTTP_1_1,
                    20,
                    () -> BodyPublishers.fromPublisher(BodyPublishers.ofString(ORDER)));
            String products = "http://" + proxy + "/products/Tux";
            assertThat(get(products).statusCode()).isEqualTo(200);
            assertThat(get(products + "%2F").statusCode()).isEqualTo(400);
        }
    }

    /** With HAProxy's default health check: {@code OPTIONS / HTTP/1.0} without a Host. */
    @Test
    void haproxyFindsTheStoreHealthyAndPlacesEachOrderOnce() throws Exception {
        Address proxy = new Address("127.0.0.1", FreePorts.next());
        Address stats = new Address("127.0.0.1", FreePorts.next());
        String configuration = """
                defaults
                  mode http
                  timeout connect 10s
                  timeout client 60s
                  timeout server 60s
                frontend shoppers
                  bind %s
                  default_backend store
                backend store
                  option httpchk
                  server first %s check inter 100ms
                """.formatted(proxy, store.address());
        TestProxy haproxy = TestProxy.haproxy(folder.resolve("haproxy"), configuration, stats);
        try (haproxy) {
            String checks =
                    await().until(() -> TestProxy.checks(stats), now -> now.contains(",L7")); // none is under way
            assertThat(checks).contains(",L7OK,204,");
            assertEachPlacedOnce(proxy, HttpClient.Version.HTTP_1_1, 100, () -> BodyPublishers.ofString(ORDER));
            assertEachPlacedOnce(
                    proxy,
                    HttpClient.Version.HTTP_1_1,
                    20,
                    () -> BodyPublishers.fromPublisher(BodyPublishers.ofString(ORDER)));
            assertThat(TestProxy.checks(stats)).contains("store,first,").contains(",UP,");
        }
    }

    /** Sends that many orders, ten at a time, and checks their numbers and the stock. */
    private static void assertEachPlacedOnce(
            Address address, HttpClient.Version version, int orders, Supplier<BodyPublisher> body) throws Exception {
        int before = store.quantityOf("Tux");
        HttpClient client = HttpClient.newBuilder().version(version).build();
        List<String> places = new ArrayList<>();
        for (int sent = 0; sent < orders; sent += 10) {
            List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 10)
                    .mapToObj(i -> client.sendAsync(
                            HttpRequest.newBuilder(URI.create("http://" + address + "/orders"))
                                    .header("Content-Type", "application/json")
                                    .timeout(Duration.ofMinutes(2))
                                    .POST(body.get())
                                    .build(),
                            BodyHandlers.ofString()))
                    .toList();
            for (CompletableFuture<HttpResponse<String>> response : responses) {
                assertThat(response.get().statusCode())
                        .as(response.get().body())
                        .isEqualTo(201);
                places.add(response.get().headers().firstValue("Location").orElseThrow());
            }
        }

        assertThat(places).hasSize(orders).doesNotHaveDuplicates();
        assertThat(store.quantityOf("Tux")).isEqualTo(before - orders);
    }

    private static boolean isHealthy(Address address) {
        try {
            return get("http://" + address + "/health").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static HttpResponse<String> get(String url) throws IOException {
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Runs curl on a path, with flags separated by spaces, and more flags; returns its output. */
    private static String curl(String pathAndFlags, String... more) throws Exception {
        String curl = TestProxy.installed("curl");
        List<String> command = new ArrayList<>(List.of(curl, "--silent", "--max-time", "20"));
        String[] words = pathAndFlags.split(" ", -1);
        command.add("http://" + store.address() + words[0]);
        command.addAll(List.of(words).subList(1, words.length));
        command.addAll(List.of(more));
        ProgramRun program = ProgramRun.run(new ProcessBuilder(command).directory(folder.toFile()));
        assertThat(program.exitCode()).as(program.stderr()).isZero();
        return program.stdout();
    }
}

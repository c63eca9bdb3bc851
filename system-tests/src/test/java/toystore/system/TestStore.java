package toystore.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import toystore.client.StoreClient;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.process.FreePorts;
import toystore.process.ServiceProcess;

/**
 * A store of three processes on free ports, with its data in a given folder. A service that is started again has the
 * same port.
 */
public final class TestStore implements AutoCloseable {
    public static final String ADMIN_TOKEN = "secret";
    static final List<String> SERVICES = List.of("catalog", "orders", "frontend");

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final Path data;
    private final List<String> flags; // of every service
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMinutes(2))
            .build();
    private final Map<String, Address> addresses = new HashMap<>();
    private final Map<String, ServiceProcess> running = new ConcurrentHashMap<>();

    /**
     * A response of the store.
     *
     * @param http null if it came over a plain socket
     */
    public record Response(int status, JsonNode body, HttpResponse<String> http) {
        public JsonNode data() {
            return body.get("data");
        }

        public long orderNumber() {
            return data().get("order_number").longValue();
        }

        String error() {
            return body.get("error").get("message").stringValue();
        }

        String text() {
            return http.body();
        }

        Optional<String> header(String name) {
            return http.headers().firstValue(name);
        }
    }

    /** A store that is not started yet. */
    TestStore(Path data, String... flags) throws IOException {
        this.data = data;
        this.flags = List.of(flags);
        for (String service : SERVICES) {
            addresses.put(service, new Address("127.0.0.1", FreePorts.next()));
        }
    }

    /** Starts a store, with these flags for every service, and waits until it is ready. */
    public static TestStore open(Path data, String... flags) throws IOException {
        TestStore store = new TestStore(data, flags);
        try {
            store.startAll();
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Starts all services at the same time, and waits until the store is ready. */
    public void startAll() throws IOException {
        try {
            Executor threads = task -> Threads.named("start", task).start(); // each waits for a process
            CompletableFuture.allOf(SERVICES.stream()
                            .map(service -> CompletableFuture.runAsync(() -> startUnchecked(service), threads))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw new IOException(e.getCause());
        }
        awaitReady();
    }

    private void startUnchecked(String service) {
        try {
            start(service);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until orders can be placed. */
    public void awaitReady() {
        await().until(() -> get("/ready").status() == 200);
    }

    public ServiceProcess start(String service) throws IOException {
        return start(service, "exec ");
    }

    /** Starts a service with a shell: these words come before its command. */
    ServiceProcess start(String service, String shellPrefix) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", shellPrefix + "\"$@\"", service));
        command.addAll(Jars.command(service, arguments(service)));
        command.addAll(flags);
        return start(service, command);
    }

    /** Starts a class of the tests in the place of catalog or orders. */
    ServiceProcess startTestClass(String service, Class<?> main, String argument) throws IOException {
        String port = Integer.toString(addresses.get(service).port());
        String catalog = addresses.get("catalog").toString();
        return start(service, Jars.command(service, main, argument, port, data.toString(), catalog));
    }

    private ServiceProcess start(String service, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TOYSTORE_ADMIN_TOKEN", ADMIN_TOKEN);
        ServiceProcess process = ServiceProcess.start(service, builder, data.resolve(service + ".log"));
        running.put(service, process);
        return process.awaitReady();
    }

    private String[] arguments(String service) {
        String port = Integer.toString(addresses.get(service).port());
        String catalog = addresses.get("catalog").toString();
        String orders = addresses.get("orders").toString();
        return switch (service) {
            case "catalog" -> new String[] {"--port", port, "--data", data.toString()};
            case "orders" -> new String[] {"--port", port, "--data", data.toString(), "--catalog", catalog};
            case "frontend" -> new String[] {"--port", port, "--catalog", catalog, "--orders", orders};
            default -> throw new IllegalArgumentException(service);
        };
    }

    public ServiceProcess service(String service) {
        return running.get(service);
    }

    /** Sends SIGTERM to all services, the frontend first, and expects exit code 0. */
    void stopAll() throws IOException, InterruptedException {
        for (String service : List.of("frontend", "orders", "catalog")) {
            assertThat(running.get(service).terminate()).as(service).isZero();
        }
    }

    /** Kills all services at the same moment with {@code kill -9}. */
    public void killAll() {
        ServiceProcess.killAll(running.values());
    }

    /** The address of a service. */
    Address addressOf(String service) {
        return addresses.get(service);
    }

    public Address address() {
        return addresses.get("frontend");
    }

    public Response get(String path) throws IOException {
        return send(request(path));
    }

    Response getAsAdmin(String path) throws IOException {
        return send(request(path).header("Authorization", "Bearer " + ADMIN_TOKEN));
    }

    public Response order(String name, int quantity) throws IOException {
        return send(orderRequest(name, quantity));
    }

    /** Orders with an idempotency key. */
    Response order(String name, int quantity, String key) throws IOException {
        return send(orderRequest(name, quantity).header("Idempotency-Key", key));
    }

    /** Changes a product. */
    public Response put(String name, String change, String token) throws IOException {
        return putTo("/products/" + name, change, token);
    }

    Response putTo(String path, String change, String token) throws IOException {
        return send(jsonRequest(path).header("Authorization", "Bearer " + token).PUT(BodyPublishers.ofString(change)));
    }

    Response post(String path, String body) throws IOException {
        return send(jsonRequest(path).POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder orderRequest(String name, int quantity) {
        return jsonRequest("/orders").POST(BodyPublishers.ofString(StoreClient.orderForm(name, quantity)));
    }

    private HttpRequest.Builder jsonRequest(String path) {
        return request(path).header("Content-Type", "application/json");
    }

    /**
     * Orders on a new connection. The store may close a connection that stays open at any time to make room for
     * others, and then it is not known whether the order on its way is placed.
     */
    Response orderOnNewConnection(String name, int quantity) throws IOException {
        return orderOnNewConnection(name, quantity, UUID.randomUUID().toString());
    }

    private Response orderOnNewConnection(String name, int quantity, String key) throws IOException {
        byte[] body = StoreClient.orderForm(name, quantity).getBytes(UTF_8);
        return sendRaw("POST /orders HTTP/1.1\r\nHost: store\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\nIdempotency-Key: " + key
                + "\r\n\r\n" + new String(body, UTF_8));
    }

    /**
     * Sends an order again, with the same key, until it is placed or refused. When more clients wait than there are
     * threads, the store closes a connection, or responds with 408.
     */
    Response orderUntilAnswered(String name, int quantity) {
        String key = UUID.randomUUID().toString();
        while (true) {
            try {
                Response response = orderOnNewConnection(name, quantity, key);
                if (response.status() != 408) {
                    return response;
                }
            } catch (IOException closed) {
                // with the key it is the same order
            }
        }
    }

    /** Sends a request, which must ask to close the connection, on a new connection. */
    Response sendRaw(String request) throws IOException {
        try (Socket socket = new Socket(address().host(), address().port())) {
            socket.setSoTimeout(120_000);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            String response = new String(socket.getInputStream().readAllBytes(), UTF_8);
            if (!response.startsWith("HTTP/1.1 ")) {
                throw new IOException("the response is \"" + response + "\"");
            }
            int status = Integer.parseInt(response.substring(9, 12));
            return new Response(status, MAPPER.readTree(response.substring(response.indexOf("\r\n\r\n"))), null);
        }
    }

    /** Sends a line to a service; returns the line that it replies. */
    String sendMessage(String service, String line) throws IOException {
        Address address = addresses.get(service);
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout(120_000);
            socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
        }
    }

    public int quantityOf(String name) throws IOException {
        String segment = URLEncoder.encode(name, UTF_8).replace("+", "%20");
        return get("/products/" + segment).data().get("quantity").intValue();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + address() + path)).timeout(Duration.ofMinutes(2));
    }

    Response send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            boolean json = response.headers().allValues("Content-Type").contains("application/json");
            JsonNode body =
                    json && !response.body().isEmpty() ? MAPPER.readTree(response.body()) : MAPPER.missingNode();
            return new Response(response.statusCode(), body, response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        running.values().forEach(ServiceProcess::close);
    }
}

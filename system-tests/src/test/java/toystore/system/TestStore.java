package toystore.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
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
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import toystore.chaos.FreePorts;
import toystore.client.StoreClient;
import toystore.wire.net.Address;
import toystore.wire.net.Threads;

/**
 * A store of three processes on free ports, in a folder of its own. A service that is started again gets the port that
 * it had.
 */
final class TestStore implements AutoCloseable {
    static final String ADMIN_TOKEN = "secret";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final Path data;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMinutes(2))
            .build();
    private final Map<String, Address> addresses = new HashMap<>();
    private final Map<String, ServiceProcess> running = new ConcurrentHashMap<>();

    /**
     * What the store answered.
     *
     * @param response with its header; {@code null} if it came over a plain socket
     */
    record Answer(int status, JsonNode body, HttpResponse<String> response) {
        JsonNode data() {
            return body.get("data");
        }

        String error() {
            return body.get("error").get("message").stringValue();
        }
    }

    /** A store that does not run yet. */
    TestStore(Path data) throws IOException {
        this.data = data;
        for (String service : new String[] {"catalog", "orders", "frontend"}) {
            addresses.put(service, new Address("127.0.0.1", FreePorts.next()));
        }
    }

    static TestStore open(Path data) throws IOException {
        TestStore store = new TestStore(data);
        try {
            store.startAll();
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** All at once: they find each other in any order. */
    void startAll() throws IOException {
        try {
            Executor threads = task -> Threads.named("start", task).start(); // each waits for a process
            CompletableFuture.allOf(Stream.of("catalog", "orders", "frontend")
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

    /** Waits until it takes orders, as whoever opens a store does. */
    void awaitReady() {
        await().until(() -> get("/ready").status() == 200);
    }

    ServiceProcess start(String service) throws IOException {
        return start(service, "exec ");
    }

    /** Starts a service by a shell. */
    ServiceProcess start(String service, String shell) throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "-c", shell + "\"$@\"", service));
        command.addAll(Jars.command(service, arguments(service)));
        return start(service, command);
    }

    /** Starts a class of the tests in place of catalog or orders. */
    ServiceProcess startTestClass(String service, Class<?> main, String argument) throws IOException {
        String port = Integer.toString(addresses.get(service).port());
        String catalog = addresses.get("catalog").toString();
        return start(service, Jars.command(service, main, argument, port, data.toString(), catalog));
    }

    private ServiceProcess start(String service, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("TOYSTORE_ADMIN_TOKEN", ADMIN_TOKEN);
        ServiceProcess process = ServiceProcess.start(data.resolve(service + ".log"), service, builder);
        running.put(service, process);
        return process;
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

    ServiceProcess service(String service) {
        return running.get(service);
    }

    /** SIGTERM to all three, the shopper's side first. */
    void stopAll() {
        for (String service : new String[] {"frontend", "orders", "catalog"}) {
            if (running.get(service).terminate() != 0) {
                throw new AssertionError(service + " did not exit with 0");
            }
        }
    }

    Address address() {
        return addresses.get("frontend");
    }

    Answer get(String path) throws IOException {
        return send(request(path));
    }

    Answer order(String name, int quantity) throws IOException {
        return send(orderRequest(name, quantity));
    }

    /** Orders with an idempotency key. */
    Answer order(String name, int quantity, String key) throws IOException {
        return send(orderRequest(name, quantity).header("Idempotency-Key", key));
    }

    /** Changes a product as its shopkeeper. */
    Answer put(String name, String change, String token) throws IOException {
        return putTo("/products/" + name, change, token);
    }

    Answer post(String path, String body) throws IOException {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    Answer putTo(String path, String change, String token) throws IOException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .PUT(BodyPublishers.ofString(change)));
    }

    private HttpRequest.Builder orderRequest(String name, int quantity) {
        return request("/orders")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(StoreClient.orderForm(name, quantity)));
    }

    /**
     * Orders on a connection of its own: one that is kept open may be closed at any time to make room for others, and
     * what became of an order on its way is not known then.
     */
    Answer orderAlone(String name, int quantity) throws IOException {
        return orderAlone(name, quantity, UUID.randomUUID().toString());
    }

    private Answer orderAlone(String name, int quantity, String key) throws IOException {
        byte[] body = StoreClient.orderForm(name, quantity).getBytes(UTF_8);
        return exchangeAlone("POST /orders HTTP/1.1\r\nHost: store\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\nIdempotency-Key: " + key
                + "\r\n\r\n" + new String(body, UTF_8));
    }

    /**
     * Orders, and sends the order again until it is answered: when more clients wait than there are threads, the store
     * closes a connection whose client has sent nothing for a moment, as happens to any client on a busy machine.
     */
    Answer orderUntilAnswered(String name, int quantity) {
        String key = UUID.randomUUID().toString();
        while (true) {
            try {
                Answer answer = orderAlone(name, quantity, key);
                if (answer.status() != 408) {
                    return answer;
                }
            } catch (IOException closed) {
                // the key makes it the same order
            }
        }
    }

    /** Sends these bytes on a connection of their own, which they ask to be closed. */
    Answer exchangeAlone(String request) throws IOException {
        try (Socket socket = new Socket(address().host(), address().port())) {
            socket.setSoTimeout(120_000);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            if (!answer.startsWith("HTTP/1.1 ")) {
                throw new IOException("no answer but \"" + answer + "\"");
            }
            int status = Integer.parseInt(answer.substring(9, 12));
            return new Answer(status, MAPPER.readTree(answer.substring(answer.indexOf("\r\n\r\n"))), null);
        }
    }

    /** Sends a line to a service; returns the line that it answers. */
    String type(String service, String line) throws IOException {
        Address address = addresses.get(service);
        try (Socket socket = new Socket(address.host(), address.port())) {
            socket.setSoTimeout(120_000);
            socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).readLine();
        }
    }

    int quantityOf(String name) throws IOException {
        return get("/products/" + name).data().get("quantity").intValue();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + address() + path)).timeout(Duration.ofMinutes(2));
    }

    Answer send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            boolean json = response.headers().allValues("Content-Type").contains("application/json");
            JsonNode body =
                    json && !response.body().isEmpty() ? MAPPER.readTree(response.body()) : MAPPER.missingNode();
            return new Answer(response.statusCode(), body, response);
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

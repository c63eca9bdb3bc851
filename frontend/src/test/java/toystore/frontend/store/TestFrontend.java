package toystore.frontend.store;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import toystore.frontend.http.Deadlines;
import toystore.frontend.http.HttpServer;
import toystore.wire.metrics.Metrics;
import toystore.wire.net.Address;
import toystore.wire.net.Threads;

/** The store's HTTP interface on a free port, and someone who asks it. */
final class TestFrontend implements Closeable {
    static final Address ANY_PORT = new Address("127.0.0.1", 0);
    static final String ADMIN_TOKEN = "secret";

    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpServer server;

    TestFrontend(Backends backends, Admin admin) throws IOException {
        var options = new HttpServer.Options(
                ANY_PORT, 20, 0, Threads.numbered("session"), 10, Deadlines.DEFAULT, Duration.ofSeconds(1));
        server = new HttpServer(
                options, Store.on(backends, Store.cache(0), admin, new Metrics()), exchange -> {}, Clock.systemUTC());
        server.start();
    }

    /** Whose shopkeeper has the token {@link #ADMIN_TOKEN}. */
    TestFrontend(Backends backends) throws IOException {
        this(backends, new Admin(Optional.of(ADMIN_TOKEN)));
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    CompletableFuture<HttpResponse<String>> begin(String path) {
        return http.sendAsync(request(path).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> order(String body) throws Exception {
        return send(
                request("/orders").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> put(String path, String body, String authorization) throws Exception {
        HttpRequest.Builder request =
                request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body));
        return send(authorization.isEmpty() ? request : request.header("Authorization", authorization));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + server.address() + path))
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        server.close();
    }
}

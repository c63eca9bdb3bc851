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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.frontend.http.Router;
import toystore.frontend.http.TestTransport;
import toystore.frontend.http.session.AddressLimits;
import toystore.frontend.http.session.Deadlines;
import toystore.frontend.http.session.HttpServer;
import toystore.service.Metrics;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.ServiceRequest;
import toystore.wire.net.MessageClient;
import toystore.wire.net.MessageObserver;

/** The HTTP API of the store on a free port, with a client. */
final class TestFrontend implements Closeable {
    static final Address ANY_PORT = new Address("127.0.0.1", 0);
    static final String ADMIN_TOKEN = "0123456789abcdef";
    static final Duration LONG = Duration.ofHours(1);

    static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final TestTransport transport;
    private final HttpClient http;
    private final HttpServer server;

    TestFrontend(Backends backends, Optional<String> adminToken, TestTransport transport) throws IOException {
        this.transport = transport;
        this.http = client(transport);
        var options = new HttpServer.Options(
                ANY_PORT,
                20,
                0,
                Threads.numbered("session"),
                10,
                new Deadlines(LONG, LONG, LONG, LONG, LONG, LONG),
                Duration.ofSeconds(1),
                transport.server(),
                AddressLimits.none());
        server = new HttpServer(
                options,
                new Router(Store.routes(backends, Store.cache(0), adminToken, new Metrics())),
                exchange -> {},
                Clock.systemUTC());
        server.start();
    }

    /** A frontend with the admin token {@link #ADMIN_TOKEN}. */
    TestFrontend(Backends backends, TestTransport transport) throws IOException {
        this(backends, Optional.of(ADMIN_TOKEN), transport);
    }

    private static HttpClient client(TestTransport transport) {
        return transport.isTls()
                ? HttpClient.newBuilder()
                        .sslContext(TestTransport.client())
                        .sslParameters(transport.clientParameters())
                        .build()
                : HttpClient.newHttpClient();
    }

    /** Backends with timeouts that no test reaches. */
    static Backends backends(Address catalog, Address orders) {
        return new Backends(
                backend(new MessageClient.Options("catalog", catalog, 10, LONG, LONG), new CatalogRequest.Stats()),
                backend(new MessageClient.Options("orders", orders, 10, LONG, LONG), new OrdersRequest.Stats()));
    }

    /** A backend that is probed fifty times a second, with a clock that stands at {@link #NOW}. */
    static Backend backend(MessageClient.Options options, ServiceRequest<?> request) {
        var probe = new Backend.Probe(request, Duration.ofMillis(20), Duration.ofMillis(200));
        return new Backend(options, probe, MessageObserver.NONE, Clock.fixed(NOW, ZoneOffset.UTC));
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
        return HttpRequest.newBuilder(
                        URI.create((transport.isTls() ? "https://" : "http://") + server.address() + path))
                .version(HttpClient.Version.HTTP_1_1);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        server.close();
    }
}

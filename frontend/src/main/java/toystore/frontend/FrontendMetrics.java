package toystore.frontend;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import toystore.frontend.cache.ProductCache;
import toystore.frontend.http.session.CompletedExchange;
import toystore.frontend.http.session.HttpServer;
import toystore.frontend.store.Backends;
import toystore.service.MetricSample;
import toystore.service.Metrics;
import toystore.service.RequestMetrics;
import toystore.service.RequestStats;

/** The metrics of the frontend: counts requests, and reads sessions, cache and backends at each scrape. Thread-safe. */
final class FrontendMetrics implements CompletedExchange.Observer {
    /** Other methods are one label, because clients can invent as many as they like. */
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "OPTIONS");

    private final Metrics metrics;
    private final RequestMetrics requests;
    private final Map<String, Map<String, RequestStats>> stats = new ConcurrentHashMap<>(); // by route and method

    FrontendMetrics(Metrics metrics) {
        this.metrics = metrics;
        this.requests = metrics.requests(new RequestMetrics.Shape(
                "toystore_http_requests",
                "HTTP requests with a response.",
                "toystore_http_request_duration_seconds",
                "From the first byte of a request to the last byte of its response.",
                List.of("route", "method"),
                1,
                "status",
                Integer::toString));
    }

    @Override
    public void completed(CompletedExchange exchange) {
        Map<String, RequestStats> byMethod = stats.get(exchange.route());
        if (byMethod == null) {
            byMethod = stats.computeIfAbsent(exchange.route(), FrontendMetrics::newMap);
        }
        String method = METHODS.contains(exchange.method()) ? exchange.method() : "other";
        RequestStats requestStats = byMethod.get(method);
        if (requestStats == null) {
            requestStats = byMethod.computeIfAbsent(method, one -> requests.of(exchange.route(), one));
        }
        requestStats.add(exchange.status().code(), exchange.nanos());
    }

    private static Map<String, RequestStats> newMap(String route) {
        return new ConcurrentHashMap<>();
    }

    /**
     * Adds the sessions of a server.
     *
     * @param threads the number of sessions at once
     */
    void register(HttpServer server, int threads) {
        GaugeWithCallback.builder()
                .name("toystore_http_sessions")
                .help("Client connections: with a request in progress, between two requests, waiting for a thread.")
                .labelNames("state")
                .callback(gauge -> {
                    gauge.call(server.busy(), "busy");
                    gauge.call(server.idle(), "idle");
                    gauge.call(server.waiting(), "queued");
                })
                .register(metrics.registry());
        metrics.add(() -> List.of(
                new MetricSample(
                        "toystore_http_session_threads", "Client connections that can be served at once.", threads),
                new MetricSample(
                        "toystore_http_sessions_evicted_total",
                        "Sessions ended because other connections waited for a thread.",
                        (double) server.evicted()),
                new MetricSample(
                        "toystore_http_sessions_timed_out_total",
                        "Sessions ended because a deadline of the client passed.",
                        (double) server.timedOut()),
                new MetricSample(
                        "toystore_http_sessions_refused_total",
                        "Client connections refused because too many waited, or at shutdown.",
                        (double) server.refused()),
                new MetricSample(
                        "toystore_http_shares_refused_total",
                        "Client connections among them whose address had its share of the queue.",
                        (double) server.refusedShares())));
    }

    /** Adds the TLS handshakes of a server, and its certificate. */
    void register(HttpServer server, ServerCertificate certificate) {
        CounterWithCallback.builder()
                .name("toystore_tls_handshakes_total")
                .help(
                        "TLS handshakes with clients: completed, failed, not_tls if something else arrived, or refused because"
                                + " their address had begun too many.")
                .labelNames("result")
                .callback(counter -> server.handshakes().ifPresent(handshakes -> {
                    counter.call((double) handshakes.completed(), "completed");
                    counter.call((double) handshakes.failed(), "failed");
                    counter.call((double) handshakes.notTls(), "not_tls");
                    counter.call((double) handshakes.refused(), "refused");
                }))
                .register(metrics.registry());
        metrics.add(() -> List.of(new MetricSample(
                "toystore_tls_certificate_expiry_timestamp_seconds", "When the certificate for HTTPS expires.", (double)
                        certificate.expiry().getEpochSecond())));
    }

    /** Adds the cache. */
    void register(ProductCache<?> cache) {
        metrics.add(() -> List.of(
                new MetricSample("toystore_cache_hits_total", "Queries answered from memory.", (double) cache.hits()),
                new MetricSample(
                        "toystore_cache_misses_total", "Queries sent to the catalog.", (double) cache.misses()),
                new MetricSample("toystore_cache_products", "Products in memory.", (double) cache.size()),
                new MetricSample("toystore_cache_live", "1 while the catalog sends changes.", cache.isLive())));
    }

    /** Adds the circuits of the backends. */
    void register(Backends backends) {
        GaugeWithCallback.builder()
                .name("toystore_circuit_open")
                .help("1 while a backend is down: calls fail at once.")
                .labelNames("backend")
                .callback(gauge ->
                        backends.all().forEach(backend -> gauge.call(backend.isOpen() ? 1 : 0, backend.name())))
                .register(metrics.registry());
        CounterWithCallback.builder()
                .name("toystore_circuit_rejected_total")
                .help("Calls that failed at once because the circuit was open.")
                .labelNames("backend")
                .callback(counter ->
                        backends.all().forEach(backend -> counter.call((double) backend.rejected(), backend.name())))
                .register(metrics.registry());
    }
}

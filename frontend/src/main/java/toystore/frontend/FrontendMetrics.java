package toystore.frontend;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import toystore.frontend.cache.ProductCache;
import toystore.frontend.http.CompletedExchange;
import toystore.frontend.http.HttpServer;
import toystore.frontend.store.Backends;
import toystore.service.MetricSample;
import toystore.service.Metrics;
import toystore.service.RequestMetrics;
import toystore.service.RequestStats;

/** Counts requests, and reads off the sessions and the services behind them when somebody looks. Thread-safe. */
final class FrontendMetrics implements CompletedExchange.Observer {
    /** Others count together: clients may make up as many as they like. */
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "OPTIONS");

    private final Metrics metrics;
    private final RequestMetrics requests;
    private final Map<String, Map<String, RequestStats>> outcomes = new ConcurrentHashMap<>(); // by route and method

    FrontendMetrics(Metrics metrics) {
        this.metrics = metrics;
        this.requests = metrics.requests(new RequestMetrics.Shape(
                "toystore_http_requests",
                "HTTP requests answered.",
                "toystore_http_request_duration_seconds",
                "From the first byte of a request to the last of its answer.",
                List.of("route", "method"),
                1,
                "status",
                Integer::toString));
    }

    @Override
    public void ended(CompletedExchange exchange) {
        Map<String, RequestStats> byMethod = outcomes.get(exchange.route());
        if (byMethod == null) {
            byMethod = outcomes.computeIfAbsent(exchange.route(), FrontendMetrics::none);
        }
        String method = METHODS.contains(exchange.method()) ? exchange.method() : "other";
        RequestStats ended = byMethod.get(method);
        if (ended == null) {
            ended = byMethod.computeIfAbsent(method, one -> requests.of(exchange.route(), one));
        }
        ended.add(exchange.status().code(), exchange.nanos());
    }

    private static Map<String, RequestStats> none(String route) {
        return new ConcurrentHashMap<>();
    }

    /**
     * Shows what a server's sessions are at.
     *
     * @param threads that serve them, one each
     */
    void show(HttpServer server, int threads) {
        GaugeWithCallback.builder()
                .name("toystore_http_sessions")
                .help("Client connections: at a request, between two, waiting for a thread.")
                .labelNames("state")
                .callback(gauge -> {
                    gauge.call(server.busy(), "busy");
                    gauge.call(server.idle(), "idle");
                    gauge.call(server.waiting(), "queued");
                })
                .register(metrics.registry());
        metrics.add(() -> List.of(
                new MetricSample(
                        "toystore_http_session_threads", "Client connections that are served at once.", threads),
                new MetricSample(
                        "toystore_http_sessions_evicted_total",
                        "Clients cut off because others waited for a thread.",
                        (double) server.evicted()),
                new MetricSample(
                        "toystore_http_sessions_late_total",
                        "Clients cut off because they were past a deadline.",
                        (double) server.late()),
                new MetricSample(
                        "toystore_http_sessions_refused_total",
                        "Client connections refused because too many waited, or at the end.",
                        (double) server.refused())));
    }

    /** Shows how often products were answered from memory. */
    void show(ProductCache<?> cache) {
        metrics.add(() -> List.of(
                new MetricSample("toystore_cache_hits_total", "Queries answered from memory.", (double) cache.hits()),
                new MetricSample("toystore_cache_misses_total", "Queries that the catalog was asked for.", (double)
                        cache.misses()),
                new MetricSample("toystore_cache_products", "Products in memory now.", (double) cache.size()),
                new MetricSample("toystore_cache_live", "1 while the catalog tells of changes.", cache.isLive())));
    }

    /** Shows which services are taken for down. */
    void show(Backends backends) {
        GaugeWithCallback.builder()
                .name("toystore_circuit_open")
                .help("1 while a service is taken for down and not asked.")
                .labelNames("backend")
                .callback(gauge ->
                        backends.all().forEach(backend -> gauge.call(backend.isOpen() ? 1 : 0, backend.service())))
                .register(metrics.registry());
        CounterWithCallback.builder()
                .name("toystore_circuit_rejected_total")
                .help("Requests for a service that failed at once because it was taken for down.")
                .labelNames("backend")
                .callback(counter ->
                        backends.all().forEach(backend -> counter.call((double) backend.rejected(), backend.service())))
                .register(metrics.registry());
    }
}

package toystore.frontend.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import toystore.frontend.cache.ProductCache;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Response;
import toystore.frontend.http.Router.Route;
import toystore.frontend.http.Status;
import toystore.service.MetricSample;
import toystore.service.Metrics;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;

/** The routes of the store, and the handlers of those that are about the store itself. Thread-safe. */
public final class Store {
    private final Backends backends;
    private final Metrics metrics;
    private final List<Route> routes;

    private Store(Backends backends, ProductCache<Response> cache, Optional<String> adminToken, Metrics metrics) {
        this.backends = backends;
        this.metrics = metrics;
        AdminToken admin = new AdminToken(adminToken, System::nanoTime);
        metrics.add(() -> List.of(
                new MetricSample("toystore_admin_wrong_tokens_total", "Requests with a wrong admin token.", (double)
                        admin.wrong()),
                new MetricSample(
                        "toystore_admin_slowed_down_total",
                        "Requests refused because their client had sent too many wrong admin tokens.",
                        (double) admin.slowedDown())));
        Products products = new Products(backends, cache, admin);
        Orders orders = new Orders(backends, cache, admin);
        this.routes = List.of(
                new Route("GET", "/products", products::listOrFind),
                new Route("GET", "/products/{name}", products::find),
                new Route("PUT", "/products", products::putByParameter),
                new Route("PUT", "/products/{name}", products::put),
                new Route("POST", "/orders", orders::place),
                new Route("GET", "/orders", orders::listOrFind),
                new Route("GET", "/orders/{order_number}", orders::find),
                new Route("GET", "/health", this::health),
                new Route("GET", "/ready", this::ready),
                new Route("GET", "/metrics", this::metrics));
    }

    /**
     * A cache of the responses to queries for a product.
     *
     * @param max the number of products in it
     */
    public static ProductCache<Response> cache(int max) {
        return new ProductCache<>(max, Products::response);
    }

    /**
     * The routes of the store.
     *
     * @param adminToken authorizes PUT requests and the list of orders; without it, they are refused
     */
    public static List<Route> routes(
            Backends backends, ProductCache<Response> cache, Optional<String> adminToken, Metrics metrics) {
        return new Store(backends, cache, adminToken, metrics).routes;
    }

    private Response metrics(Request request) throws HttpException {
        Parameters.allow(request);
        return new Response(Status.OK, Metrics.CONTENT_TYPE, List.of(Response.NO_STORE), metrics.text());
    }

    /** Says that this process runs. */
    private Response health(Request request) throws HttpException {
        Parameters.allow(request);
        return Response.data(Status.OK, Map.of("status", "alive"));
    }

    /**
     * Says whether the backends can serve; else which of them cannot, and why. It calls each as a shopper's request
     * does, so it takes no longer than the deadlines of two calls, and no time for a backend whose circuit is open.
     */
    private Response ready(Request request) throws HttpException {
        Parameters.allow(request);
        List<String> missing = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        try {
            CatalogStats catalog = backends.call(new CatalogRequest.Stats());
            if (catalog.problem() != null) {
                missing.add("catalog");
                reasons.add("no products can be read now: " + catalog.problem());
            }
        } catch (HttpException e) {
            missing.add("catalog");
            reasons.add(e.getMessage());
        }
        try {
            OrdersStats orders = backends.call(new OrdersRequest.Stats());
            if (!orders.ready() && missing.isEmpty()) { // else it is not ready for the same reason
                missing.add("orders");
                reasons.add("no orders can be placed now: " + orders.problem());
            }
        } catch (HttpException e) {
            missing.add("orders");
            reasons.add(e.getMessage());
        }
        if (!missing.isEmpty()) {
            throw Backends.unavailable(String.join("; ", reasons)).with("missing", missing);
        }
        return Response.data(Status.OK, Map.of("status", "ready"));
    }
}

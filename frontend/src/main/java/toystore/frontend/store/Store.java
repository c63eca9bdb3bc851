package toystore.frontend.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import toystore.frontend.cache.ProductCache;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Response;
import toystore.frontend.http.Router;
import toystore.frontend.http.Router.Route;
import toystore.frontend.http.Status;
import toystore.service.Metrics;

/** The store's HTTP interface: what can be asked for, and who answers. */
public final class Store {
    private Store() {}

    /**
     * Products as shoppers are shown them.
     *
     * @param most that are kept at once
     */
    public static ProductCache<Response> cache(int most) {
        return new ProductCache<>(most, Products::response);
    }

    /** The store on top of its services. */
    public static Router on(Backends backends, ProductCache<Response> cache, Admin admin, Metrics metrics) {
        return new Router(routes(backends, cache, admin, metrics));
    }

    static List<Route> routes(Backends backends, ProductCache<Response> cache, Admin admin, Metrics metrics) {
        Products products = new Products(backends, cache, admin);
        Orders orders = new Orders(backends, cache);
        Health health = new Health(backends);
        List<Route> routes = new ArrayList<>();
        routes.add(new Route("GET", "/", request -> index(request, routes)));
        routes.addAll(List.of(
                new Route("GET", "/products", products::listOrFind),
                new Route("GET", "/products/{name}", products::find),
                new Route("PUT", "/products", products::putByParameter),
                new Route("PUT", "/products/{name}", products::put),
                new Route("POST", "/orders", orders::place),
                new Route("GET", "/orders", orders::findByParameter),
                new Route("GET", "/orders/{order_number}", orders::find),
                new Route("GET", "/health", health::alive),
                new Route("GET", "/ready", health::ready),
                new Route("GET", "/metrics", request -> scrape(request, metrics))));
        return List.copyOf(routes);
    }

    /** Lists the paths. Load balancers send their health checks to {@code /} unless they are told another path. */
    private static Response index(Request request, List<Route> routes) throws HttpException {
        Parameters.allow(request);
        List<String> paths = routes.stream().map(Route::pattern).distinct().toList();
        return Response.data(Status.OK, Map.of("paths", paths));
    }

    private static Response scrape(Request request, Metrics metrics) throws HttpException {
        Parameters.allow(request);
        return new Response(Status.OK, Metrics.CONTENT_TYPE, List.of(), metrics.text());
    }
}

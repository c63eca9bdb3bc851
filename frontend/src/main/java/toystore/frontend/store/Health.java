package toystore.frontend.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Response;
import toystore.frontend.http.Status;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;

/** Answers for {@code /health} and {@code /ready}. */
final class Health {
    private final Backends backends;

    Health(Backends backends) {
        this.backends = backends;
    }

    /** This process runs. */
    Response alive(Request request) throws HttpException {
        Parameters.allow(request);
        return Response.data(Status.OK, Map.of("status", "alive"));
    }

    /**
     * The services behind it can serve; else which cannot, and why. Each is asked as a shopper's request would ask it,
     * so this takes no longer than the deadlines of two calls, and no time for one that is known to be down.
     */
    Response ready(Request request) throws HttpException {
        Parameters.allow(request);
        List<String> missing = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        try {
            backends.ask(new CatalogRequest.Stats());
        } catch (HttpException e) {
            missing.add("catalog");
            reasons.add(e.getMessage());
        }
        try {
            OrdersStats orders = backends.ask(new OrdersRequest.Stats());
            if (!orders.ready() && missing.isEmpty()) { // else it is the catalog that orders misses, too
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

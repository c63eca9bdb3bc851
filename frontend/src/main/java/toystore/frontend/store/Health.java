package toystore.frontend.store;

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

    /** The services behind it answer, too. */
    Response ready(Request request) throws HttpException {
        Parameters.allow(request);
        backends.ask(new CatalogRequest.Stats());
        OrdersStats orders = backends.ask(new OrdersRequest.Stats());
        if (!orders.ready()) {
            throw Backends.unavailable("no orders can be placed now: " + orders.problem());
        }
        return Response.data(Status.OK, Map.of("status", "ready"));
    }
}

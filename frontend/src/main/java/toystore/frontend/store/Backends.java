package toystore.frontend.store;

import java.io.Closeable;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.function.Function;
import toystore.common.Address;
import toystore.common.log.Phases;
import toystore.common.log.Trace;
import toystore.frontend.http.Fields.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Status;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;
import toystore.wire.net.MessageClient;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PeerTransport;
import toystore.wire.net.UnavailableException;

/**
 * The backends of the frontend: catalog and orders. Turns their refusals and failures into HTTP errors. Thread-safe.
 */
public final class Backends implements Closeable {
    private final Backend catalog;
    private final Backend orders;

    /**
     * Backends with the default timeouts.
     *
     * @param connections the most calls in progress at once to each backend; fewer than there are sessions
     * @param transport of the connections
     * @param observer makes the observer of the calls to a backend from its name
     */
    public Backends(
            Address catalog,
            Address orders,
            int connections,
            PeerTransport transport,
            Function<String, MessageObserver> observer) {
        this(
                Backend.catalog(
                        new MessageClient.Options("catalog", catalog, connections, transport),
                        observer.apply("catalog")),
                Backend.orders(
                        new MessageClient.Options("orders", orders, connections, transport), observer.apply("orders")));
    }

    Backends(Backend catalog, Backend orders) {
        this.catalog = catalog;
        this.orders = orders;
    }

    public List<Backend> all() {
        return List.of(catalog, orders);
    }

    <R extends Reply> R call(CatalogRequest<R> request) throws HttpException {
        return call(catalog, request);
    }

    <R extends Reply> R call(OrdersRequest<R> request) throws HttpException {
        return call(orders, request);
    }

    /**
     * Places an order. If the connection breaks, it sends the order once again; the key prevents a second order. An
     * error response has the key if the client should send the order again.
     */
    PlaceReply place(OrdersRequest.Place order) throws HttpException {
        Phases phases = Trace.phases();
        phases.end("parse");
        try {
            return placeOnce(order);
        } catch (RefusedException e) {
            if (e.refusal().code() == Refusal.NOT_READY) {
                throw unavailable(e.getMessage() + "; send the order again with this Idempotency-Key")
                        .with("idempotency_key", order.key());
            }
            throw refused(e.refusal());
        } catch (UnavailableException e) {
            // not "the order was not placed": an earlier request with this key may have placed it
            String outcome = e.outcomeUnknown()
                    ? "whether the order was placed is not known"
                    : "the order was not placed by this request";
            throw unavailable(e.getMessage() + "; " + outcome + ": send the order again with this Idempotency-Key")
                    .with("idempotency_key", order.key());
        } finally {
            phases.end("orders");
        }
    }

    @Override
    public void close() {
        all().forEach(Backend::stopProbes); // of both backends, before it waits for either
        try (catalog) {
            orders.close();
        }
    }

    private PlaceReply placeOnce(OrdersRequest.Place order) throws RefusedException, UnavailableException {
        try {
            return orders.call(order);
        } catch (UnavailableException e) {
            if (!e.outcomeUnknown() || e.getCause() instanceof SocketTimeoutException) {
                throw e; // not reachable, or too slow: another try would not help
            }
        }
        try {
            return orders.call(order);
        } catch (UnavailableException e) {
            throw new UnavailableException(e.getMessage(), true, e); // the first try may have placed the order
        }
    }

    private static <R extends Reply> R call(Backend backend, ServiceRequest<R> request) throws HttpException {
        try {
            return backend.call(request);
        } catch (RefusedException e) {
            throw refused(e.refusal());
        } catch (UnavailableException e) {
            throw unavailable(e.getMessage());
        }
    }

    private static HttpException refused(Refusal refusal) {
        if (refusal.reason() == Refusal.Reason.OUT_OF_STOCK) {
            return new HttpException(Status.CONFLICT, refusal.message()).with("available", refusal.available());
        }
        if (refusal.reason() == Refusal.Reason.KEY_REUSED) {
            return new HttpException(Status.UNPROCESSABLE_CONTENT, refusal.message());
        }
        return switch (refusal.code()) {
            case Refusal.REFUSED -> new HttpException(Status.NOT_FOUND, refusal.message());
            case Refusal.NOT_UNDERSTOOD -> new HttpException(Status.BAD_REQUEST, refusal.message());
            case Refusal.NOT_READY -> unavailable(refusal.message());
            default -> new HttpException(Status.INTERNAL_SERVER_ERROR, refusal.message());
        };
    }

    static HttpException unavailable(String message) {
        return new HttpException(Status.SERVICE_UNAVAILABLE, message).with(new Field("Retry-After", "1"));
    }
}

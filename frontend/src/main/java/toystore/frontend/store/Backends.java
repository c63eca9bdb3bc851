package toystore.frontend.store;

import java.io.Closeable;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.function.Function;
import toystore.common.Address;
import toystore.frontend.http.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Status;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.UnavailableException;

/** The services behind the frontend. What they refuse is thrown as the HTTP error that it is for a shopper. */
public final class Backends implements Closeable {
    private final Backend catalog;
    private final Backend orders;

    /**
     * With the usual deadlines.
     *
     * @param connections to each service at most; fewer than there are sessions
     * @param observer who is told of the calls to the service of that name
     */
    public Backends(Address catalog, Address orders, int connections, Function<String, MessageObserver> observer) {
        this(
                Backend.catalog(catalog, connections, observer.apply("catalog")),
                Backend.orders(orders, connections, observer.apply("orders")));
    }

    Backends(Backend catalog, Backend orders) {
        this.catalog = catalog;
        this.orders = orders;
    }

    /** Each of them, for whoever counts. */
    public List<Backend> all() {
        return List.of(catalog, orders);
    }

    <R extends Reply> R ask(CatalogRequest<R> request) throws HttpException {
        return ask(catalog, request);
    }

    <R extends Reply> R ask(OrdersRequest<R> request) throws HttpException {
        return ask(orders, request);
    }

    /**
     * Places an order. It has a key, so it is sent again, once, if its connection broke: then it is not placed twice.
     * When it was not placed, or that is not known in the end, the answer has the key, for whoever asks again.
     */
    PlaceReply place(OrdersRequest.Place order) throws HttpException {
        try {
            return placeOnce(order);
        } catch (RefusedException e) {
            if (e.refusal().code() == Refusal.NOT_READY) {
                throw unavailable(e.getMessage() + "; send it again with this Idempotency-Key")
                        .with("idempotency_key", order.key());
            }
            throw refused(e.refusal());
        } catch (UnavailableException e) {
            // not "the order was not placed": whoever sends it with its key again may have placed it before
            String outcome = e.outcomeUnknown()
                    ? "whether the order was placed is not known"
                    : "the order was not placed by this request";
            throw unavailable(e.getMessage() + "; " + outcome + ": send it again with this Idempotency-Key")
                    .with("idempotency_key", order.key());
        }
    }

    @Override
    public void close() {
        all().forEach(Backend::stopProbes); // those of both end at once
        try (catalog) {
            orders.close();
        }
    }

    private PlaceReply placeOnce(OrdersRequest.Place order) throws RefusedException, UnavailableException {
        try {
            return orders.call(order);
        } catch (UnavailableException e) {
            if (!e.outcomeUnknown() || e.getCause() instanceof SocketTimeoutException) {
                throw e; // nobody there, or too slow: asking again will not help
            }
        }
        try {
            return orders.call(order);
        } catch (UnavailableException e) {
            throw new UnavailableException(e.getMessage(), true, e); // the first one was on its way, whatever this was
        }
    }

    private static <R extends Reply> R ask(Backend service, ServiceRequest<R> request) throws HttpException {
        try {
            return service.call(request);
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

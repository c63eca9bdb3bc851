package toystore.frontend.store;

import toystore.frontend.cache.ProductCache;
import toystore.frontend.http.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Response;
import toystore.frontend.http.Status;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;

/** Answers for {@code /orders}. */
final class Orders {
    private static final String NUMBER = "order_number";

    private final Backends backends;
    private final ProductCache<Response> cache;

    Orders(Backends backends, ProductCache<Response> cache) {
        this.backends = backends;
        this.cache = cache;
    }

    /** {@code POST /orders} with {@code {"name":"Tux","quantity":5}}. */
    Response place(Request request) throws HttpException {
        Parameters.allow(request);
        Order order = place(OrderBody.read(request)).order();
        return Response.data(Status.CREATED, order, new Field("Location", "/orders/" + order.orderNumber()));
    }

    /** Places it, and sees to it that no query after this shows the product as it was before. */
    private PlaceReply place(OrdersRequest.Place form) throws HttpException {
        try {
            PlaceReply placed = backends.place(form);
            cache.sold(placed.name(), placed.version());
            return placed;
        } catch (HttpException | RuntimeException e) {
            cache.forget(form.name()); // it may have been placed all the same, or be sold out
            throw e;
        }
    }

    /** {@code /orders/10}. */
    Response find(Request request) throws HttpException {
        Parameters.allow(request);
        return find(request.path().get(1));
    }

    /** {@code /orders?order_number=10}. */
    Response findByParameter(Request request) throws HttpException {
        Parameters.allow(request, NUMBER);
        return find(Parameters.required(request, NUMBER));
    }

    private Response find(String text) throws HttpException {
        long number = Parameters.wholeNumber(NUMBER, text, Long.MAX_VALUE);
        return Response.data(Status.OK, backends.ask(new OrdersRequest.Get(number)));
    }
}

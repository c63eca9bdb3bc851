package toystore.frontend.store;

import toystore.frontend.http.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Response;
import toystore.frontend.http.Status;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;

/** Answers for {@code /orders}. */
final class Orders {
    private static final String NUMBER = "order_number";

    private final Backends backends;

    Orders(Backends backends) {
        this.backends = backends;
    }

    /** {@code POST /orders} with {@code {"name":"Tux","quantity":5}}. */
    Response place(Request request) throws HttpException {
        Parameters.allow(request);
        Order order = backends.place(OrderForm.read(request)).order();
        return Response.data(Status.CREATED, order, new Field("Location", "/orders/" + order.orderNumber()));
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

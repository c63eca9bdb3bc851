package toystore.frontend.store;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import toystore.frontend.cache.ProductCache;
import toystore.frontend.http.Fields.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.frontend.http.Response;
import toystore.frontend.http.Status;
import toystore.wire.message.Constraints;
import toystore.wire.message.Order;
import toystore.wire.message.OrderPage;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;

/** The handlers of {@code /orders}. Thread-safe. */
final class Orders {
    private static final String NUMBER = "order_number";
    private static final String KEY = "Idempotency-Key";
    /** The beginning of all keys that this process makes: no other process makes the same keys. */
    private static final String KEY_PREFIX = UUID.randomUUID().toString();

    private static final AtomicLong KEYS = new AtomicLong();

    private final Backends backends;
    private final ProductCache<Response> cache;
    private final AdminToken adminToken;

    /**
     * An order as shoppers see it.
     *
     * @param price of one unit
     * @param total of all units
     */
    private record View(long orderNumber, String name, int quantity, BigDecimal price, BigDecimal total, Instant time) {
        View(Order order) {
            this(
                    order.orderNumber(),
                    order.name(),
                    order.quantity(),
                    order.price(),
                    order.price().multiply(BigDecimal.valueOf(order.quantity())),
                    order.time());
        }
    }

    Orders(Backends backends, ProductCache<Response> cache, AdminToken adminToken) {
        this.backends = backends;
        this.cache = cache;
        this.adminToken = adminToken;
    }

    /**
     * {@code POST /orders} with {@code {"name":"Tux","quantity":5}}. The field {@code Idempotency-Key} names the
     * order, so that it can be sent again; an order without a key gets one here.
     */
    Response place(Request request) throws HttpException {
        Parameters.allow(request);
        Order order = place(placeRequest(request)).order();
        return Response.data(Status.CREATED, new View(order), new Field("Location", "/orders/" + order.orderNumber()));
    }

    private static OrdersRequest.Place placeRequest(Request request) throws HttpException {
        JsonBody body = JsonBody.read(request, "name", "quantity");
        String name = body.string("name");
        int quantity = body.wholeNumber("quantity", 1, Constraints.MAX_QUANTITY);
        Optional<String> given = request.fields().one(KEY);
        String key = given.orElseGet(() -> KEY_PREFIX + "-" + KEYS.incrementAndGet());
        Parameters.valid(() -> Constraints.token(KEY, key));
        return Parameters.valid(() -> new OrdersRequest.Place(name, quantity, key));
    }

    /** Places an order. No query after it gets the product as it was before. */
    private PlaceReply place(OrdersRequest.Place order) throws HttpException {
        try {
            PlaceReply placed = backends.place(order);
            cache.sold(placed.name(), placed.version());
            return placed;
        } catch (HttpException | RuntimeException e) {
            cache.forget(order.name()); // the order may have been placed anyway, or the product is sold out
            throw e;
        }
    }

    /** {@code GET /orders/10} */
    Response find(Request request) throws HttpException {
        Parameters.allow(request);
        return find(request.path().get(1));
    }

    /** {@code GET /orders?order_number=10}; or {@code GET /orders?limit=100&after=10} with the admin token. */
    Response listOrFind(Request request) throws HttpException {
        if (request.query().containsKey(NUMBER)) {
            Parameters.requireAlone(request, NUMBER, Parameters.LIMIT, Parameters.AFTER);
            Parameters.allow(request, NUMBER);
            return find(request.query().get(NUMBER));
        }
        adminToken.require(request);
        Parameters.allow(request, NUMBER, Parameters.LIMIT, Parameters.AFTER);
        String after = request.query().get(Parameters.AFTER);
        return list(
                after == null ? 0 : Parameters.wholeNumber(Parameters.AFTER, after, 0, Long.MAX_VALUE),
                Parameters.limit(request));
    }

    private Response list(long after, Integer limit) throws HttpException {
        OrderPage page = backends.call(new OrdersRequest.List(after, limit));
        return Response.page(page.orders().stream().map(View::new).toList(), page.next());
    }

    private Response find(String text) throws HttpException {
        long number = Parameters.wholeNumber(NUMBER, text, 1, Long.MAX_VALUE);
        return Response.data(Status.OK, new View(backends.call(new OrdersRequest.Get(number))));
    }
}

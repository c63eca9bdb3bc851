package toystore.frontend.store;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Request;
import toystore.wire.message.Constraints;
import toystore.wire.message.OrdersRequest;

/**
 * What a shopper fills in: {@code {"name":"Tux","quantity":5}}; and the key in the field {@code Idempotency-Key}, which
 * names the order, so that it may be sent again. An order without a key gets one.
 */
final class OrderBody {
    private static final String KEY = "Idempotency-Key";
    /** Keys that are made here begin with it, so that no other process makes the same. */
    private static final String PROCESS = UUID.randomUUID().toString();

    private static final AtomicLong KEYS = new AtomicLong();

    private OrderBody() {}

    static OrdersRequest.Place read(Request request) throws HttpException {
        JsonBody form = JsonBody.read(request, "name", "quantity");
        String name = form.string("name");
        int quantity = form.wholeNumber("quantity", 1, Constraints.MAX_QUANTITY);
        Optional<String> given = request.fields().one(KEY);
        String key = given.orElseGet(() -> PROCESS + "-" + KEYS.incrementAndGet());
        Parameters.valid(() -> Constraints.token(KEY, key));
        return Parameters.valid(() -> new OrdersRequest.Place(name, quantity, key));
    }
}

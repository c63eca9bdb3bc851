package toystore.orders;

import java.math.BigDecimal;
import java.time.Instant;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import toystore.common.json.JsonMappers;
import toystore.durable.LogDigest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.Order;

/**
 * An order as it stands in the order log:
 *
 * <pre>
 *   {"order_number":1,"name":"Tux","quantity":5,"price":15.99,"time":"2026-01-02T03:04:05.678Z","key":"…","reservation":"…"}
 * </pre>
 *
 * where the price is that of one unit, and {@code key} is left out if the order has none.
 */
record OrderLine(
        long orderNumber, String name, int quantity, BigDecimal price, Instant time, String key, String reservation) {
    private static final JsonMapper MAPPER = JsonMappers.builder().build();
    private static final ObjectWriter WRITER = MAPPER.writerFor(OrderLine.class);
    private static final ObjectReader READER = MAPPER.readerFor(OrderLine.class);

    /** What tells one order from another. */
    record Identity(long orderNumber, String key) {}

    static OrderLine of(long number, OrderStore.Draft draft) {
        return new OrderLine(
                number, draft.name(), draft.quantity(), draft.price(), draft.time(), draft.key(), draft.reservation());
    }

    byte[] json() {
        return WRITER.writeValueAsBytes(this);
    }

    static OrderLine read(byte[] json) {
        return READER.readValue(json);
    }

    /** The number and the key alone, which is faster: a service that starts reads a million of them. */
    static Identity readIdentity(byte[] json) {
        long number = 0;
        String key = null;
        try (JsonParser parser = MAPPER.createParser(json)) {
            parser.nextToken();
            for (String field = parser.nextName(); field != null && key == null; field = parser.nextName()) {
                parser.nextToken();
                if (field.equals("order_number")) {
                    number = parser.getLongValue();
                } else if (field.equals("key")) {
                    key = parser.getString();
                }
            }
        }
        return new Identity(number, key);
    }

    Order order() {
        return new Order(orderNumber, name, quantity, price, time);
    }

    CommittedOrder sold(long digest) {
        return new CommittedOrder(orderNumber, name, quantity, reservation, LogDigest.toText(digest));
    }
}

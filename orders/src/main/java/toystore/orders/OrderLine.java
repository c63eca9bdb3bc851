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
 * An order in the order log.
 *
 * <pre>
 *   {"order_number":1,"name":"Tux","quantity":5,"price":15.99,"time":"2026-01-02T03:04:05.678Z","key":"…",
 *    "reservation":"…"}
 *
 *   order_number  number of the record; 0 before the order is appended
 *   price         of one unit, when the order was placed
 *   key           idempotency key; left out if the order has none
 *   reservation   of the units at the catalog
 * </pre>
 */
public record OrderLine(
        long orderNumber, String name, int quantity, BigDecimal price, Instant time, String key, String reservation) {
    private static final JsonMapper MAPPER = JsonMappers.internalBuilder().build();
    private static final ObjectWriter WRITER = MAPPER.writerFor(OrderLine.class);
    private static final ObjectReader READER = MAPPER.readerFor(OrderLine.class);
    private static final ObjectReader SALES = MAPPER.readerFor(Sale.class);

    /** The number and the key of an order, without the rest. */
    record Identity(long orderNumber, String key) {}

    /** What the catalog needs to know of an order. */
    record Sale(long orderNumber, String name, int quantity, String reservation) {
        /** @param digest of the log up to this order */
        CommittedOrder committed(long digest) {
            return new CommittedOrder(orderNumber, name, quantity, reservation, LogDigest.toText(digest));
        }
    }

    /** An order that has no number yet. */
    static OrderLine unnumbered(
            String name, int quantity, BigDecimal price, Instant time, String key, String reservation) {
        return new OrderLine(0, name, quantity, price, time, key, reservation);
    }

    OrderLine numbered(long number) {
        return new OrderLine(number, name, quantity, price, time, key, reservation);
    }

    byte[] json() {
        return WRITER.writeValueAsBytes(this);
    }

    static OrderLine parse(byte[] json) {
        return READER.readValue(json);
    }

    /** Parses only what the catalog needs: every order is parsed once for it. */
    static Sale parseSale(byte[] json) {
        return SALES.readValue(json);
    }

    /** Parses only the number and the key, which is faster: a service that starts reads a million of them. */
    static Identity parseIdentity(byte[] json) {
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
}

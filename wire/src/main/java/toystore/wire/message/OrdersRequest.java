package toystore.wire.message;

/** The requests to the orders service. */
public sealed interface OrdersRequest<R extends Reply> extends ServiceRequest<R> {

    /**
     * Places an order. Refused as unknown product, out of stock, or key reused.
     *
     * @param key idempotency key: if the order is sent again with the same key, it is not placed again, and the reply
     *     is repeated; {@code null} if it will not be sent again
     */
    record Place(String name, int quantity, String key) implements OrdersRequest<PlaceReply> {
        public Place {
            Constraints.name(name);
            Constraints.quantity(quantity);
            key = key == null ? null : Constraints.key(key);
        }

        /** An order without a key. */
        public Place(String name, int quantity) {
            this(name, quantity, null);
        }

        @Override
        public Class<PlaceReply> replyType() {
            return PlaceReply.class;
        }
    }

    /** One order by its number. Refused as unknown order. */
    record Get(long orderNumber) implements OrdersRequest<Order> {
        public Get {
            Constraints.orderNumber(orderNumber);
        }

        @Override
        public Class<Order> replyType() {
            return Order.class;
        }
    }

    /** Counters and health. */
    record Stats() implements OrdersRequest<OrdersStats> {
        @Override
        public Class<OrdersStats> replyType() {
            return OrdersStats.class;
        }
    }
}

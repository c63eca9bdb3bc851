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
        public boolean sharesConnection() {
            return true;
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

    /**
     * A page of the orders, by number.
     *
     * @param after the page begins after this number; {@code null} for the first page
     * @param limit orders in the page, 1 to 1,000; {@code null} for 100. A page may have fewer, to fit into a message
     */
    record List(Long after, Integer limit) implements OrdersRequest<OrderPage> {
        public List {
            after = after == null ? 0 : Constraints.count("after", after);
            limit = limit == null ? 100 : Constraints.limit(limit);
        }

        @Override
        public Class<OrderPage> replyType() {
            return OrderPage.class;
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

package toystore.wire.message;

/** What the orders service can be asked. */
public sealed interface OrdersRequest<R extends Reply> extends Request<R> {

    /** Places an order. Refused as unknown product or out of stock. */
    record Post(String name, int quantity) implements OrdersRequest<Placed> {
        public Post {
            Rules.name(name);
            Rules.quantity(quantity);
        }

        @Override
        public Class<Placed> replyType() {
            return Placed.class;
        }
    }

    /** One order by its number. Refused as unknown order. */
    record Get(long orderNumber) implements OrdersRequest<Order> {
        public Get {
            Rules.orderNumber(orderNumber);
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

package toystore.orders;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import toystore.common.ResourceStack;
import toystore.service.WarmUp;
import toystore.wire.message.CatalogPosition;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.MessageClient;
import toystore.wire.net.MessageServer;
import toystore.wire.net.UnavailableException;

/** A copy of the orders service, with a stand-in for the catalog, to warm up. Each round places an order and reads it. */
final class OrdersWarmUp implements WarmUp.Target {
    private static final int KEYS = 1000;
    private static final int CONNECTIONS = 16;
    private static final ReserveReply RESERVED = new ReserveReply(new BigDecimal("9.99"), 1_000_000, 1);

    private final MessageServer<CatalogRequest<?>> catalog;
    private final OrdersService copy;
    private final MessageClient client;
    private final AtomicLong keys = new AtomicLong();

    private OrdersWarmUp(MessageServer<CatalogRequest<?>> catalog, OrdersService copy, MessageClient client) {
        this.catalog = catalog;
        this.copy = copy;
        this.client = client;
    }

    static OrdersWarmUp open(Path folder) throws IOException {
        try (ResourceStack opened = new ResourceStack()) {
            MessageServer<CatalogRequest<?>> catalog =
                    opened.add(new MessageServer<>("catalog", WarmUp.LISTEN, CatalogRequest.class));
            catalog.start(new Catalog()::handle);
            OrdersConfig config = new OrdersConfig(WarmUp.LISTEN, folder, catalog.address(), KEYS);
            OrdersService copy = opened.add(OrdersService.start(config, Overrides.NONE, failure -> {}));
            MessageClient client =
                    opened.add(new MessageClient(new MessageClient.Options("orders", copy.address(), CONNECTIONS)));
            opened.release();
            return new OrdersWarmUp(catalog, copy, client);
        }
    }

    /** A catalog with plenty of every product. */
    private static final class Catalog {
        private final AtomicLong applied = new AtomicLong();

        Reply handle(CatalogRequest<?> request) throws RefusedException {
            if (request instanceof CatalogRequest.Reserve) {
                return RESERVED;
            }
            if (request instanceof CatalogRequest.Open) {
                return new OpenReply("warm-up", applied.get());
            }
            if (request instanceof CatalogRequest.Apply apply) {
                List<CommittedOrder> orders = apply.orders();
                if (!orders.isEmpty()) {
                    applied.set(orders.get(orders.size() - 1).number());
                }
                return new CatalogPosition(applied.get());
            }
            if (request instanceof CatalogRequest.Position || request instanceof CatalogRequest.Activate) {
                return new CatalogPosition(applied.get());
            }
            throw new RefusedException(Refusal.notUnderstood(request.type()));
        }
    }

    @Override
    public WarmUp.Client connect() {
        return this::request;
    }

    private void request() throws RefusedException, UnavailableException {
        long number = keys.incrementAndGet();
        String key = number % 2 == 0 ? null : "key-" + number;
        long order = client.call(new OrdersRequest.Place("Toy", 1, key)).orderNumber();
        client.call(new OrdersRequest.Get(order));
    }

    @Override
    public void close() throws IOException {
        try (catalog;
                copy) {
            client.close();
        }
    }
}

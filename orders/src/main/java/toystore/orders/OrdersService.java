package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.net.Address;
import toystore.wire.net.MessageServer;

/** The orders service: answers messages from its desk. */
final class OrdersService implements Closeable {
    private final long started = System.nanoTime();
    private final MessageServer<OrdersRequest<?>> server;
    private final OrderLog book;
    private final CatalogGateway catalog;
    private final OrderDesk desk;

    private OrdersService(MessageServer<OrdersRequest<?>> server, OrderLog book, CatalogGateway catalog) {
        this.server = server;
        this.book = book;
        this.catalog = catalog;
        this.desk = new OrderDesk(book, catalog, Clock.systemUTC());
    }

    /**
     * Opens the order log and serves. The catalog may be started later.
     *
     * @param onFailure told once, if the log cannot be written any more: the process should end then
     * @throws IOException if the address, the data folder or the log cannot be used; the message says why
     */
    static OrdersService start(OrdersConfig config, Consumer<IOException> onFailure) throws IOException {
        MessageServer<OrdersRequest<?>> server = new MessageServer<>("orders", config.listen(), OrdersRequest.class);
        try {
            OrderLog book = OrderLog.open(config.data(), onFailure);
            OrdersService service = new OrdersService(server, book, new CatalogGateway(config.catalog()));
            server.start(service::handle);
            return service;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    Address address() {
        return server.address();
    }

    /** Lets what runs be answered, and closes the log behind the last of it. */
    @Override
    public void close() throws IOException {
        try (book;
                catalog) {
            server.close();
        }
    }

    private Reply handle(OrdersRequest<?> request) throws RefusedException {
        if (request instanceof OrdersRequest.Post post) {
            return desk.place(post.name(), post.quantity());
        }
        if (request instanceof OrdersRequest.Get get) {
            return desk.find(get.orderNumber());
        }
        long uptime = Duration.ofNanos(System.nanoTime() - started).toSeconds();
        return new OrdersStats(uptime, book.latest(), server.traffic());
    }
}

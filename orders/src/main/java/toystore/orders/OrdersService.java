package toystore.orders;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
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
    private final OrderLog log;
    private final CatalogGateway gateway;
    private final Epochs epochs = new Epochs();
    private final SoldFeed feed;
    private final OrderDesk desk;

    private OrdersService(MessageServer<OrdersRequest<?>> server, OrderLog log, CatalogGateway gateway, Seams seams) {
        this.server = server;
        this.log = log;
        this.gateway = gateway;
        OrderBook book = seams.book().apply(log);
        Catalog catalog = seams.catalog().apply(gateway);
        this.feed = new SoldFeed(book, catalog, epochs);
        this.desk = new OrderDesk(book, catalog, epochs, feed, Clock.systemUTC());
    }

    /**
     * Opens the order log and serves. The catalog may be started later.
     *
     * @param onFailure told once, if the log cannot be written any more: the process should end then
     * @throws IOException if the address, the data folder or the log cannot be used; the message says why
     */
    static OrdersService start(OrdersConfig config, Seams seams, Consumer<IOException> onFailure) throws IOException {
        MessageServer<OrdersRequest<?>> server = new MessageServer<>("orders", config.listen(), OrdersRequest.class);
        try {
            OrderLog log = OrderLog.open(seams.storage(), config.data(), config.keys(), onFailure);
            OrdersService service = new OrdersService(server, log, new CatalogGateway(config.catalog()), seams);
            service.feed.start();
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

    /** Lets what runs be answered, tells the catalog of the last of it, and closes the log. */
    @Override
    public void close() throws IOException {
        try (log;
                gateway;
                feed) {
            server.close();
        }
    }

    private Reply handle(OrdersRequest<?> request) throws RefusedException {
        if (request instanceof OrdersRequest.Post post) {
            return desk.place(post);
        }
        if (request instanceof OrdersRequest.Get get) {
            return desk.find(get.orderNumber());
        }
        long uptime = Duration.ofNanos(System.nanoTime() - started).toSeconds();
        Optional<String> problem = epochs.problem();
        return new OrdersStats(uptime, log.latest(), problem.isEmpty(), problem.orElse(null), server.traffic());
    }
}

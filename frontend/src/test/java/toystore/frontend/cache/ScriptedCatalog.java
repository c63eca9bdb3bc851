package toystore.frontend.cache;

import java.io.Closeable;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import toystore.common.Address;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Product;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.net.MessageServer;

/** A catalog with every product, whose quantity is its version. The test decides when it replies and sends updates. */
final class ScriptedCatalog implements Closeable {
    final AtomicInteger fetches = new AtomicInteger();
    final AtomicInteger watches = new AtomicInteger();
    /** The version of its replies from now on. A held reply has the version at the time of its request. */
    volatile long version = 1;
    /** Whether it sends empty messages when nothing changes. */
    volatile boolean alive = true;

    volatile CountDownLatch hold = new CountDownLatch(0);
    private final BlockingQueue<ProductUpdates> updates = new LinkedBlockingQueue<>();
    private final MessageServer<CatalogRequest<?>> server;

    ScriptedCatalog(int port) throws IOException {
        server = new MessageServer<>("catalog", new Address("127.0.0.1", port), CatalogRequest.class);
        server.start(this::handle);
    }

    static Product tux(long version) {
        return new Product("Tux", BigDecimal.ONE, (int) version, version);
    }

    Address address() {
        return server.address();
    }

    /** Sends an update to the watches. */
    void send(Product product) {
        updates.add(new ProductUpdates(List.of(product)));
    }

    /** Sends that the changes of a product are not sent any more. */
    void forget(String name) {
        updates.add(new ProductUpdates(List.of(), List.of(name)));
    }

    @Override
    public void close() {
        server.close();
    }

    private Reply handle(CatalogRequest<?> request) {
        if (request instanceof CatalogRequest.Get get) {
            Product product = new Product(get.name(), BigDecimal.ONE, (int) version, version);
            fetches.incrementAndGet();
            await(hold);
            return product;
        }
        watches.incrementAndGet();
        return new Updates();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private final class Updates implements ReplyStream {
        private boolean begun;

        @Override
        public Reply next() throws InterruptedException {
            if (!begun) {
                begun = true;
                return new ProductUpdates(List.of());
            }
            ProductUpdates next = updates.poll(alive ? 50 : 2_000, TimeUnit.MILLISECONDS);
            return next == null ? new ProductUpdates(List.of()) : next;
        }

        @Override
        public void close() {}
    }
}

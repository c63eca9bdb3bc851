package toystore.lab.weak;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;
import toystore.client.StoreClient;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.common.log.LogSetup;
import toystore.lab.store.LabStore.Service;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.Product;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.net.MessageClient;
import toystore.wire.net.MessageServer;
import toystore.wire.net.UnavailableException;

/**
 * Lets an old reply replace a newer product in the cache of the frontend.
 *
 * <p>A proxy between the frontend and the catalog holds the reply to a query until the watch has overtaken it. Without
 * the rule, it gives the reply the highest version, so that the comparison of versions does not tell that it is old.
 */
final class StaleCache implements WeakMode {
    private static final long TIMEOUT_SECONDS = 60;

    @Override
    public String name() {
        return "stale-cache";
    }

    @Override
    public Rule rule() {
        return new Rule(
                "an older reply does not replace a newer product in the cache",
                "docs/guarantees.md#what-a-query-shows",
                "frontend/src/main/java/toystore/frontend/cache/CacheEntry.java",
                "ProductCacheTest#discardsAFetchThatAnUpdateHasOvertaken");
    }

    /** Passes on what the frontend and the catalog send, and holds the reply to the next query. Thread-safe. */
    private static final class HoldingProxy implements Closeable {
        private final boolean keepsVersions;
        private final MessageClient catalog;
        private final MessageServer<CatalogRequest<?>> server;
        private final AtomicBoolean holdNext = new AtomicBoolean();
        private final CountDownLatch watching = new CountDownLatch(2); // replies: the cache is in use then
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch overtaken = new CountDownLatch(1);
        private final CompletableFuture<Void> released = new CompletableFuture<>();

        HoldingProxy(Address catalog, boolean keepsVersions) throws IOException {
            this.keepsVersions = keepsVersions;
            this.catalog = new MessageClient(new MessageClient.Options("catalog", catalog, 16));
            this.server = new MessageServer<>("proxy", new Address("127.0.0.1", 0), CatalogRequest.class);
            logNoRequests();
            server.start(this::handle);
        }

        private Reply handle(CatalogRequest<?> request) throws RefusedException {
            try {
                if (request instanceof CatalogRequest.Watch watch) {
                    return new PassedUpdates(catalog.open(watch));
                }
                if (request instanceof CatalogRequest.Get get && holdNext.compareAndSet(true, false)) {
                    Product old = catalog.call(get);
                    held.countDown();
                    return new DeferredReply(released.thenApply(now -> keepsVersions ? old : withHighestVersion(old)));
                }
                return catalog.call(request);
            } catch (UnavailableException e) {
                throw new RefusedException(Refusal.notReady(e.getMessage()));
            }
        }

        private static void logNoRequests() {
            if (LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers) {
                LogSetup.REQUEST_LOGGERS.forEach(name -> loggers.getLogger(name).setLevel(Level.OFF));
            }
        }

        private static Product withHighestVersion(Product old) {
            return new Product(old.name(), old.price(), old.quantity(), Long.MAX_VALUE);
        }

        @Override
        public void close() {
            try (catalog) {
                server.close();
            }
        }

        private final class PassedUpdates implements ReplyStream {
            private final MessageClient.Replies<ProductUpdates> replies;

            PassedUpdates(MessageClient.Replies<ProductUpdates> replies) {
                this.replies = replies;
            }

            @Override
            public Reply next() {
                try {
                    ProductUpdates updates = replies.next();
                    watching.countDown();
                    if (!updates.products().isEmpty()) {
                        overtaken.countDown();
                    }
                    return updates;
                } catch (RefusedException | UnavailableException e) {
                    throw new UncheckedIOException(new IOException(e)); // ends the watch of the frontend, too
                }
            }

            @Override
            public void close() {
                replies.close();
            }
        }
    }

    @Override
    public Optional<String> run(Experiment x) throws IOException, InterruptedException {
        Timeline timeline = x.timeline();
        String first = x.shopper();
        String buyer = x.shopper();
        int quantity = x.between(20, 60);
        Address catalog = x.store().address(Service.CATALOG);
        try (HoldingProxy proxy = new HoldingProxy(catalog, x.isCorrect())) {
            x.startWithCatalogAt(proxy.server.address());
            int before = x.order(first, x.between(1, 9)).order().quantity();
            await(proxy.watching, "a watch of the catalog");
            proxy.holdNext.set(true);
            CompletableFuture<Integer> seen = new CompletableFuture<>();
            Threads.named(first, () -> query(x, seen)).start();
            await(proxy.held, "a query of the frontend");
            timeline.add(
                    first,
                    "queries " + x.product() + "; the reply, " + (WeakStore.STOCK - before) + " for sale, is held");
            x.order(buyer, quantity);
            await(proxy.overtaken, "an update of the watch");
            timeline.add("catalog", "tells the frontend what is left now");
            proxy.released.complete(null);
            timeline.add(first, "gets the reply: " + seen.join() + " for sale");

            int shown = query(x);
            int left = WeakStore.STOCK - before - quantity;
            timeline.decide(
                    buyer,
                    "queries " + x.product() + ": " + shown + " for sale",
                    shown != left,
                    "the version tells that this is old",
                    "the newer version stays");
            x.check();
            x.store().kill(Service.FRONTEND); // so that it has no connection to the proxy
            return shown == left
                    ? Optional.empty()
                    : Optional.of("STALE: " + buyer + " has bought " + quantity + " and sees " + shown
                            + " for sale, where " + left + " are left");
        }
    }

    private static void query(Experiment x, CompletableFuture<Integer> seen) {
        try {
            seen.complete(query(x));
        } catch (IOException e) {
            seen.completeExceptionally(e);
        }
    }

    private static int query(Experiment x) throws IOException {
        try (StoreClient client = new StoreClient(Origin.http(x.store().address(Service.FRONTEND)))) {
            return client.query(x.product()).quantity();
        }
    }

    private static void await(CountDownLatch latch, String what) throws IOException, InterruptedException {
        if (!latch.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("the proxy has not seen " + what + " in " + TIMEOUT_SECONDS + " s");
        }
    }
}

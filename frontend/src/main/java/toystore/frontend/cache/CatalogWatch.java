package toystore.frontend.cache;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

/**
 * Watches the catalog for a {@link ProductCache}, on a thread of its own: the cache is used while the catalog tells of
 * its changes on a connection that is for that alone, and gives a sign of life four times a second. When that breaks, or
 * nothing comes for a second, the cache is emptied, and a new watch is begun.
 */
public final class CatalogWatch implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(CatalogWatch.class);
    /** Of a catalog that is silent; and so the longest that a product in the cache may be out of date. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ProductCache<?> cache;
    private final MessageClient client;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Threads.named("catalog-watch", this::run);
    private String lastComplaint = "";

    /** A watch that has not begun. */
    public CatalogWatch(Address catalog, ProductCache<?> cache) {
        this(catalog, cache, PATIENCE);
    }

    /** @param patience with a catalog that is silent */
    CatalogWatch(Address catalog, ProductCache<?> cache, Duration patience) {
        this.cache = cache;
        this.client = new MessageClient(
                new MessageClient.Options("catalog", catalog, 1, MessageClient.Options.CONNECT_TIMEOUT, patience));
    }

    /** Watches from now on. The catalog may be started later. */
    public void start() {
        thread.start();
    }

    /** Ends the watch; the cache is not used any more. */
    @Override
    public void close() {
        closing.countDown();
        thread.interrupt(); // which closes a connection that it waits on
        try (client) {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            do {
                watch();
            } while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try (MessageClient.Replies<ProductUpdates> replies = client.open(new CatalogRequest.Watch())) {
            replies.next(); // it is told of all that changes from now on
            Generation<?> products = cache.begin();
            log.info("products are answered from memory while the catalog tells of changes");
            lastComplaint = "";
            while (closing.getCount() > 0) {
                replies.next().products().forEach(products::tell);
            }
        } catch (UnavailableException | RefusedException e) {
            complain(e.getMessage());
        } catch (RuntimeException e) {
            log.error("the watch of the catalog failed; another one begins", e);
        } finally {
            cache.end();
        }
    }

    /** Says it once, not ten times a second. */
    private void complain(String why) {
        if (closing.getCount() > 0 && !lastComplaint.equals(why)) {
            log.warn("the catalog is asked for every product: it cannot be watched: {}", why);
            lastComplaint = why;
        }
    }
}

package toystore.frontend.cache;

import java.io.Closeable;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.BackgroundLoop;
import toystore.common.log.Outage;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageClient;
import toystore.wire.net.PeerTransport;
import toystore.wire.net.UnavailableException;

/**
 * Watches the catalog for a {@link ProductCache}, on a thread of its own. The cache is in use while the catalog sends
 * changes on a connection for them, and at least an empty message four times a second. When the connection breaks, or
 * the catalog is silent for a second, the cache is emptied, and the next watch begins.
 *
 * <p>On a busy machine, watches may break again and again. The log has a line for each of the first three reasons,
 * and one when a watch has lasted for 10 s. The cache is in use again from the beginning of that watch; the metric
 * {@code toystore_cache_live} shows it at once.
 */
public final class CatalogWatch implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(CatalogWatch.class);
    private static final String IN_USE = "queries are answered from memory while the catalog sends changes";
    /** The time that a catalog may be silent, and so the greatest age of a product in the cache. */
    private static final Duration MAX_SILENCE = Duration.ofSeconds(1);

    /** An outage has ended when a watch has lasted so long. */
    private static final Duration STEADY = Duration.ofSeconds(10);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ProductCache<?> cache;
    private final MessageClient client;
    private final Duration steady;
    private final BackgroundLoop loop = new BackgroundLoop("catalog-watch", Duration.ZERO, this::watch);
    private final Outage outage = new Outage(); // only for the loop's thread

    /** A watch that is not started yet. */
    public CatalogWatch(Address catalog, PeerTransport transport, ProductCache<?> cache) {
        this(catalog, transport, cache, MAX_SILENCE, STEADY);
    }

    CatalogWatch(
            Address catalog, PeerTransport transport, ProductCache<?> cache, Duration maxSilence, Duration steady) {
        this.cache = cache;
        this.steady = steady;
        this.client = new MessageClient(new MessageClient.Options(
                "catalog", catalog, 1, MessageClient.Options.CONNECT_TIMEOUT, maxSilence, transport));
    }

    /** Watches from now on. The catalog may be started later. */
    public void start() {
        loop.start();
    }

    /** Ends the watch. The cache is not used any more. */
    @Override
    public void close() {
        loop.interrupt(); // closes the connection on which it waits
        try (client) {
            loop.close();
        }
    }

    private Duration watch() {
        try (MessageClient.Replies<ProductUpdates> replies = client.open(new CatalogRequest.Watch())) {
            replies.next(); // the catalog sends all changes from now on
            cache.begin();
            long begin = System.nanoTime();
            if (!outage.isOngoing()) {
                log.info(IN_USE);
            }
            while (!loop.isClosing()) {
                take(replies.next());
                if (System.nanoTime() - begin >= steady.toNanos() && outage.end()) {
                    log.info(IN_USE);
                }
            }
        } catch (UnavailableException | RefusedException e) {
            logOnce(e.getMessage());
        } catch (RuntimeException e) {
            log.error("the watch of the catalog failed; the next one begins", e);
        } finally {
            cache.end();
        }
        return PAUSE;
    }

    private void take(ProductUpdates updates) {
        updates.products().forEach(cache::update);
        if (updates.forgotten() != null) {
            updates.forgotten().forEach(cache::forget);
        }
    }

    /** Logs a problem once in an outage, not ten times a second. */
    private void logOnce(String problem) {
        if (!loop.isClosing() && outage.isNew(problem)) {
            log.warn("the cache is not in use, because the watch of the catalog failed: {}", problem);
        }
    }
}

package toystore.sql;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.engine.Inventory;
import toystore.wire.codec.PageSize;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageClient;
import toystore.wire.net.MessageObserver;
import toystore.wire.net.PeerTransport;
import toystore.wire.net.PipelinedClient;

/**
 * Sends products to the catalog of this cell as a transaction has left them. Thread-safe.
 *
 * <p>The catalog serves nothing that is older than a second. So orders are acknowledged without its reply after that
 * time. While it does not reply, it gets one batch at a time.
 */
final class StockRefresh implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(StockRefresh.class);
    private static final Duration REPLY = Duration.ofSeconds(1);

    private final PipelinedClient catalog;
    private volatile String problem; // written by the threads that complete a request; null if the last one succeeded
    private volatile boolean refused; // likewise
    private final AtomicBoolean retrying = new AtomicBoolean(); // after a problem

    /** @param observer observes every call */
    StockRefresh(Address catalog, PeerTransport transport, MessageObserver observer) {
        this.catalog = new PipelinedClient(
                new MessageClient.Options("catalog", catalog, 1, REPLY, REPLY, transport), observer);
    }

    /**
     * Sends products.
     *
     * @param store identity of the store in the database
     * @return completed when the catalog has them, when it is clear that it does not get them, or after a second: never
     *     exceptionally
     */
    CompletableFuture<Void> send(String store, List<Product> products) {
        if (problem != null && !retrying.compareAndSet(false, true)) {
            return CompletableFuture.completedFuture(null); // one attempt at a time finds out whether it is back
        }
        CompletableFuture<?>[] replies = chunks(products).stream()
                .map(chunk -> catalog.call(new CatalogRequest.Refresh(store, chunk)))
                .toArray(CompletableFuture[]::new);
        CompletableFuture<Void> done = CompletableFuture.allOf(replies).handle((all, failure) -> {
            retrying.set(false);
            replied(failure instanceof CompletionException ? failure.getCause() : failure);
            return null;
        });
        return done.completeOnTimeout(null, REPLY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static List<List<Product>> chunks(List<Product> products) {
        List<List<Product>> chunks = new ArrayList<>();
        List<Product> chunk = new ArrayList<>();
        PageSize size = new PageSize(Inventory.PRODUCT_BYTES);
        for (Product product : products) {
            if (!size.hasRoom()) {
                chunks.add(chunk);
                chunk = new ArrayList<>();
                size = new PageSize(Inventory.PRODUCT_BYTES);
            }
            size.add(product.name());
            chunk.add(product);
        }
        chunks.add(chunk);
        return chunks;
    }

    private void replied(Throwable failure) {
        String before = problem;
        refused = failure instanceof RefusedException refusal && !mayPass(refusal.refusal());
        problem = failure == null ? null : failure.getMessage();
        if (failure != null && before == null) {
            log.warn(
                    "the catalog does not get the stock that orders leave, and shows it up to a second later: {}",
                    failure.getMessage());
        } else if (failure == null && before != null) {
            log.info("the catalog gets the stock that orders leave again");
        }
    }

    private static boolean mayPass(Refusal refusal) {
        return refusal.code() == Refusal.NOT_READY || refusal.code() == Refusal.FAULT;
    }

    /** Why the catalog refuses the products, which are of another store; {@code null} if it does not. */
    String refusal() {
        return refused ? "the catalog refuses the stock that orders leave: " + problem : null;
    }

    @Override
    public void close() {
        catalog.close();
    }
}

package toystore.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import toystore.client.StoreClient;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Answer;
import toystore.client.http.HttpConnection.Patience;
import toystore.common.Abbreviated;
import toystore.common.Threads;

/**
 * Brings new units of what runs out, through the store's admin API, so that a test of orders meets no sold-out answers.
 * A thread of its own looks now and then; a request for a crate at a time is nothing beside the load.
 */
public final class StockRefiller implements Closeable {
    private static final Duration RHYTHM = Duration.ofMillis(50);
    private static final Duration LONGEST_END = Duration.ofSeconds(2);
    private static final Patience PATIENCE = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(5));
    private static final int UNITS_AT_HAND = 50_000;
    private static final int FEWEST = 20;
    private static final int CRATE = 10; // times what is few

    private final Shop shop;
    private final String token;
    private final long few;
    private final HttpConnection connection;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Threads.named("loadtest-restocker", this::watch);
    private volatile String failure; // the first, from its thread
    private volatile boolean asking; // from its thread

    private StockRefiller(Shop shop, String token) {
        this.shop = shop;
        this.token = token;
        this.few = Math.max(FEWEST, UNITS_AT_HAND / shop.products());
        this.connection = new HttpConnection(shop.address(), PATIENCE);
    }

    /**
     * Restocks what there are few of, and goes on doing so until it is closed.
     *
     * @param token of the store's admin
     * @throws IOException if the store does not allow it; the message says why
     */
    public static StockRefiller start(Shop shop, String token) throws IOException {
        StockRefiller restocker = new StockRefiller(shop, token);
        try {
            restocker.add(0, restocker.few); // whatever there is: a wrong token is to be known at once
            restocker.restock();
        } catch (IOException e) {
            restocker.connection.close();
            throw e;
        }
        restocker.thread.start();
        return restocker;
    }

    /** Why units did not come, if some did not. */
    public Optional<String> failure() {
        return failure == null && asking
                ? Optional.of("the store has not answered the last request for new units")
                : Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        closing.countDown();
        connection.abort(); // it may wait for an answer
        try {
            thread.join(LONGEST_END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try {
            while (!closing.await(RHYTHM.toMillis(), TimeUnit.MILLISECONDS)) {
                restockIfItCan();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A store that is too busy now may do it the next time. */
    private void restockIfItCan() {
        try {
            asking = true;
            restock();
            asking = false;
        } catch (IOException e) {
            if (failure == null && closing.getCount() > 0) {
                failure = e.getMessage();
            }
        }
    }

    private void restock() throws IOException {
        for (int product = 0; product < shop.products(); product++) {
            if (shop.stock().left(product) < few) {
                add(product, CRATE * few);
            }
        }
    }

    private void add(int product, long units) throws IOException {
        String target = "/products?product_name=" + StoreClient.percentEncode(shop.name(product));
        Answer answer =
                connection.send("PUT", target, Map.of("Authorization", "Bearer " + token), "{\"add\":" + units + "}");
        if (answer.status() >= 300) {
            throw new IOException("the store does not restock: status " + answer.status() + ": "
                    + Abbreviated.of(new String(answer.body(), UTF_8).strip(), 200));
        }
        shop.stock().restocked(product, units);
    }
}

package toystore.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import toystore.client.StoreClient;
import toystore.client.http.HttpConnection;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpConnection.Timeouts;
import toystore.common.Abbreviated;
import toystore.common.BackgroundLoop;

/**
 * Adds units of products that run short through the store's admin API, so that a load of orders is never sold out.
 *
 * <p>A thread of its own checks the remaining stock every 50 ms. It adds many units at a time, so its requests are few
 * compared with the load.
 */
public final class StockRefiller implements Closeable {
    private static final Duration PERIOD = Duration.ofMillis(50);
    private static final Timeouts TIMEOUTS = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(5));
    private static final int MIN_UNITS_OF_ALL = 50_000;
    private static final int MIN_UNITS = 20;
    private static final int UNITS_PER_MINIMUM = 10;

    private final Shop shop;
    private final String token;
    private final long minimum; // units of each product
    private final HttpConnection connection;
    private final BackgroundLoop loop = new BackgroundLoop("loadtest-refiller", PERIOD, this::tryRestock);
    private volatile String failure; // the first one; set by the loop, as the next one
    private volatile boolean waiting; // for a response

    private StockRefiller(Shop shop, String token) {
        this.shop = shop;
        this.token = token;
        this.minimum = Math.max(MIN_UNITS, MIN_UNITS_OF_ALL / shop.products());
        this.connection = new HttpConnection(shop.origin(), TIMEOUTS);
    }

    /**
     * Restocks the shop now, and again until it is closed.
     *
     * @param token of the store's admin API
     * @throws IOException if the store refuses it; the message tells why
     */
    public static StockRefiller start(Shop shop, String token) throws IOException {
        StockRefiller refiller = new StockRefiller(shop, token);
        try {
            refiller.add(0, refiller.minimum); // even if there is enough, to detect a wrong token now
            refiller.restock();
        } catch (IOException e) {
            refiller.connection.close();
            throw e;
        }
        refiller.loop.start();
        return refiller;
    }

    /** Why units are missing; empty if all were added. */
    public Optional<String> failure() {
        return failure == null && waiting
                ? Optional.of("the store has not responded to the last request for new units")
                : Optional.ofNullable(failure);
    }

    @Override
    public void close() {
        loop.stop();
        connection.abort(); // it may be waiting for a response
        loop.close();
    }

    /** A store that is too busy now may accept the next request. */
    private Duration tryRestock() {
        try {
            restock();
        } catch (IOException e) {
            if (failure == null && !loop.isClosing()) {
                failure = e.getMessage();
            }
        }
        return PERIOD;
    }

    private void restock() throws IOException {
        for (int product = 0; product < shop.products(); product++) {
            if (shop.stock().left(product) < minimum) {
                add(product, UNITS_PER_MINIMUM * minimum);
            }
        }
    }

    private void add(int product, long units) throws IOException {
        String target = "/products?product_name=" + StoreClient.percentEncode(shop.name(product));
        Map<String, String> fields = Map.of("Authorization", "Bearer " + token);
        waiting = true;
        Response response = connection.send("PUT", target, fields, "{\"add\":" + units + "}");
        waiting = false;
        if (response.status() >= 300) {
            throw new IOException("the store does not restock: status " + response.status() + ": "
                    + Abbreviated.of(new String(response.body(), UTF_8).strip(), 200));
        }
        shop.stock().add(product, units);
    }
}

package toystore.frontend.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static toystore.frontend.cache.ScriptedCatalog.tux;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Product;
import toystore.wire.net.MessageClient;
import toystore.wire.net.PeerTransport;
import toystore.wire.net.UnavailableException;

/** Tries to make the cache return a stale product. Fetches and updates go over real connections. */
class ProductCacheTest {
    private static final int MOST = 10;
    private static final Duration LONG = Duration.ofHours(1);

    private final ProductCache<Long> cache = new ProductCache<>(MOST, Product::version);
    private ScriptedCatalog catalog;
    private MessageClient client;
    private CatalogWatch watch;

    @BeforeEach
    void start() throws IOException {
        catalog = new ScriptedCatalog(0);
        client = new MessageClient(new MessageClient.Options("catalog", catalog.address(), 10, LONG, LONG));
        watch(LONG);
    }

    private void watch(Duration patience) {
        watch = new CatalogWatch(catalog.address(), PeerTransport.PLAIN, cache, patience, LONG);
        watch.start();
        await().until(cache::isLive);
    }

    @AfterEach
    void stop() {
        catalog.hold.countDown();
        watch.close();
        client.close();
        catalog.close();
    }

    @Test
    void fetchesAProductOnceWhileItDoesNotChange() {
        assertThat(find("Tux")).isEqualTo(1);
        assertThat(find("Tux")).isEqualTo(1);
        assertThat(find("Fox")).isEqualTo(1);

        assertThat(catalog.fetches).hasValue(2);
        assertThat(cache.hits()).isEqualTo(1);
        assertThat(cache.misses()).isEqualTo(2);
    }

    @Test
    void showsAnUpdateWithoutAFetch() {
        find("Tux");

        catalog.send(tux(2));

        await().until(() -> find("Tux") == 2);
        assertThat(catalog.fetches).hasValue(1);
    }

    @Test
    void discardsAFetchThatAnUpdateHasOvertaken() throws Exception {
        catalog.hold = new CountDownLatch(1);
        CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> find("Tux"));
        CountDownLatch slow = catalog.hold;
        await().until(() -> catalog.fetches.get() == 1); // its reply has version 1
        catalog.hold = new CountDownLatch(0);
        catalog.version = 2;
        updateAndAwait(2);

        slow.countDown();

        assertThat(first.get()).isEqualTo(2);
        assertThat(find("Tux")).isEqualTo(2);
    }

    @Test
    void keepsTheNewerOfTwoFetches() throws Exception {
        catalog.hold = new CountDownLatch(1);
        CountDownLatch slow = catalog.hold;
        CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> find("Tux"));
        await().until(() -> catalog.fetches.get() == 1);
        catalog.version = 2;
        catalog.hold = new CountDownLatch(0);
        assertThat(find("Tux")).isEqualTo(2);

        slow.countDown();

        assertThat(first.get()).isEqualTo(2);
        assertThat(find("Tux")).isEqualTo(2);
    }

    @Test
    void ignoresAnOlderUpdate() throws Exception {
        catalog.version = 5;
        find("Tux");

        updateAndAwait(4);

        assertThat(find("Tux")).isEqualTo(5);
    }

    @Test
    void hidesTheOldVersionAfterAnOrderBeforeTheUpdateArrives() {
        find("Tux");
        catalog.version = 2;

        cache.sold("Tux", 2);

        assertThat(find("Tux")).isEqualTo(2);
        assertThat(catalog.fetches).hasValue(2);
        assertThat(find("Tux")).isEqualTo(2);
        assertThat(catalog.fetches).hasValue(2);
    }

    @Test
    void discardsAFetchFromBeforeAnOrder() throws Exception {
        catalog.hold = new CountDownLatch(1);
        CountDownLatch slow = catalog.hold;
        CompletableFuture<Long> found = CompletableFuture.supplyAsync(() -> find("Tux"));
        await().until(() -> catalog.fetches.get() == 1);
        catalog.version = 2;
        catalog.hold = new CountDownLatch(0);
        cache.sold("Tux", 2);

        slow.countDown();

        assertThat(found.get()).isEqualTo(1); // the query began before the order was placed
        assertThat(find("Tux")).isEqualTo(2);
    }

    @Test
    void fetchesAgainAfterAnOrderWithoutAVersion() throws Exception {
        find("Tux");
        catalog.version = 3;

        cache.sold("Tux", 0);
        updateAndAwait(2); // from before the order, and late

        assertThat(find("Tux")).isEqualTo(3);
    }

    @Test
    void ignoresALateUpdateAfterAnOrderWithoutAVersion() throws Exception {
        find("Tux");
        catalog.version = 3;
        cache.sold("Tux", 0);
        catalog.hold = new CountDownLatch(1);
        CountDownLatch slow = catalog.hold;
        CompletableFuture<Long> found = CompletableFuture.supplyAsync(() -> find("Tux"));
        await().until(() -> catalog.fetches.get() == 2);
        catalog.hold = new CountDownLatch(0);
        updateAndAwait(2); // from before the order, while the fetch is in progress

        assertThat(find("Tux")).isEqualTo(3);
        slow.countDown();
        assertThat(found.get()).isEqualTo(3);
    }

    @Test
    void showsAChangeThroughThisFrontendAtOnce() {
        find("Tux");

        cache.changed(tux(2));

        assertThat(find("Tux")).isEqualTo(2);
        assertThat(catalog.fetches).hasValue(1);
    }

    @Test
    void fetchesAProductAgainWhoseChangesAreNotSentAnyMore() {
        find("Tux");
        find("Fox");
        catalog.version = 2;

        catalog.forget("Tux");

        await().until(() -> find("Tux") == 2);
        assertThat(find("Fox")).isEqualTo(1);
    }

    @Test
    void keepsNoFetchFromBeforeTheProductWasForgotten() throws Exception {
        catalog.hold = new CountDownLatch(1);
        CountDownLatch slow = catalog.hold;
        CompletableFuture<Long> found = CompletableFuture.supplyAsync(() -> find("Tux"));
        await().until(() -> catalog.fetches.get() == 1); // its reply has version 1
        catalog.hold = new CountDownLatch(0);
        catalog.version = 2; // without an update: the catalog does not send changes of it any more
        catalog.forget("Tux");
        updateAndAwait(1); // the cache has taken in that it is forgotten, and an update that was sent before

        slow.countDown();

        assertThat(found.get()).isEqualTo(1); // the query began before that
        assertThat(find("Tux")).isEqualTo(2);
    }

    @Test
    void emptiesTheCacheWhenTheCatalogStopsAndFillsItFromTheNext() throws Exception {
        find("Tux");
        int port = catalog.address().port();

        catalog.close();

        await().until(() -> !cache.isLive());
        assertThat(cache.size()).isZero();
        assertThatThrownBy(() -> cache.find("Tux", () -> client.call(new CatalogRequest.Get("Tux"))))
                .isInstanceOf(UnavailableException.class);
        catalog = new ScriptedCatalog(port);
        catalog.version = 7;
        await().until(cache::isLive);
        assertThat(find("Tux")).isEqualTo(7);
        assertThat(find("Tux")).isEqualTo(7);
        assertThat(catalog.fetches).hasValue(1);
    }

    @Test
    void emptiesTheCacheWhenTheWatchIsSilent() {
        watch.close();
        watch(Duration.ofMillis(300));
        find("Tux");
        catalog.version = 2;

        catalog.alive = false;

        await().until(() -> !cache.isLive());
        assertThat(find("Tux")).isEqualTo(2);
        catalog.alive = true;
        await().until(cache::isLive);
        assertThat(catalog.watches.get()).isGreaterThan(1);
    }

    @Test
    void discardsAFetchFromBeforeTheWatch() throws Exception {
        catalog.hold = new CountDownLatch(1);
        CountDownLatch slow = catalog.hold;
        CompletableFuture<Long> found = CompletableFuture.supplyAsync(() -> find("Tux"));
        await().until(() -> catalog.fetches.get() == 1);
        catalog.hold = new CountDownLatch(0);
        watch.close();
        watch(LONG);
        catalog.version = 2; // without an update: the product was not fetched under this watch

        slow.countDown();

        assertThat(found.get()).isEqualTo(1);
        assertThat(find("Tux")).isEqualTo(2);
    }

    @Test
    void staysBoundedAndKeepsFrequentProducts() {
        for (int i = 0; i < 200; i++) {
            find("Tux");
            find("Toy " + i);
        }

        assertThat(cache.size()).isLessThanOrEqualTo(MOST);
        assertThat(catalog.fetches).hasValue(201);
    }

    @Test
    void keepsNoEntryForAnUnknownProduct() {
        assertThatThrownBy(() -> cache.find("Elk", () -> {
                    throw new IOException("there is none");
                }))
                .hasMessage("there is none");

        assertThat(cache.size()).isZero();
    }

    private long find(String name) {
        try {
            return cache.find(name, () -> client.call(new CatalogRequest.Get(name)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Returns when the cache has the update: a later update of another product is visible. */
    private void updateAndAwait(long version) {
        catalog.send(tux(version));
        Product sign = new Product("sign " + version, BigDecimal.ONE, 1, 1);
        find(sign.name());
        catalog.send(new Product(sign.name(), sign.price(), 2, Long.MAX_VALUE));
        await().until(() -> find(sign.name()) == Long.MAX_VALUE);
    }
}

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
import toystore.wire.net.UnavailableException;

/** Tries to catch the cache with something stale in it. Products are asked for and told of over real connections. */
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
        watch = new CatalogWatch(catalog.address(), cache, patience);
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
    void asksOnceForWhatIsNotToldToChange() {
        assertThat(find("Tux")).isEqualTo(1);
        assertThat(find("Tux")).isEqualTo(1);
        assertThat(find("Fox")).isEqualTo(1);

        assertThat(catalog.asked).hasValue(2);
        assertThat(cache.hits()).isEqualTo(1);
        assertThat(cache.misses()).isEqualTo(2);
    }

    @Test
    void showsWhatItIsToldWithoutAsking() {
        find("Tux");

        catalog.tell(tux(2));

        await().until(() -> find("Tux") == 2);
        assertThat(catalog.asked).hasValue(1);
    }

    @Test
    void doesNotKeepAnAnswerThatAChangeHasOvertaken() throws Exception {
        catalog.hold = new CountDownLatch(1);
        CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> find("Tux"));
        CountDownLatch slow = catalog.hold;
        await().until(() -> catalog.asked.get() == 1); // and its answer has version 1
        catalog.hold = new CountDownLatch(0);
        catalog.version = 2;
        tellAndAwait(2);

        slow.countDown();

        assertThat(first.get()).isEqualTo(2);
        assertThat(find("Tux")).isEqualTo(2);
    }

    @Test
    void doesNotKeepAnOlderOneOfTwoAnswers() throws Exception {
        catalog.hold = new CountDownLatch(1);
        CountDownLatch slow = catalog.hold;
        CompletableFuture<Long> first = CompletableFuture.supplyAsync(() -> find("Tux"));
        await().until(() -> catalog.asked.get() == 1);
        catalog.version = 2;
        catalog.hold = new CountDownLatch(0);
        assertThat(find("Tux")).isEqualTo(2);

        slow.countDown();

        assertThat(first.get()).isEqualTo(2);
        assertThat(find("Tux")).isEqualTo(2);
    }

    @Test
    void takesNothingOlderFromAWatchThatComesTooLate() throws Exception {
        catalog.version = 5;
        find("Tux");

        tellAndAwait(4);

        assertThat(find("Tux")).isEqualTo(5);
    }

    @Test
    void doesNotShowWhatWasBeforeASaleThoughTheCatalogHasNotToldOfItYet() {
        find("Tux");
        catalog.version = 2;

        cache.sold("Tux", 2);

        assertThat(find("Tux")).isEqualTo(2);
        assertThat(catalog.asked).hasValue(2);
        assertThat(find("Tux")).isEqualTo(2);
        assertThat(catalog.asked).hasValue(2);
    }

    @Test
    void doesNotShowAnAnswerToAQuestionFromBeforeASale() throws Exception {
        catalog.hold = new CountDownLatch(1);
        CountDownLatch slow = catalog.hold;
        CompletableFuture<Long> asked = CompletableFuture.supplyAsync(() -> find("Tux"));
        await().until(() -> catalog.asked.get() == 1);
        catalog.version = 2;
        catalog.hold = new CountDownLatch(0);
        cache.sold("Tux", 2);

        slow.countDown();

        assertThat(asked.get()).isEqualTo(1); // it began before the sale was over
        assertThat(find("Tux")).isEqualTo(2);
    }

    @Test
    void asksAnewAfterASaleOfWhichTheVersionIsNotKnown() throws Exception {
        find("Tux");
        catalog.version = 3;

        cache.sold("Tux", 0);
        tellAndAwait(2); // told before the sale, and late

        assertThat(find("Tux")).isEqualTo(3);
    }

    @Test
    void doesNotTakeALateTellingForTheAnswerAfterSuchASale() throws Exception {
        find("Tux");
        catalog.version = 3;
        cache.sold("Tux", 0);
        catalog.hold = new CountDownLatch(1);
        CountDownLatch slow = catalog.hold;
        CompletableFuture<Long> asked = CompletableFuture.supplyAsync(() -> find("Tux"));
        await().until(() -> catalog.asked.get() == 2);
        catalog.hold = new CountDownLatch(0);
        tellAndAwait(2); // of before the sale, while the answer is on its way

        assertThat(find("Tux")).isEqualTo(3);
        slow.countDown();
        assertThat(asked.get()).isEqualTo(3);
    }

    @Test
    void showsAChangeThatWasMadeHereAtOnce() {
        find("Tux");

        cache.changed(tux(2));

        assertThat(find("Tux")).isEqualTo(2);
        assertThat(catalog.asked).hasValue(1);
    }

    @Test
    void forgetsAllWhenTheCatalogGoesAndAsksTheNextOne() throws Exception {
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
        assertThat(catalog.asked).hasValue(1);
    }

    @Test
    void doesNotTrustAWatchThatIsSilent() {
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
    void keepsNoAnswerToAQuestionFromBeforeTheWatch() throws Exception {
        catalog.hold = new CountDownLatch(1);
        CountDownLatch slow = catalog.hold;
        CompletableFuture<Long> asked = CompletableFuture.supplyAsync(() -> find("Tux"));
        await().until(() -> catalog.asked.get() == 1);
        catalog.hold = new CountDownLatch(0);
        watch.close();
        watch(LONG);
        catalog.version = 2; // nobody is told: who watches now has not asked for it

        slow.countDown();

        assertThat(asked.get()).isEqualTo(1);
        assertThat(find("Tux")).isEqualTo(2);
    }

    @Test
    void isBoundedAndKeepsWhatIsAskedForAgainAndAgain() {
        for (int i = 0; i < 200; i++) {
            find("Tux");
            find("Toy " + i);
        }

        assertThat(cache.size()).isLessThanOrEqualTo(MOST);
        assertThat(catalog.asked).hasValue(201);
    }

    @Test
    void keepsNothingOfAProductThatThereIsNot() {
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

    /** Returns when the cache has been told: what is told behind that shows. */
    private void tellAndAwait(long version) {
        catalog.tell(tux(version));
        Product sign = new Product("sign " + version, BigDecimal.ONE, 1, 1);
        find(sign.name());
        catalog.tell(new Product(sign.name(), sign.price(), 2, Long.MAX_VALUE));
        await().until(() -> find(sign.name()) == Long.MAX_VALUE);
    }
}

package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.system.TestStore.Answer;

/** The store as shoppers meet it, and what becomes of it when its processes stop, crash and come back. */
class StoreIT {
    @TempDir
    Path data;

    @Test
    void sellsAToy() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            assertThat(store.get("/products/Tux").response().body())
                    .isEqualTo("{\"data\":{\"name\":\"Tux\",\"price\":15.99,\"quantity\":100}}\n");

            Answer placed = store.order("Tux", 5);

            assertThat(placed.status()).isEqualTo(201);
            assertThat(placed.response().headers().firstValue("Location")).hasValue("/orders/1");
            assertThat(placed.data().get("order_number").longValue()).isEqualTo(1);
            assertThat(store.get("/orders/1").data()).isEqualTo(placed.data());
            assertThat(store.quantityOf("Tux")).isEqualTo(95);
            assertThat(store.get("/ready").status()).isEqualTo(200);
        }
    }

    @Test
    void sellsForWholeCents() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            for (String price : List.of("1.999", "0.001", "1e-999", "1.0000000000000000000000000000000000001")) {
                Answer refused = store.put("Tux", "{\"price\":" + price + ",\"add\":1}", TestStore.ADMIN_TOKEN);
                assertThat(refused.status()).isEqualTo(400);
                assertThat(refused.error())
                        .startsWith("price is ")
                        .endsWith("; expected at most 2 digits after the point");
            }
            assertThat(store.put("Tux", "{\"price\":16.500}", TestStore.ADMIN_TOKEN)
                            .response()
                            .body())
                    .isEqualTo("{\"data\":{\"name\":\"Tux\",\"price\":16.50,\"quantity\":100}}\n");
            assertThat(store.order("Tux", 1).response().body()).contains(",\"price\":16.50,");
        }
    }

    @Test
    void answersMessagesThatAPersonTypes() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            assertThat(store.type("catalog", "{\"type\":\"get\",\"name\":\"Tux\"}"))
                    .matches("\\{\"code\":1,\"name\":\"Tux\",\"price\":15.99,\"quantity\":100,\"version\":[0-9]+}");
            assertThat(store.type("orders", "{\"type\":\"post\",\"name\":\"Tux\",\"quantity\":5}"))
                    .startsWith("{\"code\":1,\"order_number\":1,\"name\":\"Tux\",\"quantity\":5,\"price\":15.99,");
            assertThat(store.type("orders", "{\"type\":\"get\",\"order_number\":2}"))
                    .isEqualTo("{\"code\":404,\"message\":\"order not found\",\"reason\":\"unknown_order\"}");
            assertThat(store.type("catalog", "{\"type\":\"stats\"}")).contains("\"products\":50,\"units\":4995,");
        }
    }

    @Test
    void offersAtLeastADozenToysWithAHundredOfEach() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            List<Integer> quantities = new ArrayList<>();
            store.get("/products").data().forEach(product -> {
                quantities.add(product.get("quantity").intValue());
                assertThat(product.get("price").decimalValue()).isPositive();
            });

            assertThat(quantities).hasSizeGreaterThanOrEqualTo(12).containsOnly(100);
        }
    }

    @Test
    void sellsExactlyWhatThereIsToManyShoppersWhoWantMore() throws Exception {
        Map<Long, String> placed = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<Integer> refusals = new ConcurrentLinkedQueue<>();
        try (TestStore store = TestStore.open(data)) {
            // 20 shoppers, of whom 10 want 7 and 10 want 8 of the 100: 150 in all, one by one
            inParallel(20, shopper -> {
                for (int i = 0; i < 7 + shopper % 2; i++) {
                    Answer answer = store.orderUntilAnswered("Tux", 1);
                    if (answer.status() == 201) {
                        placed.put(
                                answer.data().get("order_number").longValue(),
                                answer.data().toString());
                    } else {
                        refusals.add(answer.status());
                    }
                }
            });

            assertThat(placed).hasSize(100);
            assertThat(refusals).hasSize(50).containsOnly(409);
            assertThat(store.quantityOf("Tux")).isZero();
            for (long number = 1; number <= 100; number++) {
                assertThat(store.get("/orders/" + number).data()).hasToString(placed.get(number));
            }
            assertThat(store.get("/orders/101").status()).isEqualTo(404);
        }
    }

    @Test
    void showsNobodyWhoHasBoughtMoreThanWasLeftThen() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            List<CompletableFuture<Void>> shoppers = Stream.generate(() ->
                            CompletableFuture.runAsync(() -> buyAndLook(store, 20), task -> new Thread(task).start()))
                    .limit(4)
                    .toList();
            for (CompletableFuture<Void> shopper : shoppers) {
                shopper.get(2, TimeUnit.MINUTES);
            }
            assertThat(store.quantityOf("Tux")).isEqualTo(20);

            store.type("orders", "{\"type\":\"post\",\"name\":\"Tux\",\"quantity\":5}"); // not by way of the frontend
            await().until(() -> store.quantityOf("Tux") == 15);
        }
    }

    /** Orders are of one unit each, so that when order n is answered, n of 100 are sold or more. */
    private static void buyAndLook(TestStore store, int times) {
        try {
            for (int i = 0; i < times; i++) {
                assertThat(store.quantityOf("Tux")).isPositive();
                int number = store.order("Tux", 1).data().get("order_number").intValue();
                assertThat(store.quantityOf("Tux")).isLessThanOrEqualTo(100 - number);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void findsStockAndOrdersAsTheyWereAfterARestart() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            Answer first = store.order("Tux", 5);
            Answer second = store.order("Fox", 7);
            store.stopAll();

            store.startAll();

            assertThat(store.quantityOf("Tux")).isEqualTo(95);
            assertThat(store.quantityOf("Fox")).isEqualTo(93);
            assertThat(store.get("/orders/1").data()).isEqualTo(first.data());
            assertThat(store.get("/orders/2").data()).isEqualTo(second.data());
            assertThat(store.order("Tux", 1).data().get("order_number").longValue())
                    .isEqualTo(3);
        }
    }

    @Test
    void placesAnOrderOncePerKeyAlsoWhenAllWereKilledInBetween() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            Answer first = store.order("Tux", 5, "my-key");
            assertThat(first.status()).isEqualTo(201);
            assertThat(store.order("Tux", 5, "my-key").body()).isEqualTo(first.body());
            assertThat(store.order("Tux", 6, "my-key").status()).isEqualTo(422);

            for (String service : List.of("catalog", "orders", "frontend")) {
                store.service(service).kill();
            }
            store.startAll();

            assertThat(store.order("Tux", 5, "my-key").body()).isEqualTo(first.body());
            assertThat(store.quantityOf("Tux")).isEqualTo(95);
        }
    }

    @Test
    void keepsWhatTheShopkeeperChangedWhenAllAreKilled() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.order("Tux", 5);
            assertThat(store.put("Tux", "{\"add\":7}", "guess").status()).isEqualTo(401);
            assertThat(store.put("Tux", "{\"add\":7,\"price\":16.25}", TestStore.ADMIN_TOKEN)
                            .status())
                    .isEqualTo(200);
            assertThat(store.put("Owl", "{\"add\":3,\"price\":9.99}", TestStore.ADMIN_TOKEN)
                            .status())
                    .isEqualTo(201);

            for (String service : List.of("catalog", "orders", "frontend")) {
                store.service(service).kill();
            }
            store.startAll();

            assertThat(store.get("/products/Tux").data())
                    .hasToString("{\"name\":\"Tux\",\"price\":16.25,\"quantity\":102}");
            assertThat(store.order("Owl", 3).status()).isEqualTo(201);
            assertThat(store.order("Owl", 1).status()).isEqualTo(409);
        }
    }

    @Test
    void placesNothingWhenCatalogAndOrderLogDoNotBelongTogether() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.order("Tux", 5);
            store.stopAll();
            Path log = data.resolve("orders-00000000000000000001.log");
            Path elsewhere = Files.move(log, data.resolve("elsewhere"));

            store.start("catalog");
            store.start("orders");
            store.start("frontend");

            await().untilAsserted(() -> assertThat(store.get("/ready").error())
                    .contains("catalog.json follows order log ", "begin anew with ./toystore reset"));
            assertThat(store.order("Tux", 1).error()).contains("catalog.json follows order log ");
            assertThat(store.quantityOf("Tux")).isEqualTo(95);
            store.service("orders").kill();
            Files.move(elsewhere, log, StandardCopyOption.REPLACE_EXISTING);
            store.start("orders");
            store.awaitReady();
            assertThat(store.order("Tux", 1).data().get("order_number").longValue())
                    .isEqualTo(2);
        }
    }

    @Test
    void losesNoAcknowledgedOrderWhenOrdersIsKilledAtWork() throws Exception {
        losesNoAcknowledgedOrderWhenKilled("orders");
    }

    @Test
    void losesNoAcknowledgedOrderWhenAllAreKilledAtWork() throws Exception {
        losesNoAcknowledgedOrderWhenKilled("frontend", "orders", "catalog");
    }

    private void losesNoAcknowledgedOrderWhenKilled(String... services) throws Exception {
        Map<Long, String> acknowledged = new ConcurrentHashMap<>();
        CountDownLatch busy = new CountDownLatch(50);
        try (TestStore store = TestStore.open(data)) {
            Thread killer = new Thread(() -> {
                awaitUninterruptibly(busy);
                for (String service : services) {
                    store.service(service).kill();
                }
            });
            killer.start();
            inParallel(8, shopper -> {
                try {
                    Answer answer = store.orderAlone("Tux", 1);
                    while (answer.status() == 201) {
                        acknowledged.put(
                                answer.data().get("order_number").longValue(),
                                answer.data().toString());
                        busy.countDown();
                        answer = store.orderAlone(
                                answer.data().get("order_number").longValue() % 2 == 0 ? "Tux" : "Fox", 1);
                    }
                } catch (IOException frontendIsDead) {
                    // that shopper goes home
                }
            });
            killer.join();
            for (String service : services) {
                store.start(service);
            }
            store.awaitReady();

            assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(50);
            for (Map.Entry<Long, String> order : acknowledged.entrySet()) {
                assertThat(store.get("/orders/" + order.getKey()).data()).hasToString(order.getValue());
            }
            long next = store.order("Whale", 1).data().get("order_number").longValue();
            assertThat(acknowledged).doesNotContainKey(next);
            int sold = 200 - store.quantityOf("Tux") - store.quantityOf("Fox");
            assertThat(sold).as("no unit is lost").isEqualTo((int) next - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"orders frontend catalog", "frontend catalog orders"}) // all else starts the catalog first
    void worksInWhateverOrderItsServicesAreStarted(String order) throws Exception {
        try (TestStore store = new TestStore(data)) {
            boolean open = false;
            for (String service : order.split(" ", -1)) {
                assertThat(open && store.get("/ready").status() == 200).isFalse();
                store.start(service);
                open |= service.equals("frontend");
            }

            store.awaitReady();
            assertThat(store.order("Tux", 5).status()).isEqualTo(201);
        }
    }

    @Test
    void saysThatAServiceIsDownAndIsBackToWorkWithIt() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.order("Tux", 5);

            store.service("catalog").kill();
            assertUnavailable(store.get("/products/Tux"), "catalog");
            assertUnavailable(store.order("Tux", 1), "catalog");
            assertUnavailable(store.get("/ready"), "catalog");
            assertThat(store.get("/orders/1").status()).isEqualTo(200);
            assertThat(store.get("/health").status()).isEqualTo(200);
            store.start("catalog");
            store.awaitReady();
            assertThat(store.quantityOf("Tux")).isEqualTo(95);
            assertThat(store.order("Tux", 1).data().get("order_number").longValue())
                    .isEqualTo(2);

            store.service("orders").kill();
            assertUnavailable(store.order("Tux", 1), "orders");
            assertUnavailable(store.get("/orders/1"), "orders");
            assertThat(store.quantityOf("Tux")).isEqualTo(94);
            store.start("orders");
            store.awaitReady();
            assertThat(store.order("Tux", 1).data().get("order_number").longValue())
                    .isEqualTo(3);
        }
    }

    @Test
    void waitsOnceForACatalogThatHangsAndGoesOnWhenItDoes() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.order("Tux", 5);
            store.service("catalog").signal("STOP");

            assertThat(millis(() -> assertUnavailable(store.get("/products/Tux"), "catalog")))
                    .isBetween(4_000L, 8_000L);
            List<Long> next = new ArrayList<>();
            List<Long> healthy = new ArrayList<>(); // as long as this machine takes for a request that waits for nobody
            for (int i = 0; i < 5; i++) {
                next.add(millis(() -> assertUnavailable(store.get("/products/Tux"), "catalog")));
                healthy.add(
                        millis(() -> assertThat(store.get("/health").status()).isEqualTo(200)));
            }
            next.sort(null);
            healthy.sort(null);
            assertThat(next.get(2))
                    .as("the median of " + next + " ms, beside " + healthy + " ms for /health")
                    .isLessThan(50 + 5 * healthy.get(2));
            assertThat(store.get("/orders/1").status()).isEqualTo(200);
            assertUnavailable(store.order("Tux", 1), "catalog"); // orders gives up on it before the frontend on orders
            assertThat(store.get("/ready").body().get("error").get("missing").toString())
                    .isEqualTo("[\"catalog\"]");

            store.service("catalog").signal("CONT");

            await().untilAsserted(() ->
                    assertThat(store.get("/products/Tux").status()).isEqualTo(200));
            assertThat(store.service("frontend").log())
                    .containsOnlyOnce("the circuit is open")
                    .containsOnlyOnce("the circuit is closed");
        }
    }

    private static long millis(Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void assertUnavailable(Answer answer, String service) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.response().headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.error()).contains(service + " at 127.0.0.1:");
    }

    private interface Work {
        void run(int number) throws Exception;
    }

    private static void inParallel(int threads, Work work) throws InterruptedException {
        List<Thread> started = new ArrayList<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    work.run(number);
                } catch (Throwable e) {
                    failures.add(e);
                }
            });
            thread.start();
            started.add(thread);
        }
        for (Thread thread : started) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

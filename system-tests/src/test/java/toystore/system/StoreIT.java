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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import toystore.system.TestStore.Response;

/** Requests to a store of real processes, which stop, crash and restart. */
class StoreIT {
    @TempDir
    static Path shared;

    private static TestStore open; // for tests that leave it open, each with a product of its own
    private static JsonNode atTheStart; // its products

    @TempDir
    Path data;

    @BeforeAll
    static void open() throws IOException {
        open = TestStore.open(shared);
        atTheStart = open.get("/products").data();
    }

    @AfterAll
    static void close() {
        open.close();
    }

    @Test
    void placesAnOrder() throws Exception {
        assertThat(open.get("/products/Tux").text())
                .isEqualTo("{\"data\":{\"name\":\"Tux\",\"price\":15.99,\"quantity\":100}}\n");

        Response placed = open.order("Tux", 5);

        assertThat(placed.status()).isEqualTo(201);
        assertThat(placed.header("Location")).hasValue("/orders/" + placed.orderNumber());
        assertThat(open.get("/orders/" + placed.orderNumber()).data()).isEqualTo(placed.data());
        assertThat(open.quantityOf("Tux")).isEqualTo(95);
        assertThat(open.get("/ready").status()).isEqualTo(200);
    }

    @Test
    void refusesPricesWithFractionsOfACent() throws Exception {
        for (String price : List.of("1.999", "0.001", "1e-999", "1.0000000000000000000000000000000000001")) {
            Response refused = open.put("Fox", "{\"price\":" + price + ",\"add\":1}", TestStore.ADMIN_TOKEN);
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.error()).startsWith("price is ").endsWith("; expected at most 2 digits after the point");
        }
        assertThat(open.put("Fox", "{\"price\":16.500}", TestStore.ADMIN_TOKEN).text())
                .isEqualTo("{\"data\":{\"name\":\"Fox\",\"price\":16.50,\"quantity\":100}}\n");
        assertThat(open.order("Fox", 1).text()).contains(",\"price\":16.50,");
    }

    @Test
    void repliesToMessagesTypedByHand() throws Exception {
        long number = open.order("Kite", 1).orderNumber() + 1;
        int units = units();
        assertThat(open.sendMessage("catalog", "{\"type\":\"get\",\"name\":\"Whale\"}"))
                .matches("\\{\"code\":1,\"name\":\"Whale\",\"price\":18.99,\"quantity\":100,\"version\":[0-9]+}");
        assertThat(open.sendMessage("orders", "{\"type\":\"place\",\"name\":\"Whale\",\"quantity\":5}"))
                .startsWith("{\"code\":1,\"order_number\":" + number
                        + ",\"name\":\"Whale\",\"quantity\":5,\"price\":18.99,");
        assertThat(open.sendMessage("orders", "{\"type\":\"get\",\"order_number\":" + (number + 1) + "}"))
                .isEqualTo("{\"code\":404,\"message\":\"order not found\",\"reason\":\"unknown_order\"}");
        assertThat(units()).isEqualTo(units - 5);
    }

    /** The units of all 50 products. */
    private static int units() throws IOException {
        String stats = open.sendMessage("catalog", "{\"type\":\"stats\"}");
        assertThat(stats).containsPattern("\"products\":50,\"units\":[0-9]+,");
        return Integer.parseInt(stats.replaceFirst(".*\"units\":([0-9]+),.*", "$1"));
    }

    @Test
    void startsWithAHundredUnitsOfEachOfAtLeastADozenToys() {
        List<Integer> quantities = new ArrayList<>();
        atTheStart.forEach(product -> {
            quantities.add(product.get("quantity").intValue());
            assertThat(product.get("price").decimalValue()).isPositive();
        });

        assertThat(quantities).hasSizeGreaterThanOrEqualTo(12).containsOnly(100);
    }

    @Test
    void sellsExactlyTheStockToShoppersWhoOrderMore() throws Exception {
        Map<Long, String> placed = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<Integer> refusals = new ConcurrentLinkedQueue<>();
        long before = open.order("Kite", 1).orderNumber();
        // 20 shoppers order 150 units of 100 in all, one by one: 10 of them 7 each, 10 of them 8
        inParallel(20, shopper -> {
            for (int i = 0; i < 7 + shopper % 2; i++) {
                Response response = open.orderUntilAnswered("Elephant", 1);
                if (response.status() == 201) {
                    placed.put(response.orderNumber(), response.data().toString());
                } else {
                    refusals.add(response.status());
                }
            }
        });

        assertThat(placed).hasSize(100);
        assertThat(refusals).hasSize(50).containsOnly(409);
        assertThat(open.quantityOf("Elephant")).isZero();
        for (long number = before + 1; number <= before + 100; number++) {
            assertThat(open.get("/orders/" + number).data()).hasToString(placed.get(number));
        }
        assertThat(open.get("/orders/" + (before + 101)).status()).isEqualTo(404);
    }

    @Test
    void showsAShopperNoStockFromBeforeTheirOrder() throws Exception {
        long before = open.order("Kite", 1).orderNumber();
        List<CompletableFuture<Void>> shoppers = Stream.generate(() ->
                        CompletableFuture.runAsync(() -> orderAndQuery(before, 20), task -> new Thread(task).start()))
                .limit(4)
                .toList();
        for (CompletableFuture<Void> shopper : shoppers) {
            shopper.get(2, TimeUnit.MINUTES);
        }
        assertThat(open.quantityOf("Python")).isEqualTo(20);

        open.sendMessage(
                "orders", "{\"type\":\"place\",\"name\":\"Python\",\"quantity\":5}"); // not through the frontend
        await().until(() -> open.quantityOf("Python") == 15);
    }

    /** Each order is for one unit, so at least n of 100 units are sold once the n-th order is acknowledged. */
    private static void orderAndQuery(long before, int times) {
        try {
            for (int i = 0; i < times; i++) {
                assertThat(open.quantityOf("Python")).isPositive();
                long n = open.order("Python", 1).orderNumber() - before;
                assertThat(open.quantityOf("Python")).isLessThanOrEqualTo(100 - (int) n);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void keepsStockAndOrdersAcrossARestart() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            Response first = store.order("Tux", 5);
            Response second = store.order("Fox", 7);
            store.stopAll();

            store.startAll();

            assertThat(store.quantityOf("Tux")).isEqualTo(95);
            assertThat(store.quantityOf("Fox")).isEqualTo(93);
            assertThat(store.get("/orders/1").data()).isEqualTo(first.data());
            assertThat(store.get("/orders/2").data()).isEqualTo(second.data());
            assertThat(store.order("Tux", 1).orderNumber()).isEqualTo(3);
        }
    }

    @Test
    void placesAnOrderOncePerKeyEvenIfAllServicesAreKilledInBetween() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            Response first = store.order("Tux", 5, "my-key");
            assertThat(first.status()).isEqualTo(201);
            assertThat(store.order("Tux", 5, "my-key").body()).isEqualTo(first.body());
            assertThat(store.order("Tux", 6, "my-key").status()).isEqualTo(422);

            store.killAll();
            store.startAll();

            assertThat(store.order("Tux", 5, "my-key").body()).isEqualTo(first.body());
            assertThat(store.quantityOf("Tux")).isEqualTo(95);
        }
    }

    @Test
    void keepsChangesOfProductsWhenAllServicesAreKilled() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.order("Tux", 5);
            assertThat(store.put("Tux", "{\"add\":7}", "guess").status()).isEqualTo(401);
            assertThat(store.put("Tux", "{\"add\":7,\"price\":16.25}", TestStore.ADMIN_TOKEN)
                            .status())
                    .isEqualTo(200);
            assertThat(store.put("Owl", "{\"add\":3,\"price\":9.99}", TestStore.ADMIN_TOKEN)
                            .status())
                    .isEqualTo(201);

            store.killAll();
            store.startAll();

            assertThat(store.get("/products/Tux").data())
                    .hasToString("{\"name\":\"Tux\",\"price\":16.25,\"quantity\":102}");
            assertThat(store.order("Owl", 3).status()).isEqualTo(201);
            assertThat(store.order("Owl", 1).status()).isEqualTo(409);
        }
    }

    @Test
    void keepsUnitsOutOfTheStockThatWereTakenWhenAllServicesAreKilled() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.order("Tux", 5);
            assertThat(store.put("Tux", "{\"add\":-90}", TestStore.ADMIN_TOKEN).text())
                    .isEqualTo("{\"data\":{\"name\":\"Tux\",\"price\":15.99,\"quantity\":5}}\n");
            assertThat(store.put("Tux", "{\"add\":-6,\"price\":1}", TestStore.ADMIN_TOKEN)
                            .text())
                    .isEqualTo(
                            "{\"error\":{\"code\":409,\"message\":\"too few units: add is -6, 5 available\",\"available\":5}}\n");

            store.killAll();
            store.startAll();

            assertThat(store.get("/products/Tux").data())
                    .hasToString("{\"name\":\"Tux\",\"price\":15.99,\"quantity\":5}");
            assertThat(store.order("Tux", 6).status()).isEqualTo(409);
            assertThat(store.order("Tux", 5).status()).isEqualTo(201);
            assertThat(store.put("Tux", "{\"add\":-1}", TestStore.ADMIN_TOKEN).status())
                    .isEqualTo(409);
            store.stopAll();
            assertThat(ProgramRun.jar("orders", "audit", "--data", data.toString())
                            .stdout())
                    .containsPattern("Tux +100 +-90 +10 +0 +0\n")
                    .endsWith("audit: no difference\n");
        }
    }

    @Test
    void listsAllOrdersForTheShopkeeper() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            List<String> placed = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                placed.add(store.order(i % 2 == 0 ? "Fox" : "Tux", i).data().toString());
            }
            store.killAll();
            store.startAll();

            List<String> listed = new ArrayList<>();
            String after = "0";
            while (!after.equals("null")) {
                Response page = store.getAsAdmin("/orders?limit=2&after=" + after);
                page.data().forEach(order -> listed.add(order.toString()));
                after = page.body().get("next").toString();
            }
            assertThat(listed).isEqualTo(placed);
            assertThat(placed.get(2)).contains("\"quantity\":3,\"price\":15.99,\"total\":47.97,");
            assertThat(store.get("/orders").status()).isEqualTo(401);
        }
    }

    @Test
    void placesNoOrderWhenCatalogAndOrderLogDoNotMatch() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.order("Tux", 5);
            store.stopAll();
            Path log = data.resolve("orders-00000000000000000001.log");
            Path elsewhere = Files.move(log, data.resolve("elsewhere"));

            store.start("catalog");
            store.start("orders");
            store.start("frontend");

            await().untilAsserted(() -> assertThat(store.get("/ready").error())
                    .contains("catalog.json follows order log ", "start over with ./toystore reset"));
            assertThat(store.order("Tux", 1).error()).contains("catalog.json follows order log ");
            assertThat(store.quantityOf("Tux")).isEqualTo(95);
            store.service("orders").kill();
            Files.move(elsewhere, log, StandardCopyOption.REPLACE_EXISTING);
            store.start("orders");
            store.awaitReady();
            assertThat(store.order("Tux", 1).orderNumber()).isEqualTo(2);
        }
    }

    @Test
    void losesNoAcknowledgedOrderWhenOrdersIsKilledUnderLoad() throws Exception {
        losesNoAcknowledgedOrderWhenKilled("orders");
    }

    @Test
    void losesNoAcknowledgedOrderWhenAllAreKilledUnderLoad() throws Exception {
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
                    Response response = store.orderOnNewConnection("Tux", 1);
                    while (response.status() == 201) {
                        acknowledged.put(response.orderNumber(), response.data().toString());
                        busy.countDown();
                        response = store.orderOnNewConnection(response.orderNumber() % 2 == 0 ? "Tux" : "Fox", 1);
                    }
                } catch (IOException frontendIsDead) {
                    // this shopper stops
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
            long next = store.order("Whale", 1).orderNumber();
            assertThat(acknowledged).doesNotContainKey(next);
            int sold = 200 - store.quantityOf("Tux") - store.quantityOf("Fox");
            assertThat(sold).as("no unit is lost").isEqualTo((int) next - 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"orders frontend catalog", "frontend catalog orders"}) // other tests start the catalog first
    void worksWhateverServiceStartsFirst(String order) throws Exception {
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
    void reportsAServiceThatIsDownAndRecoversWithIt() throws Exception {
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
            assertThat(store.order("Tux", 1).orderNumber()).isEqualTo(2);

            store.service("orders").kill();
            assertUnavailable(store.order("Tux", 1), "orders");
            assertUnavailable(store.get("/orders/1"), "orders");
            assertThat(store.quantityOf("Tux")).isEqualTo(94);
            store.start("orders");
            store.awaitReady();
            assertThat(store.order("Tux", 1).orderNumber()).isEqualTo(3);
        }
    }

    @Test
    void waitsOnceForACatalogThatHangsAndRecoversWithIt() throws Exception {
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

    private static void assertUnavailable(Response response, String service) {
        assertThat(response.status()).isEqualTo(503);
        assertThat(response.header("Retry-After")).hasValue("1");
        assertThat(response.error()).contains(service + " at 127.0.0.1:");
    }

    private interface ShopperTask {
        void run(int number) throws Exception;
    }

    private static void inParallel(int threads, ShopperTask task) throws InterruptedException {
        List<Thread> started = new ArrayList<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    task.run(number);
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

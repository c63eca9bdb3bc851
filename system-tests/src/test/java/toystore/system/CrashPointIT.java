package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import toystore.catalog.CrashingCatalog;
import toystore.orders.CrashingOrders;
import toystore.process.ServiceProcess;
import toystore.system.TestStore.Response;

/** A service ends at each crash point of an order; then each order exists once, and no stock is lost. */
class CrashPointIT {
    private static final int SHOPPERS = 4;
    private static final int ORDERS = 10;
    private static final int SOLD = SHOPPERS * ORDERS * 2; // units

    @TempDir
    Path data;

    private final ExecutorService threads = Executors.newFixedThreadPool(SHOPPERS);
    private final ExecutorService shopkeeper = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        shopkeeper.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(CrashingOrders.Point.class)
    void placesEachOrderOnceWhenOrdersCrashes(CrashingOrders.Point point) throws Exception {
        try (TestStore store = new TestStore(data)) {
            store.start("catalog");
            ServiceProcess crashing = store.startTestClass("orders", CrashingOrders.class, point.name());
            store.start("frontend");
            store.awaitReady();

            orderUntilAllArePlaced(store, crashing, "orders");
            assertThat(store.quantityOf("Tux")).isEqualTo(100 - SOLD);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = CrashingCatalog.Point.class,
            names = {"WITHIN_A_CHECKPOINT", "BETWEEN_TEMPORARY_FILE_AND_RENAME"})
    void placesEachOrderOnceWhenTheCatalogCrashes(CrashingCatalog.Point point) throws Exception {
        try (TestStore store = new TestStore(data)) {
            ServiceProcess crashing = store.startTestClass("catalog", CrashingCatalog.class, point.name());
            store.start("orders");
            store.start("frontend");
            store.awaitReady();

            orderUntilAllArePlaced(store, crashing, "catalog");
            assertThat(store.quantityOf("Tux")).isEqualTo(100 - SOLD);
        }
    }

    /** The shopkeeper takes all units that the shoppers do not want, while they order. */
    @ParameterizedTest
    @CsvSource({"BEFORE_A_CHANGE_IS_WRITTEN, 20", "BETWEEN_A_CHANGE_AND_ITS_REPLY, 0"})
    void takesUnitsOnceOrNotAtAllWhenTheCatalogCrashes(CrashingCatalog.Point point, int left) throws Exception {
        try (TestStore store = new TestStore(data)) {
            ServiceProcess crashing = store.startTestClass("catalog", CrashingCatalog.class, point.name());
            store.start("orders");
            store.start("frontend");
            store.awaitReady();
            Future<Response> taken =
                    shopkeeper.submit(() -> store.put("Tux", "{\"add\":" + (SOLD - 100) + "}", TestStore.ADMIN_TOKEN));

            orderUntilAllArePlaced(store, crashing, "catalog");

            assertThat(taken.get().status()).isEqualTo(503);
            assertThat(store.quantityOf("Tux")).isEqualTo(left);
            store.stopAll();
            assertThat(ProgramRun.jar("orders", "audit", "--data", data.toString())
                            .stdout())
                    .contains("audit: no difference");
        }
    }

    private void orderUntilAllArePlaced(TestStore store, ServiceProcess crashing, String service) throws Exception {
        Map<String, String> placed = new ConcurrentHashMap<>();
        List<Future<?>> shoppers = new ArrayList<>();
        for (int s = 0; s < SHOPPERS; s++) {
            int shopper = s;
            shoppers.add(threads.submit(() -> {
                for (int i = 0; i < ORDERS; i++) {
                    String key = "shopper-" + shopper + "-" + i;
                    placed.put(key, orderUntilPlaced(store, key));
                }
                return null;
            }));
        }
        assertThat(crashing.awaitExit()).isEqualTo(42);
        store.start(service);
        for (Future<?> shopper : shoppers) {
            shopper.get();
        }

        int orders = SHOPPERS * ORDERS;
        assertThat(placed.values()).hasSize(orders).doesNotHaveDuplicates();
        for (Map.Entry<String, String> order : placed.entrySet()) {
            assertThat(store.order("Tux", 2, order.getKey()).data()).hasToString(order.getValue());
        }
        for (int number = 1; number <= orders; number++) {
            assertThat(placed)
                    .containsValue(store.get("/orders/" + number).data().toString());
        }
        assertThat(store.get("/orders/" + (orders + 1)).status()).isEqualTo(404);
    }

    private static String orderUntilPlaced(TestStore store, String key) throws IOException {
        Response response = store.order("Tux", 2, key);
        while (response.status() == 503) {
            response = store.order("Tux", 2, key);
        }
        assertThat(response.status()).isEqualTo(201);
        return response.data().toString();
    }
}

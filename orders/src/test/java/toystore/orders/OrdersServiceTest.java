package toystore.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static toystore.orders.TestOverrides.LONG;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.common.Address;
import toystore.durable.AppendLog;
import toystore.durable.testing.FaultyStorage;
import toystore.durable.testing.UnforcedStorage;
import toystore.orders.Overrides.Timeouts;
import toystore.wire.message.Order;
import toystore.wire.message.OrderPage;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.RecoveryStats;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

class OrdersServiceTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final String LOG = "orders-00000000000000000001.log";

    @TempDir
    Path data;

    private FakeCatalog catalog;
    private OrdersService service;
    private MessageClient client;

    @BeforeEach
    void startAll() throws IOException {
        catalog = new FakeCatalog(ANY_PORT);
        start();
    }

    @AfterEach
    void stopAll() throws IOException {
        stop();
        catalog.close();
    }

    @Test
    void numbersOrdersFromOneAndFindsThemAgain() throws Exception {
        Instant before = Instant.now().minusMillis(1);

        PlaceReply placed = call(new OrdersRequest.Place("Tux", 5));

        assertThat(placed.orderNumber()).isEqualTo(1);
        assertThat(placed.name()).isEqualTo("Tux");
        assertThat(placed.quantity()).isEqualTo(5);
        assertThat(placed.price()).isEqualTo(new BigDecimal("15.90"));
        assertThat(placed.time()).isBetween(before, Instant.now());
        assertThat(placed.version()).isEqualTo(1);
        assertThat(call(new OrdersRequest.Get(1))).isEqualTo(placed.order());
        assertThat(call(new OrdersRequest.Place("Tux", 1)).orderNumber()).isEqualTo(2);
    }

    @Test
    void passesOnTheRefusalOfTheCatalogAndLogsNoOrder() throws Exception {
        assertThat(refusalOf(new OrdersRequest.Place("Sold Out", 1))).isEqualTo(Refusal.outOfStock(1, 0));
        assertThat(refusalOf(new OrdersRequest.Place("Nothing", 1))).isEqualTo(Refusal.unknownProduct());

        assertThat(call(new OrdersRequest.Place("Tux", 1)).orderNumber()).isEqualTo(1);
    }

    @Test
    void findsOnlyOrdersThatWerePlaced() throws Exception {
        call(new OrdersRequest.Place("Tux", 1));

        assertThat(refusalOf(new OrdersRequest.Get(2))).isEqualTo(Refusal.unknownOrder());
        assertThat(refusalOf(new OrdersRequest.Get(Long.MAX_VALUE))).isEqualTo(Refusal.unknownOrder());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "null, null, '1 2 3 4 5', null",
                "0, 2, '1 2', 2",
                "2, 2, '3 4', 4",
                "4, 2, '5', null",
                "3, 2, '4 5', null",
                "0, 1000, '1 2 3 4 5', null",
                "4, 1, '5', null",
                "5, 1, '', null",
                "6, 1, '', null",
                "9223372036854775806, 1000, '', null",
                "9223372036854775807, 1000, '', null",
            })
    void listsOrdersByNumber(Long after, Integer limit, String expected, Long next) throws Exception {
        List<Order> placed = new ArrayList<>();
        for (int n = 1; n <= 5; n++) {
            placed.add(call(new OrdersRequest.Place("Tux", n)).order());
        }
        List<Order> page = Stream.of(expected.split(" ", -1))
                .filter(number -> !number.isEmpty())
                .map(number -> placed.get(Integer.parseInt(number) - 1))
                .toList();

        for (int run = 0; run < 2; run++) { // from memory, and from the file
            assertThat(call(new OrdersRequest.List(after, limit))).isEqualTo(new OrderPage(page, next));
            stop();
            start();
        }
    }

    @Test
    void listsNoOrderOfAnEmptyStore() throws Exception {
        assertThat(call(new OrdersRequest.List(null, null))).isEqualTo(new OrderPage(List.of(), null));
    }

    @Test
    void endsAPageOfOrdersEarlyRatherThanOverfillAMessage() throws Exception {
        stop();
        writeOrders(400, "🧸".repeat(98) + "\"".repeat(50) + "玩".repeat(52));
        start();
        List<Order> listed = new ArrayList<>();

        Long after = 0L;
        while (after != null) {
            OrderPage page = call(new OrdersRequest.List(after, 1000));
            assertThat(page.orders()).hasSizeBetween(1, 399);
            listed.addAll(page.orders());
            after = page.next();
        }

        assertThat(listed).hasSize(400);
        for (int n = 1; n <= 400; n++) {
            assertThat(listed.get(n - 1)).isEqualTo(call(new OrdersRequest.Get(n)));
        }
    }

    @Test
    void listsOrdersWhileOthersArePlaced() throws Exception {
        int orders = 600; // more than are kept in memory
        CompletableFuture<Void> shopper = CompletableFuture.runAsync(() -> {
            for (int n = 1; n <= orders; n++) {
                placeOrFail(n);
            }
        });

        long last = 0;
        while (last < orders && !shopper.isCompletedExceptionally()) {
            OrderPage page = call(new OrdersRequest.List(last, 7));
            for (Order order : page.orders()) {
                assertThat(order.orderNumber()).isEqualTo(++last);
                assertThat(order.quantity()).isEqualTo((int) last);
            }
            assertThat(page.next()).isIn(last, null);
        }
        shopper.get();
    }

    @Test
    void listsOnlyOrdersThatAreOnDisk() throws Exception {
        stop();
        FaultyStorage disk = new FaultyStorage();
        start(TestOverrides.on(disk, TestOverrides.NO_TIMEOUTS));
        Order first = call(new OrdersRequest.Place("Tux", 1)).order();
        Semaphore forces = new Semaphore(0);
        disk.slowForce(forces);
        int before = disk.forces();
        CompletableFuture<Order> second = CompletableFuture.supplyAsync(() -> placeOrFail(2));
        await().until(() -> disk.forces() > before);

        try {
            assertThat(call(new OrdersRequest.List(null, null))).isEqualTo(new OrderPage(List.of(first), null));
        } finally {
            forces.release(Integer.MAX_VALUE);
        }
        assertThat(List.of(first, second.get()))
                .isEqualTo(call(new OrdersRequest.List(null, null)).orders());
    }

    @Test
    void refusesAPageWithADamagedOrder() throws Exception {
        stop();
        writeOrders(100, "Fox");
        start();
        call(new OrdersRequest.Place("Tux", 1, "key")); // all keys are read now, so nothing else reads the first file
        byte[] log = Files.readAllBytes(data.resolve(LOG));
        log[log.length - 20] ^= 1;
        Files.write(data.resolve(LOG), log);

        assertThat(refusalOf(new OrdersRequest.List(0L, 100)))
                .isEqualTo(Refusal.fault("the orders after 0 cannot be read; the log of the service has it"));
        assertThat(call(new OrdersRequest.List(100L, 100)).orders()).hasSize(1);
    }

    @Test
    void refusesOrdersAtOnceWhileTheCatalogIsDownForLongAndTakesThemWhenItIsBack() throws Exception {
        restartAllowingOutagesOf(Duration.ofMillis(200));
        call(new OrdersRequest.Place("Tux", 1));
        Address address = catalog.address();
        catalog.close();

        for (int i = 0; i < 3; i++) { // although the service waits an hour for an epoch
            assertThat(refusalOf(new OrdersRequest.Place("Tux", 1)).code()).isEqualTo(Refusal.NOT_READY);
        }
        assertThat(call(new OrdersRequest.Get(1)).quantity()).isEqualTo(1);

        catalog = new FakeCatalog(address);
        awaitReady();
        assertThat(call(new OrdersRequest.Place("Tux", 1)).orderNumber()).isEqualTo(2);
        assertThat(catalog.received()).startsWith("open 1", "apply 1..1", "activate 1");
    }

    @Test
    void waitsForACatalogThatIsRestarted() throws Exception {
        call(new OrdersRequest.Place("Tux", 1));
        Address address = catalog.address();
        catalog.close();
        await().until(() -> !call(new OrdersRequest.Stats()).ready());
        CompletableFuture<Order> order = CompletableFuture.supplyAsync(() -> placeOrFail(2));

        catalog = new FakeCatalog(address);

        assertThat(order.get().orderNumber()).isEqualTo(2);
    }

    @Test
    void hasAnOrderInItsLogBeforeItReplies() throws Exception {
        for (int n = 1; n <= 50; n++) {
            PlaceReply placed = call(new OrdersRequest.Place("Tux", n));

            List<String> lines = Files.readAllLines(data.resolve(LOG));
            assertThat(lines).filteredOn(line -> !line.isBlank()).hasSize(n + 1);
            assertThat(lines.get(n).substring(15))
                    .isEqualTo("{\"order_number\":" + n + ",\"name\":\"Tux\",\"quantity\":" + n
                            + ",\"price\":15.90,\"time\":\"" + placed.time() + "\",\"reservation\":\"e1-" + n + "\"}");
        }
    }

    @Test
    void givesConcurrentOrdersNumbersWithoutGapsOrDoubles() throws Exception {
        Map<Long, Order> placed = new ConcurrentHashMap<>();
        List<Thread> shoppers = new ArrayList<>();
        for (int s = 0; s < 20; s++) {
            int quantity = s + 1;
            shoppers.add(new Thread(() -> {
                for (int i = 0; i < 20; i++) {
                    Order order = placeOrFail(quantity);
                    placed.put(order.orderNumber(), order);
                }
            }));
        }
        shoppers.forEach(Thread::start);
        for (Thread shopper : shoppers) {
            shopper.join();
        }

        assertThat(placed).hasSize(400);
        for (long n = 1; n <= 400; n++) {
            assertThat(call(new OrdersRequest.Get(n))).isEqualTo(placed.get(n));
        }
    }

    @Test
    void continuesAfterARestart() throws Exception {
        Order first = call(new OrdersRequest.Place("Tux", 5)).order();
        stop();

        start();

        assertThat(call(new OrdersRequest.Get(1))).isEqualTo(first);
        assertThat(call(new OrdersRequest.Place("Tux", 1)).orderNumber()).isEqualTo(2);
        OrdersStats stats = call(new OrdersRequest.Stats());
        assertThat(stats.orders()).isEqualTo(2);
        assertThat(stats.ready()).isTrue();
        assertThat(stats.traffic().served()).isEqualTo(2);
        assertThat(stats.recovery())
                .isEqualTo(new RecoveryStats(1, 0, stats.recovery().millis()));
        String log = Files.readString(data.resolve(LOG)).stripTrailing();
        assertThat(stats.logBytes()).isEqualTo(log.length() + 1);
    }

    @Test
    void tellsTheEpochAndWhatTheCatalogHasApplied() throws Exception {
        awaitReady();
        OrdersStats first = call(new OrdersRequest.Stats());
        assertThat(List.of(first.epoch(), first.epochs(), first.asOf())).isEqualTo(List.of(catalog.epoch(), 1L, 0L));

        call(new OrdersRequest.Place("Tux", 1));
        await().untilAsserted(
                        () -> assertThat(call(new OrdersRequest.Stats()).asOf()).isEqualTo(1));

        catalog.forget(); // so the epoch ends
        await().until(() -> call(new OrdersRequest.Stats()).epochs() == 2);
        OrdersStats second = call(new OrdersRequest.Stats());
        assertThat(second.epoch()).isEqualTo(catalog.epoch()).isNotEqualTo(first.epoch());

        catalog.close();
        await().until(() -> call(new OrdersRequest.Stats()).epoch() == null);
    }

    @Test
    void doesNotKnowWhatTheCatalogHasAppliedBeforeItReplies() throws Exception {
        stop();
        catalog.close();

        start();

        OrdersStats stats = call(new OrdersRequest.Stats());
        assertThat(stats.asOf()).isNull();
        assertThat(stats.epoch()).isNull();
        assertThat(stats.epochs()).isZero();
    }

    @Test
    void givesTheNumberOfATornOrderToTheNextOne() throws Exception {
        call(new OrdersRequest.Place("Tux", 1));
        call(new OrdersRequest.Place("Tux", 2));
        stop();
        String log = Files.readString(data.resolve(LOG)).stripTrailing();
        Files.writeString(data.resolve(LOG), log.substring(0, log.length() - 10) + "\t");
        int torn = log.length() - 10 - (log.lastIndexOf('\n') + 1);
        catalog.forget();

        start();

        RecoveryStats recovery = call(new OrdersRequest.Stats()).recovery();
        assertThat(recovery).isEqualTo(new RecoveryStats(1, torn, recovery.millis()));
        assertThat(refusalOf(new OrdersRequest.Get(2))).isEqualTo(Refusal.unknownOrder());
        assertThat(call(new OrdersRequest.Place("Tux", 3)).orderNumber()).isEqualTo(2);
    }

    @Test
    void refusesToStartWithALogThatLinesWereRemovedFrom() throws Exception {
        for (int n = 1; n <= 3; n++) {
            call(new OrdersRequest.Place("Tux", 1));
        }
        stop();
        List<String> lines = Files.readAllLines(data.resolve(LOG));
        lines.remove(2);
        Files.writeString(data.resolve(LOG), String.join("\n", lines)); // the last line is blank

        assertThatThrownBy(this::start)
                .isInstanceOf(IOException.class)
                .hasMessage(data.resolve(LOG) + ": record 2 is order 3; records were removed or added by hand");
    }

    @Test
    void refusesAFolderThatAnotherProcessUses() {
        assertThatThrownBy(() -> OrdersService.start(config(), TestOverrides.NONE, OrdersServiceTest::unexpected))
                .hasMessageContaining("is in use by another orders process");
    }

    /** Writes a log of many small files, as an earlier run leaves it. */
    private void writeOrders(int count, String name) throws IOException {
        Files.deleteIfExists(data.resolve(LOG));
        AppendLog.Options options = new AppendLog.Options(new UnforcedStorage(), data, "orders", 10_000);
        try (AppendLog log = AppendLog.open(options, OrdersServiceTest::unexpected)) {
            for (int n = 1; n <= count; n++) {
                OrderLine order = OrderLine.unnumbered(
                        name, n, new BigDecimal("1000000000.0000"), Instant.now(), "key-" + n, "r-" + n);
                log.append(number -> order.numbered(number).json());
            }
        }
    }

    private void start() throws IOException {
        start(TestOverrides.NONE);
    }

    private void start(Overrides overrides) throws IOException {
        service = OrdersService.start(config(), overrides, OrdersServiceTest::unexpected);
        client = new MessageClient(
                new MessageClient.Options("orders", service.address(), 20, TestOverrides.LONG, TestOverrides.LONG));
    }

    /** Restarts the service with this limit for a restart of the catalog, and waits until it is ready. */
    private void restartAllowingOutagesOf(Duration outage) throws IOException {
        stop();
        Timeouts timeouts = new Timeouts(LONG, LONG, LONG, outage, LONG, LONG);
        start(TestOverrides.on(new UnforcedStorage(), timeouts));
        awaitReady();
    }

    private void awaitReady() {
        await().until(() -> call(new OrdersRequest.Stats()).ready());
    }

    private void stop() throws IOException {
        client.close();
        service.close();
    }

    private OrdersConfig config() {
        return new OrdersConfig(ANY_PORT, data, catalog.address(), 1000);
    }

    private static void unexpected(IOException failure) {
        throw new AssertionError(failure);
    }

    private <R extends Reply> R call(OrdersRequest<R> request) throws RefusedException, UnavailableException {
        return client.call(request);
    }

    private Order placeOrFail(int quantity) {
        try {
            return client.call(new OrdersRequest.Place("Tux", quantity)).order();
        } catch (RefusedException | UnavailableException e) {
            throw new AssertionError(e);
        }
    }

    private Refusal refusalOf(OrdersRequest<?> request) {
        return catchThrowableOfType(RefusedException.class, () -> client.call(request))
                .refusal();
    }
}

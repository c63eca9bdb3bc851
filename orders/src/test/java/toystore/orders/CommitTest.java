package toystore.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static toystore.orders.TestOverrides.LONG;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.common.Address;
import toystore.durable.testing.FaultyStorage;
import toystore.durable.testing.UnforcedStorage;
import toystore.orders.Overrides.Timeouts;
import toystore.testing.TimeSpans;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.Order;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

/** An order is placed once, whatever happens between its request and its reply. */
class CommitTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final int KEYS = 10;

    @TempDir
    Path data;

    private final AtomicReference<IOException> failure = new AtomicReference<>();
    private final ExecutorService shoppers = Executors.newCachedThreadPool();
    private FakeCatalog catalog;
    private OrdersService service;
    private MessageClient client;

    @BeforeEach
    void startAll() throws IOException {
        catalog = new FakeCatalog(ANY_PORT);
        start(TestOverrides.NONE);
    }

    @AfterEach
    void stopAll() throws IOException {
        shoppers.shutdownNow();
        stop();
        catalog.close();
    }

    @Test
    void repliesToARepeatedKeyWithTheSameOrderAlsoAfterARestart() throws Exception {
        Order first = place("Tux", 5, "key").order();
        assertThat(place("Tux", 5, "other-key").orderNumber()).isEqualTo(2);

        PlaceReply again = place("Tux", 5, "key");
        assertThat(again.order()).isEqualTo(first);
        assertThat(again.version()).isZero();
        stop();
        start(TestOverrides.NONE);
        assertThat(place("Tux", 5, "key").order()).isEqualTo(first);
        assertThat(place("Tux", 1, "new").orderNumber()).isEqualTo(3);
    }

    @Test
    void refusesAKeyThatWasUsedForAnotherOrder() throws Exception {
        place("Tux", 5, "key");

        assertThat(refusalOf("Tux", 6, "key")).isEqualTo(Refusal.keyReused("Tux", 5));
        assertThat(refusalOf("Nux", 5, "key")).isEqualTo(Refusal.keyReused("Tux", 5));
        stop();
        start(TestOverrides.NONE);
        assertThat(refusalOf("Tux", 6, "key")).isEqualTo(Refusal.keyReused("Tux", 5));
    }

    @Test
    void remembersTheKeysOfTheLastOrders() throws Exception {
        for (int i = 1; i <= 3 * KEYS; i++) {
            place("Tux", 1, "key" + i);
        }

        for (int i = 2 * KEYS + 1; i <= 3 * KEYS; i++) {
            assertThat(place("Tux", 1, "key" + i).orderNumber()).isEqualTo(i);
        }
        stop();
        start(TestOverrides.NONE);
        for (int i = 2 * KEYS + 1; i <= 3 * KEYS; i++) {
            assertThat(place("Tux", 1, "key" + i).orderNumber()).isEqualTo(i);
        }
        assertThat(place("Tux", 1, "key1").orderNumber()).isEqualTo(3 * KEYS + 1);
    }

    @Test
    void doesNotRememberAKeyWhoseOrderWasRefused() throws Exception {
        assertThat(refusalOf("Sold Out", 1, "key")).isEqualTo(Refusal.outOfStock(1, 0));

        assertThat(place("Tux", 2, "key").orderNumber()).isEqualTo(1);
    }

    @Test
    void placesOneOrderForFiftyRequestsWithOneKeyAtOnce() throws Exception {
        CyclicBarrier together = new CyclicBarrier(50);
        List<Future<PlaceReply>> replies = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            replies.add(shoppers.submit(() -> {
                together.await();
                return place("Tux", 5, "key");
            }));
        }

        Set<Order> orders = ConcurrentHashMap.newKeySet();
        for (Future<PlaceReply> reply : replies) {
            orders.add(reply.get().order());
        }
        assertThat(orders).hasSize(1);
        assertThat(place("Tux", 1, "next").orderNumber()).isEqualTo(2);
    }

    @Test
    void refusesAKeyOfAnotherOrderThatIsInProgress() throws Exception {
        CountDownLatch reserving = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        catalog.onReserve(request -> {
            reserving.countDown();
            return pass(proceed);
        });
        Future<PlaceReply> first = shoppers.submit(() -> place("Tux", 5, "key"));
        pass(reserving);

        assertThat(refusalOf("Tux", 6, "key")).isEqualTo(Refusal.keyReused("Tux", 5));

        proceed.countDown();
        assertThat(first.get().orderNumber()).isEqualTo(1);
    }

    @Test
    void sendsEveryOrderToTheCatalogOnceAndInOrder() throws Exception {
        List<Future<?>> shopping = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            shopping.add(shoppers.submit(() -> {
                for (int n = 0; n < 25; n++) {
                    place("Tux", 1, null);
                }
                return null;
            }));
        }
        for (Future<?> done : shopping) {
            done.get();
        }

        await().until(() -> catalog.applied().size() == 200);
        assertThat(catalog.applied().stream().map(CommittedOrder::reservation)).doesNotHaveDuplicates();
    }

    @Test
    void sendsAllOrdersToACatalogThatHasLostThemBeforeItPlacesOthers() throws Exception {
        for (int i = 1; i <= 120; i++) {
            place("Tux", 1, "key" + i);
        }
        catalog.forget();

        assertThat(place("Tux", 7, null).orderNumber()).isEqualTo(121);

        int reopened = catalog.received().lastIndexOf("open 120");
        assertThat(catalog.received().subList(reopened, reopened + 5))
                .containsExactly("open 120", "apply 1..50", "apply 51..100", "apply 101..120", "activate 120");
    }

    @Test
    void noticesThatTheCatalogHasLostAllOrdersWhileNoOrdersArePlaced() throws Exception {
        place("Tux", 1, null);
        catalog.forget();

        await().untilAsserted(() -> assertThat(catalog.received()).endsWith("open 1", "apply 1..1", "activate 1"));
    }

    @Test
    void reservesUnderTheNextEpochWhenItsOwnIsOver() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        catalog.onReserve(request -> tries.incrementAndGet() > 2);

        assertThat(place("Tux", 5, "key").orderNumber()).isEqualTo(1);

        assertThat(tries).hasValue(3);
        assertThat(catalog.epoch()).isEqualTo("e3");
        assertThat(reservations()).containsExactly("e3");
    }

    @Test
    void neverAppendsUnderAnEpochThatWasClosedWhileItWaited() throws Exception {
        CountDownLatch reserved = new CountDownLatch(1);
        CompletableFuture<Void> proceed = new CompletableFuture<>();
        AtomicInteger tries = new AtomicInteger();
        catalog.onReserve(request -> tries.incrementAndGet() != 2); // the second breaks the epoch
        stop();
        start(new Overrides(
                new UnforcedStorage(),
                UnaryOperator.identity(),
                real -> new DelayedCatalog(real, reply -> {
                    if (reserved.getCount() > 0) { // the reply to the first reservation is delayed
                        reserved.countDown();
                        return proceed.thenApply(now -> reply);
                    }
                    return CompletableFuture.completedFuture(reply);
                }),
                TestOverrides.NO_TIMEOUTS));
        Future<PlaceReply> delayed = shoppers.submit(() -> place("Tux", 5, "delayed"));
        pass(reserved);
        assertThat(place("Tux", 1, "other").orderNumber()).isEqualTo(1);

        proceed.complete(null);

        assertThat(delayed.get().orderNumber()).isEqualTo(2);
        assertThat(reservations()).containsExactly("e3", "e3");
        assertThat(tries).as("the delayed order reserved again").hasValue(4);
    }

    @Test
    void placesNothingWhenNoEpochLastsLongEnough() throws Exception {
        catalog.onReserve(request -> false);

        assertThat(refusalOf("Tux", 5, "key").code()).isEqualTo(Refusal.NOT_READY);

        catalog.onReserve(request -> true);
        assertThat(place("Tux", 5, "key").orderNumber()).isEqualTo(1);
    }

    @Test
    void endsWhenAForceFailsAndKeepsAcknowledgedOrders() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        stop();
        start(on(disk));
        Order first = place("Tux", 5, "first").order();
        disk.failsForce(1);

        Refusal refusal = refusalOf("Tux", 6, "second");
        assertThat(refusal.code()).isEqualTo(Refusal.NOT_READY);
        assertThat(refusal.message()).startsWith("it is not known whether the order was stored: ");
        assertThat(refusalOf("Tux", 7, "third").code()).isEqualTo(Refusal.NOT_READY);
        await().until(() -> failure.get() != null);
        assertThat(call(new OrdersRequest.Get(1))).isEqualTo(first);
        stop();
        start(TestOverrides.NONE);

        assertThat(place("Tux", 5, "first").order()).isEqualTo(first);
        assertThat(refusalOf(new OrdersRequest.Get(3))).isEqualTo(Refusal.unknownOrder());
    }

    /** The page cache shows records that the disk refused; a power cut would lose them. */
    @Test
    void acknowledgesNoOrderThatIsOnlyInThePageCache() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        stop();
        start(on(disk));
        place("Tux", 5, "first");
        disk.failsWrite(1);
        assertThat(refusalOf("Tux", 6, "second").message())
                .startsWith("it is not known whether the order was stored: ");
        stop();
        start(on(disk));
        Order second = place("Tux", 6, "second").order();
        stop();

        disk.powerCut();

        start(on(disk));
        assertThat(call(new OrdersRequest.Get(2))).isEqualTo(second);
    }

    @Test
    void refusesOrdersAtOnceAndIsNotReadyWhileTheDiskHangs() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        stop();
        start(TestOverrides.on(disk, new Timeouts(LONG, Duration.ofMillis(100), LONG, LONG, LONG, LONG)));
        Order first = place("Tux", 5, "first").order();
        Semaphore permits = new Semaphore(0);
        disk.slowForce(permits);
        Future<PlaceReply> hanging = shoppers.submit(() -> place("Tux", 6, "second"));
        await().until(() -> !call(new OrdersRequest.Stats()).ready());

        assertThat(call(new OrdersRequest.Stats()).problem())
                .matches("the disk has been busy with one write .* [0-9]+ s");
        assertThat(refusalOf("Tux", 7, "third").message())
                .startsWith("no orders can be placed now: the disk has been busy with one write of orders for ");
        assertThat(hanging).as("the others did not wait for it").isNotDone();
        assertThat(place("Tux", 5, "first").order()).as("a key that is known").isEqualTo(first);
        assertThat(call(new OrdersRequest.Get(1))).isEqualTo(first);

        permits.release(1000);
        await().until(() -> call(new OrdersRequest.Stats()).ready());
        assertThat(place("Tux", 7, "third").orderNumber()).isEqualTo(3);
    }

    @Test
    void repliesInTimeThatTheOutcomeIsUnknownWhileTheDiskHangsAndPlacesTheOrderOnce() throws Exception {
        TimeSpans.growing(Duration.ofMillis(200), longestOrder -> {
            FaultyStorage disk = new FaultyStorage();
            stop();
            data = Files.createDirectory(data.resolve("of-" + longestOrder));
            catalog.forget();
            start(TestOverrides.on(
                    disk, new Timeouts(longestOrder, longestOrder.dividedBy(10), LONG, LONG, LONG, LONG)));
            await().until(() -> call(new OrdersRequest.Stats()).ready());
            Semaphore permits = new Semaphore(0);
            disk.slowForce(permits);

            try {
                for (int time = 1; time <= 2; time++) { // the second time, it is still in progress
                    assertThat(refusalOf("Tux", 6, "key").message())
                            .startsWith("it is not known whether the order was stored: "
                                    + "the disk has been busy with one write");
                }
            } finally {
                permits.release(1000);
            }

            await().until(() -> call(new OrdersRequest.Stats()).orders() == 1);
            assertThat(place("Tux", 6, "key").orderNumber()).isEqualTo(1);
            assertThat(place("Tux", 6, "other").orderNumber()).isEqualTo(2);
        });
    }

    /**
     * For example without memory for the index of keys: the order is in the log, and its key must not be free for
     * another one.
     */
    @Test
    void keepsAKeyInProgressWhoseOrderMayBeStoredAfterAnUnexpectedFailure() throws Exception {
        stop();
        start(new Overrides(
                new UnforcedStorage(),
                store -> (OrderStore) Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {OrderStore.class}, (proxy, method, arguments) -> {
                            Object result = method.invoke(store, arguments);
                            return method.getName().equals("append")
                                    ? ((CompletableFuture<?>) result).thenApply(order -> {
                                        throw new IllegalStateException("planned");
                                    })
                                    : result;
                        }),
                UnaryOperator.identity(),
                TestOverrides.NO_TIMEOUTS));

        for (int time = 1; time <= 3; time++) {
            assertThat(refusalOf("Tux", 6, "key").message())
                    .startsWith("it is not known whether the order was stored: planned");
        }

        assertThat(call(new OrdersRequest.Stats()).orders()).isEqualTo(1);
        stop();
        start(TestOverrides.NONE);
        assertThat(place("Tux", 6, "key").orderNumber()).isEqualTo(1);
    }

    /** Most orders of a frontend share a connection. */
    @Test
    void anOrderThatWaitsForTheKeysHoldsUpNoneBehindIt() throws Exception {
        CountDownLatch waiting = new CountDownLatch(20);
        CountDownLatch read = new CountDownLatch(1);
        stop();
        start(new Overrides(
                new UnforcedStorage(),
                store -> (OrderStore) Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {OrderStore.class}, (proxy, method, arguments) -> {
                            if (method.getName().equals("hasKeys")) {
                                return false;
                            }
                            if (method.getName().equals("findByKey") && !arguments[0].equals("last")) {
                                waiting.countDown();
                                pass(read);
                            } else if (method.getName().equals("findByKey")) {
                                read.countDown();
                            }
                            return method.invoke(store, arguments);
                        }),
                UnaryOperator.identity(),
                TestOverrides.NO_TIMEOUTS));

        List<Future<PlaceReply>> first = new ArrayList<>();
        for (int i = 0; i < 20; i++) { // the first ones have connections of their own
            String key = "key" + i;
            first.add(shoppers.submit(() -> place("Tux", 1, key)));
        }
        pass(waiting);
        place("Tux", 1, "last");

        for (Future<PlaceReply> order : first) {
            assertThat(order.get().orderNumber()).isBetween(1L, 21L);
        }
    }

    private static Overrides on(FaultyStorage disk) {
        return TestOverrides.on(disk, TestOverrides.NO_TIMEOUTS);
    }

    /** The epochs of the reservations of all orders in the log. */
    private List<String> reservations() throws IOException {
        return Files.readAllLines(data.resolve("orders-00000000000000000001.log")).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> line.replaceFirst(".*\"reservation\":\"(e[0-9]+)-.*", "$1"))
                .toList();
    }

    private void start(Overrides overrides) throws IOException {
        OrdersConfig config = new OrdersConfig(ANY_PORT, data, catalog.address(), KEYS);
        service = OrdersService.start(config, overrides, failure::set);
        client = new MessageClient(new MessageClient.Options("orders", service.address(), 60, LONG, LONG));
    }

    private void stop() throws IOException {
        client.close();
        service.close();
    }

    /** Delays the replies to reservations. */
    private record DelayedCatalog(Catalog real, Function<ReserveReply, CompletableFuture<ReserveReply>> delay)
            implements Catalog {
        @Override
        public CompletableFuture<ReserveReply> reserve(String name, int quantity, String epoch, String reservation) {
            return real.reserve(name, quantity, epoch, reservation).thenCompose(delay);
        }

        @Override
        public long position() throws RefusedException, UnavailableException {
            return real.position();
        }

        @Override
        public OpenReply open(CatalogRequest.Open request) throws RefusedException, UnavailableException {
            return real.open(request);
        }

        @Override
        public long apply(String epoch, List<CommittedOrder> orders) throws RefusedException, UnavailableException {
            return real.apply(epoch, orders);
        }

        @Override
        public void activate(String epoch, long head) throws RefusedException, UnavailableException {
            real.activate(epoch, head);
        }
    }

    private static boolean pass(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private PlaceReply place(String name, int quantity, String key) throws RefusedException, UnavailableException {
        return call(new OrdersRequest.Place(name, quantity, key));
    }

    private Refusal refusalOf(String name, int quantity, String key) {
        return refusalOf(new OrdersRequest.Place(name, quantity, key));
    }

    private <R extends Reply> R call(OrdersRequest<R> request) throws RefusedException, UnavailableException {
        return client.call(request);
    }

    private Refusal refusalOf(OrdersRequest<?> request) {
        return catchThrowableOfType(RefusedException.class, () -> client.call(request))
                .refusal();
    }
}

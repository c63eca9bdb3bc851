package toystore.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.engine.OrderEngine;
import toystore.wire.codec.MessageCodec;
import toystore.wire.message.Order;
import toystore.wire.message.OrderPage;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.TrafficStats;

/** What every {@link OrderEngine} does. */
public abstract class OrderEngineContract {
    private static final TrafficStats NO_TRAFFIC = new TrafficStats(0, 0, 0, 0);

    private OrderEngine engine;

    /** Opens an engine over a new store with these products. */
    protected abstract OrderEngine open(List<Product> products) throws Exception;

    /** Opens another engine over the same store, after the first one is closed. */
    protected abstract OrderEngine reopen() throws Exception;

    /** The units of a product that are left, once the orders so far are applied. */
    protected abstract int left(String name) throws Exception;

    /** Closes what was opened, but the engine. */
    protected abstract void closeStore() throws Exception;

    @AfterEach
    void closeAll() throws Exception {
        if (engine != null) {
            engine.close();
        }
        closeStore();
    }

    @Test
    void placesAnOrderAndFindsItAgain() throws Exception {
        start(toy("Tux", "15.90", 100));
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);

        PlaceReply placed = place("Tux", 5, null);

        assertThat(placed.orderNumber()).isEqualTo(1);
        assertThat(placed.name()).isEqualTo("Tux");
        assertThat(placed.quantity()).isEqualTo(5);
        assertThat(placed.price()).isEqualTo(new BigDecimal("15.90"));
        assertThat(placed.time()).isBetween(before, Instant.now());
        assertThat(placed.time()).isEqualTo(placed.time().truncatedTo(ChronoUnit.MILLIS));
        assertThat(engine.find(1)).isEqualTo(placed.order());
        assertThat(left("Tux")).isEqualTo(95);
    }

    @Test
    void numbersOrdersWithoutGapsAlsoAfterRefusals() throws Exception {
        start(toy("Tux", "15.90", 100), toy("Fox", "12.50", 1));

        assertThat(place("Tux", 1, null).orderNumber()).isEqualTo(1);
        assertThat(refusal("Fox", 2, null)).isNotNull();
        assertThat(place("Fox", 1, "a").orderNumber()).isEqualTo(2);
        assertThat(refusal("Tux", 1, "a")).isNotNull();
        assertThat(place("Fox", 1, "a").orderNumber()).isEqualTo(2);
        assertThat(refusal("Nothing", 1, null)).isNotNull();
        assertThat(place("Tux", 1, null).orderNumber()).isEqualTo(3);
        await().untilAsserted(
                        () -> assertThat(engine.stats(0, NO_TRAFFIC).orders()).isEqualTo(3));
    }

    @Test
    void aNewVersionOfTheProductComesWithEachOrderAndNoneWithARepeatedOne() throws Exception {
        start(toy("Tux", "15.90", 100));

        long first = place("Tux", 1, "a").version();
        long second = place("Tux", 1, "b").version();

        assertThat(first).isPositive();
        assertThat(second).isGreaterThan(first);
        assertThat(place("Tux", 1, "a").version()).isZero();
    }

    @Test
    void repeatsTheReplyForTheSameKey() throws Exception {
        start(toy("Tux", "15.90", 5));
        PlaceReply placed = place("Tux", 5, "key");

        assertThat(place("Tux", 5, "key").order()).isEqualTo(placed.order());
        assertThat(refusal("Tux", 5, "other")).isEqualTo(Refusal.outOfStock(5, 0));
        assertThat(left("Tux")).isZero();
    }

    @Test
    void repeatsTheReplyAfterARestart() throws Exception {
        start(toy("Tux", "15.90", 5));
        PlaceReply placed = place("Tux", 2, "key");
        engine.close();
        engine = reopen();
        begin();

        assertThat(place("Tux", 2, "key").order()).isEqualTo(placed.order());
        assertThat(place("Tux", 1, null).orderNumber()).isEqualTo(2);
        assertThat(left("Tux")).isEqualTo(2);
    }

    @Test
    void refusesAKeyThatWasUsedForAnotherOrder() throws Exception {
        start(toy("Tux", "15.90", 5), toy("Fox", "12.50", 3));
        place("Tux", 2, "key");

        assertThat(refusal("Tux", 1, "key")).isEqualTo(Refusal.keyReused("Tux", 2));
        assertThat(refusal("Fox", 2, "key")).isEqualTo(Refusal.keyReused("Tux", 2));
        assertThat(left("Tux")).isEqualTo(3);
        assertThat(left("Fox")).isEqualTo(3);
    }

    @Test
    void aKeyOfARefusedOrderIsFree() throws Exception {
        start(toy("Tux", "15.90", 5));
        assertThat(refusal("Tux", 6, "key")).isEqualTo(Refusal.outOfStock(6, 5));

        assertThat(place("Tux", 5, "key").quantity()).isEqualTo(5);
    }

    @Test
    void refusesMoreThanIsLeftAndSaysHowManyThatAre() throws Exception {
        start(toy("Tux", "15.90", 5), toy("Sold Out", "1", 0));
        place("Tux", 3, null);

        assertThat(refusal("Tux", 3, null)).isEqualTo(Refusal.outOfStock(3, 2));
        assertThat(refusal("Sold Out", 1, null)).isEqualTo(Refusal.outOfStock(1, 0));
        assertThat(place("Tux", 2, null).orderNumber()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Nothing", "tux", "Tux ", "Tu", "%"})
    void refusesAnUnknownProduct(String name) throws Exception {
        start(toy("Tux", "15.90", 5));

        assertThat(refusal(name, 1, null)).isEqualTo(Refusal.unknownProduct());
        assertThat(refusal(name, 1, "key")).isEqualTo(Refusal.unknownProduct());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "O'Reilly \"quoted\" \\ back",
                "{1,2} NULL, \\N",
                " spaces at both ends ",
                "Teddy 🧸 Bär",
                "e\u0301 decomposed",
                "'; drop table orders; --",
                "$1 ? %s :name",
            })
    void keepsUnusualNames(String name) throws Exception {
        start(toy(name, "1.00", 3), toy("Tux", "15.90", 5));

        PlaceReply alone = place(name, 1, "a");
        List<Future<PlaceReply>> together = inParallel(List.of(() -> place(name, 1, "b"), () -> place(name, 1, "c")));

        assertThat(alone.name()).isEqualTo(name);
        for (Future<PlaceReply> one : together) {
            assertThat(one.get().name()).isEqualTo(name);
        }
        assertThat(engine.list(0, 10).orders())
                .hasSize(3)
                .extracting(Order::name)
                .containsOnly(name);
        assertThat(left(name)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.00", "15.9", "15.90", "20", "1000000000", "0.0001", "999999999.9999"})
    void keepsTheDigitsOfAPrice(String price) throws Exception {
        start(toy("Tux", price, 100));

        PlaceReply alone = place("Tux", 1, "a");
        List<Future<PlaceReply>> together = inParallel(IntStream.range(0, 8)
                .<Callable<PlaceReply>>mapToObj(i -> () -> place("Tux", 1, null))
                .toList());

        assertThat(alone.price()).isEqualTo(new BigDecimal(price));
        assertThat(place("Tux", 1, "a").price()).isEqualTo(new BigDecimal(price));
        for (Future<PlaceReply> one : together) {
            assertThat(engine.find(one.get().orderNumber())).isEqualTo(one.get().order());
        }
        assertThat(engine.list(0, 10).orders()).extracting(Order::price).containsOnly(new BigDecimal(price));
    }

    @Test
    void sellsExactlyWhatIsThereToManyAtOnce() throws Exception {
        start(toy("Tux", "15.90", 100), toy("Fox", "12.50", 50));
        List<Callable<Long>> shoppers = IntStream.range(0, 12)
                .<Callable<Long>>mapToObj(i -> () -> LongStream.range(0, 40)
                        .map(j -> units((i + j) % 3 == 0 ? "Fox" : "Tux", 1 + (int) (j % 2)))
                        .sum())
                .toList();

        long sold = 0;
        for (Future<Long> shopper : inParallel(shoppers)) {
            sold += shopper.get();
        }

        assertThat(left("Tux")).isZero();
        assertThat(left("Fox")).isZero();
        assertThat(sold).isEqualTo(150);
        List<Order> orders = all();
        assertThat(orders.stream().mapToLong(Order::quantity).sum()).isEqualTo(150);
        assertThat(orders)
                .extracting(Order::orderNumber)
                .isEqualTo(LongStream.rangeClosed(1, orders.size()).boxed().toList());
    }

    @Test
    void placesOneOrderForAKeyThatIsSentManyTimesAtOnce() throws Exception {
        start(toy("Tux", "15.90", 100));
        List<Callable<PlaceReply>> tries = IntStream.range(0, 64)
                .<Callable<PlaceReply>>mapToObj(i -> () -> place("Tux", 2, "key-" + i % 4))
                .toList();

        List<Order> replies = new ArrayList<>();
        for (Future<PlaceReply> reply : inParallel(tries)) {
            replies.add(reply.get().order());
        }

        assertThat(replies.stream().distinct()).hasSize(4);
        assertThat(all()).hasSize(4).containsAll(replies);
        assertThat(left("Tux")).isEqualTo(92);
    }

    @Test
    void oneOfTwoOrdersWithOneKeyIsRefused() throws Exception {
        start(toy("Tux", "15.90", 100), toy("Fox", "12.50", 100));
        for (int i = 0; i < 20; i++) {
            String key = "key-" + i;
            List<Future<Refusal>> both =
                    inParallel(List.of(() -> refusal("Tux", 1, key), () -> refusal("Fox", 2, key)));

            Refusal first = both.get(0).get();
            Refusal second = both.get(1).get();
            if (first == null) {
                assertThat(second).isEqualTo(Refusal.keyReused("Tux", 1));
            } else {
                assertThat(second).isNull();
                assertThat(first).isEqualTo(Refusal.keyReused("Fox", 2));
            }
        }
        assertThat(all()).hasSize(20);
    }

    @Test
    void findsOnlyOrdersThatWerePlaced() throws Exception {
        start(toy("Tux", "15.90", 100));
        place("Tux", 1, null);

        assertThatThrownBy(() -> engine.find(2))
                .isInstanceOf(RefusedException.class)
                .hasMessage("order not found");
        assertThatThrownBy(() -> engine.find(Long.MAX_VALUE))
                .isInstanceOf(RefusedException.class)
                .hasMessage("order not found");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "0, 1000, '1 2 3 4 5', null",
                "0, 2, '1 2', 2",
                "2, 2, '3 4', 4",
                "4, 2, '5', null",
                "3, 2, '4 5', null",
                "4, 1, '5', null",
                "5, 2, '', null",
                "9, 2, '', null",
            })
    void listsOrdersPageByPage(long after, int limit, String expected, Long next) throws Exception {
        start(toy("Tux", "15.90", 100));
        for (int i = 0; i < 5; i++) {
            place("Tux", 1, null);
        }

        OrderPage page = engine.list(after, limit);

        assertThat(page.orders().stream().map(order -> String.valueOf(order.orderNumber())))
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(" ")));
        assertThat(page.next()).isEqualTo(next);
    }

    @Test
    void endsAPageEarlyRatherThanOverfillAMessage() throws Exception {
        String name = "🧸".repeat(100) + "\\\"".repeat(50);
        start(toy(name, "999999999.9999", 1_000_000_000));
        List<Callable<PlaceReply>> orders = IntStream.range(0, 300)
                .<Callable<PlaceReply>>mapToObj(i -> () -> place(name, 1_000_000, null))
                .toList();
        for (Future<PlaceReply> order : inParallel(orders)) {
            order.get();
        }

        List<Order> listed = new ArrayList<>();
        Long after = 0L;
        while (after != null) {
            OrderPage page = engine.list(after, 1000);
            assertThat(MessageCodec.encode(page)).hasSizeLessThan(MessageCodec.MAX_LINE);
            assertThat(page.orders()).isNotEmpty();
            listed.addAll(page.orders());
            after = page.next();
        }
        assertThat(listed).hasSize(300).extracting(Order::orderNumber).isSorted();
    }

    // --- tools ---

    private void start(Product... products) throws Exception {
        engine = open(List.of(products));
        begin();
    }

    private void begin() {
        engine.start();
        await().until(() -> engine.stats(0, NO_TRAFFIC).ready());
    }

    private static Product toy(String name, String price, int quantity) {
        return new Product(name, new BigDecimal(price), quantity, 1);
    }

    private PlaceReply place(String name, int quantity, String key) throws Exception {
        try {
            return engine.place(new OrdersRequest.Place(name, quantity, key)).get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RefusedException refused ? refused : e;
        }
    }

    /** The refusal of an order; {@code null} if it is placed. */
    private Refusal refusal(String name, int quantity, String key) throws Exception {
        try {
            place(name, quantity, key);
            return null;
        } catch (RefusedException e) {
            return e.refusal();
        }
    }

    private int units(String name, int quantity) {
        try {
            return refusal(name, quantity, null) == null ? quantity : 0;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private List<Order> all() throws RefusedException {
        List<Order> orders = new ArrayList<>();
        for (Long after = 0L; after != null; ) {
            OrderPage page = engine.list(after, 1000);
            orders.addAll(page.orders());
            after = page.next();
        }
        return orders;
    }

    private static <T> List<Future<T>> inParallel(List<Callable<T>> tasks) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(16, tasks.size()));
        try {
            return threads.invokeAll(tasks, 1, TimeUnit.MINUTES);
        } finally {
            threads.shutdownNow();
        }
    }
}

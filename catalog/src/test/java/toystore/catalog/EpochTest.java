package toystore.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.common.Address;
import toystore.durable.testing.UnforcedStorage;
import toystore.wire.message.CatalogPosition;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.OpenReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReserveReply;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

/** The messages of the orders service, to a catalog with 100 Tux and 3 Fox. */
class EpochTest {
    private static final String CATALOG =
            "{\"products\":[{\"name\":\"Tux\",\"price\":15.99,\"quantity\":100},{\"name\":\"Fox\",\"price\":12.50,\"quantity\":3}]}";
    private static final Duration LONG = Duration.ofHours(1);
    private static final Checkpointer.Schedule RARELY = new Checkpointer.Schedule(1_000_000, LONG);

    @TempDir
    Path data;

    private CatalogService service;
    private MessageClient client;
    private String epoch;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(data.resolve("catalog.json"), CATALOG);
        start(RARELY);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        service.close();
    }

    @Test
    void reservesUnitsAndRepliesHowManyAreLeft() throws Exception {
        openEpoch("log", 0);
        long version = call(new CatalogRequest.Get("Tux")).version();

        assertThat(reserve("Tux", 5, "r1")).isEqualTo(new ReserveReply(new BigDecimal("15.99"), 95, version + 1));
        assertThat(left("Tux")).isEqualTo(95);
        assertThat(call(new CatalogRequest.Stats()).reservations()).isEqualTo(1);
    }

    @Test
    void reservesAllUnitsOfAnOrderOrNone() throws Exception {
        openEpoch("log", 0);

        assertThat(refusalOf(reserveRequest("Fox", 4, "r1"))).isEqualTo(Refusal.outOfStock(4, 3));
        assertThat(refusalOf(reserveRequest("Nux", 1, "r2"))).isEqualTo(Refusal.unknownProduct());
        assertThat(reserve("Fox", 3, "r3").quantity()).isZero();
        assertThat(refusalOf(reserveRequest("Fox", 1, "r4"))).isEqualTo(Refusal.outOfStock(1, 0));
    }

    @Test
    void refusesAReservationThatExistsAlready() throws Exception {
        openEpoch("log", 0);
        reserve("Tux", 5, "r1");

        assertThat(refusalOf(reserveRequest("Tux", 5, "r1")).code()).isEqualTo(Refusal.NOT_UNDERSTOOD);
        assertThat(left("Tux")).isEqualTo(95);
    }

    @Test
    void neverReservesMoreUnitsThanThereAre() throws Exception {
        openEpoch("log", 0);
        AtomicInteger reserved = new AtomicInteger();
        List<Thread> buyers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String buyer = "buyer" + i + "-";
            buyers.add(new Thread(() -> {
                for (int n = 0; n < 15; n++) {
                    try {
                        reserve("Tux", 1, buyer + n);
                        reserved.incrementAndGet();
                    } catch (RefusedException soldOut) {
                        assertThat(soldOut.refusal()).isEqualTo(Refusal.outOfStock(1, 0));
                    } catch (UnavailableException e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        buyers.forEach(Thread::start);
        for (Thread buyer : buyers) {
            buyer.join();
        }

        assertThat(reserved).hasValue(100);
        assertThat(left("Tux")).isZero();
    }

    @Test
    void reservesNothingBeforeTheEpochIsActive() throws Exception {
        assertThat(refusalOf(reserveRequest("Tux", 1, "r1")).code()).isEqualTo(Refusal.STALE);
        assertThat(call(new CatalogRequest.Stats()).epoch()).isNull();

        epoch = call(open("log", 0, 0)).epoch();
        assertThat(call(new CatalogRequest.Stats()).epoch()).isEqualTo(epoch);
        assertThat(call(new CatalogRequest.Stats()).epochs()).isEqualTo(1);
        assertThat(refusalOf(reserveRequest("Tux", 1, "r1")).message())
                .isEqualTo("epoch " + epoch + " is not ready yet");
        assertThat(call(new CatalogRequest.Stats()).ready()).isFalse();

        call(new CatalogRequest.Activate(epoch, 0));
        assertThat(reserve("Tux", 1, "r1").quantity()).isEqualTo(99);
        assertThat(call(new CatalogRequest.Stats()).ready()).isTrue();
    }

    @Test
    void activatesNoEpochBeforeAllOrdersOfOlderOnesAreApplied() throws Exception {
        OpenReply opened = call(open("log", 2, 0));
        assertThat(opened.asOf()).isZero();

        assertThat(refusalOf(new CatalogRequest.Activate(opened.epoch(), 2)).code())
                .isEqualTo(Refusal.STALE);
        call(new CatalogRequest.Apply(opened.epoch(), List.of(order(1, "Fox", 1), order(2, "Fox", 2))));
        assertThat(call(new CatalogRequest.Activate(opened.epoch(), 2))).isEqualTo(new CatalogPosition(2));

        epoch = opened.epoch();
        assertThat(refusalOf(reserveRequest("Fox", 1, "r1"))).isEqualTo(Refusal.outOfStock(1, 0));
    }

    @Test
    void refusesEveryRequestUnderAnOlderEpoch() throws Exception {
        openEpoch("log", 0);
        String older = epoch;
        openEpoch("log", 0);

        for (CatalogRequest<?> late : List.of(
                new CatalogRequest.Reserve("Tux", 1, older, "r1"),
                new CatalogRequest.Apply(older, List.of(order(1, "Tux", 1))),
                new CatalogRequest.Activate(older, 0))) {
            assertThat(refusalOf(late)).isEqualTo(Refusal.stale("epoch " + older + " is over; now it is " + epoch));
        }
        assertThat(left("Tux")).isEqualTo(100);
    }

    @Test
    void turnsAReservationIntoLessStockWhenItsOrderIsApplied() throws Exception {
        openEpoch("log", 0);
        reserve("Tux", 5, "r1");
        reserve("Tux", 2, "r2");

        assertThat(call(new CatalogRequest.Apply(epoch, List.of(new CommittedOrder(1, "Tux", 5, "r1", digest(1))))))
                .isEqualTo(new CatalogPosition(1));

        assertThat(left("Tux")).isEqualTo(93);
        assertThat(call(new CatalogRequest.Stats()).reservations()).isEqualTo(1);
    }

    @Test
    void releasesReservationsOfOlderEpochsThatBecameNoOrder() throws Exception {
        openEpoch("log", 0);
        reserve("Tux", 5, "ordered");
        reserve("Tux", 7, "never-ordered");

        epoch = call(open("log", 1, 0)).epoch();
        call(new CatalogRequest.Apply(epoch, List.of(new CommittedOrder(1, "Tux", 5, "ordered", digest(1)))));
        assertThat(left("Tux")).isEqualTo(88);
        call(new CatalogRequest.Activate(epoch, 1));

        assertThat(left("Tux")).isEqualTo(95);
        assertThat(call(new CatalogRequest.Stats()).reservations()).isZero();
    }

    /** A reservation does not lock the epoch, so exactly one of the two must release the units. */
    @Test
    void keepsNoUnitsReservedWhenTheEpochChangesDuringAReservation() throws Exception {
        service.close();
        try (FileInventory inventory =
                FileInventory.open(new UnforcedStorage(), data, 2, RARELY, EpochTest::unexpected)) {
            AtomicReference<String> current = new AtomicReference<>(activateEpoch(inventory));
            AtomicBoolean done = new AtomicBoolean();
            Queue<String> epochsOfReservations = new ConcurrentLinkedQueue<>();
            List<Thread> buyers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                String buyer = "buyer" + i + "-";
                buyers.add(new Thread(() -> {
                    for (int n = 0; !done.get(); n++) {
                        String claimed = current.get();
                        try {
                            inventory.reserve(new CatalogRequest.Reserve("Tux", 1, claimed, buyer + n));
                            epochsOfReservations.add(claimed);
                        } catch (RefusedException soldOutOrStale) {
                            // tried again
                        }
                    }
                }));
            }
            buyers.forEach(Thread::start);
            for (int i = 0; i < 20_000; i++) {
                current.set(activateEpoch(inventory));
            }
            done.set(true);
            for (Thread buyer : buyers) {
                buyer.join();
            }

            long reserved =
                    epochsOfReservations.stream().filter(current.get()::equals).count();
            assertThat(inventory.stats(0, null).reservations()).isEqualTo((int) reserved);
            assertThat(inventory.find("Tux").quantity()).isEqualTo(100 - (int) reserved);
        } finally {
            start(RARELY);
        }
    }

    /** A reservation of the old epoch, which will be refused, must not take the units from one of the new epoch. */
    @Test
    void sellsTheLastUnitsThoughTheEpochChangesDuringAReservation() throws Exception {
        service.close();
        try (FileInventory inventory =
                FileInventory.open(new UnforcedStorage(), data, 2, RARELY, EpochTest::unexpected)) {
            AtomicReference<String> previous = new AtomicReference<>(activateEpoch(inventory));
            AtomicBoolean done = new AtomicBoolean();
            Thread late = new Thread(() -> {
                for (int n = 0; !done.get(); n++) {
                    try {
                        inventory.reserve(new CatalogRequest.Reserve("Tux", 100, previous.get(), "late-" + n));
                    } catch (RefusedException soldOutOrStale) {
                        // tried again
                    }
                }
            });
            late.start();
            try {
                for (int i = 0; i < 50_000; i++) {
                    String current = activateEpoch(inventory);
                    inventory.reserve(new CatalogRequest.Reserve("Tux", 100, current, "new-" + i));
                    previous.set(current);
                }
            } finally {
                done.set(true);
                late.join();
            }
        } finally {
            start(RARELY);
        }
    }

    @Test
    void appliesAnOrderOnceHoweverOftenItIsSent() throws Exception {
        openEpoch("log", 0);
        List<CommittedOrder> two = List.of(order(1, "Tux", 5), order(2, "Tux", 1));

        assertThat(call(new CatalogRequest.Apply(epoch, two)).asOf()).isEqualTo(2);
        assertThat(call(new CatalogRequest.Apply(epoch, two)).asOf()).isEqualTo(2);
        assertThat(call(new CatalogRequest.Apply(epoch, List.of())).asOf()).isEqualTo(2);

        assertThat(left("Tux")).isEqualTo(94);
    }

    @Test
    void refusesOrdersThatDoNotBelongToThisStore() throws Exception {
        openEpoch("log", 0);

        for (CommittedOrder impossible : List.of(order(2, "Tux", 1), order(1, "Nux", 1), order(1, "Tux", 101))) {
            assertThat(refusalOf(new CatalogRequest.Apply(epoch, List.of(impossible)))
                            .code())
                    .isEqualTo(Refusal.STALE);
        }
        assertThat(left("Tux")).isEqualTo(100);
    }

    @Test
    void followsOneLogAndRefusesOthersAlsoAfterARestart() throws Exception {
        openEpoch("log", 0);
        call(new CatalogRequest.Apply(epoch, List.of(order(1, "Tux", 5))));
        stop();
        start(RARELY);

        assertThat(refusalOf(open("other", 9, 1)).message())
                .startsWith(data.resolve("catalog.json")
                        + " follows order log log, but the orders process has order log other");
        assertThat(refusalOf(open("log", 0, 1)).message())
                .contains("ends with order 0, but", "contains the orders up to 1", "the end of the log is missing");
        assertThat(call(new CatalogRequest.Position())).isEqualTo(new CatalogPosition(1));
        assertThat(call(open("log", 1, 1)).asOf()).isEqualTo(1);
    }

    /** A copy of the log, or an older state of it, to which other orders were added. */
    @Test
    void refusesAnotherHistoryOfItsLogAlsoAfterARestartAndKeepsTheEpoch() throws Exception {
        openEpoch("log", 0);
        call(new CatalogRequest.Apply(epoch, List.of(order(1, "Tux", 5), order(2, "Tux", 1))));
        for (int run = 0; run < 2; run++) {
            assertThat(refusalOf(new CatalogRequest.Open("log", 7, 2, "another"))
                            .message())
                    .startsWith("order log log has another history than the one that " + data.resolve("catalog.json"))
                    .contains("up to order 2 its digest is another, not digest-2");
            assertThat(refusalOf(open("log", 7, 1)).message()).startsWith("order 2 is the last one that ");
            assertThat(reserve("Tux", 1, "r" + run)).isNotNull();
            stop();
            start(RARELY);
            openEpoch("log", 2);
        }
        assertThat(left("Tux")).isEqualTo(94);
    }

    @Test
    void writesACheckpointAfterEnoughOrders() throws Exception {
        restart(new Checkpointer.Schedule(3, LONG));
        openEpoch("log", 0);

        call(new CatalogRequest.Apply(epoch, List.of(order(1, "Tux", 1), order(2, "Tux", 1), order(3, "Fox", 1))));

        await().untilAsserted(() -> assertThat(data.resolve("catalog.json"))
                .content()
                .startsWith("{\"order_log\":\"log\",\"as_of\":3,\"digest\":\"digest-3\",\"changes\":0,")
                .contains("\"Tux\",\"price\":15.99,\"quantity\":98}", "\"Fox\",\"price\":12.50,\"quantity\":2}"));
    }

    @Test
    void writesACheckpointAfterEnoughTime() throws Exception {
        restart(new Checkpointer.Schedule(1_000_000, Duration.ofMillis(1)));
        openEpoch("log", 0);
        reserve("Tux", 50, "r1");

        call(new CatalogRequest.Apply(epoch, List.of(order(1, "Tux", 1))));

        await().untilAsserted(() -> assertThat(data.resolve("catalog.json"))
                .content()
                .contains("\"as_of\":1,", "\"Tux\",\"price\":15.99,\"quantity\":99}"));
    }

    @Test
    void reservesWhileItsFileCannotBeWritten() throws Exception {
        restart(new Checkpointer.Schedule(1, LONG));
        openEpoch("log", 0);
        Path obstacle = Files.createDirectories(data.resolve("catalog.json.tmp/in-the-way"));

        call(new CatalogRequest.Apply(epoch, List.of(order(1, "Tux", 1))));
        assertThat(reserve("Tux", 1, "r1").quantity()).isEqualTo(98);
        Files.delete(obstacle);
        Files.delete(obstacle.getParent());

        await().untilAsserted(
                        () -> assertThat(data.resolve("catalog.json")).content().contains("\"as_of\":1,"));
    }

    @Test
    void hasNoReservationsAndNoEpochAfterARestart() throws Exception {
        openEpoch("log", 0);
        reserve("Tux", 5, "r1");
        stop();
        start(RARELY);

        assertThat(refusalOf(reserveRequest("Tux", 1, "r2")).code()).isEqualTo(Refusal.STALE);
        assertThat(left("Tux")).isEqualTo(100);
    }

    @Test
    void appliesRestocksAgainThatNeededRoomMadeByOrders() throws Exception {
        call(new CatalogRequest.Put("Tux", null, 999_999_900));
        openEpoch("log", 0);
        call(new CatalogRequest.Apply(epoch, List.of(order(1, "Tux", 1_000_000))));
        assertThat(call(new CatalogRequest.Put("Tux", null, 1_000_000)).quantity())
                .isEqualTo(1_000_000_000);
        stop();
        Files.delete(data.resolve("catalog.json")); // so that everything is applied again, the restocks first

        start(new Checkpointer.Schedule(1, Duration.ofMillis(1)));
        assertThat(left("Tux")).isEqualTo(1_000_000_000);
        epoch = call(open("log", 1, 0)).epoch();
        call(new CatalogRequest.Apply(epoch, List.of(order(1, "Tux", 1_000_000))));
        call(new CatalogRequest.Activate(epoch, 1));
        assertThat(reserve("Tux", 1, "r1").quantity()).isEqualTo(999_999_999);
    }

    private void restart(Checkpointer.Schedule checkpoints) throws IOException {
        stop();
        start(checkpoints);
    }

    private void start(Checkpointer.Schedule checkpoints) throws IOException {
        var config = new CatalogConfig(new Address("127.0.0.1", 0), data, checkpoints, Optional.empty());
        service = CatalogService.start(config, new UnforcedStorage(), EpochTest::unexpected);
        client = new MessageClient(new MessageClient.Options("catalog", service.address(), 20, LONG, LONG));
    }

    private void openEpoch(String log, long head) throws Exception {
        epoch = call(open(log, head, call(new CatalogRequest.Position()).asOf()))
                .epoch();
        call(new CatalogRequest.Activate(epoch, head));
    }

    private static String activateEpoch(FileInventory inventory) throws RefusedException {
        String opened = inventory.open(open("log", 0, 0)).epoch();
        inventory.activate(new CatalogRequest.Activate(opened, 0));
        return opened;
    }

    private static void unexpected(IOException failure) {
        throw new AssertionError(failure);
    }

    private ReserveReply reserve(String name, int quantity, String reservation)
            throws RefusedException, UnavailableException {
        return call(reserveRequest(name, quantity, reservation));
    }

    private CatalogRequest.Reserve reserveRequest(String name, int quantity, String reservation) {
        return new CatalogRequest.Reserve(name, quantity, epoch == null ? "no-epoch" : epoch, reservation);
    }

    private static CommittedOrder order(long number, String name, int quantity) {
        return new CommittedOrder(number, name, quantity, "of-another-epoch-" + number, digest(number));
    }

    private static CatalogRequest.Open open(String log, long head, long asOf) {
        return new CatalogRequest.Open(log, head, asOf, digest(Math.min(head, asOf)));
    }

    /** The digest of a log up to an order. */
    private static String digest(long number) {
        return "digest-" + number;
    }

    private int left(String name) throws RefusedException, UnavailableException {
        return call(new CatalogRequest.Get(name)).quantity();
    }

    private <R extends Reply> R call(CatalogRequest<R> request) throws RefusedException, UnavailableException {
        return client.call(request);
    }

    private Refusal refusalOf(CatalogRequest<?> request) {
        return catchThrowableOfType(RefusedException.class, () -> client.call(request))
                .refusal();
    }
}

package toystore.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.durable.Storage;
import toystore.durable.testing.FaultyStorage;
import toystore.durable.testing.UnforcedStorage;
import toystore.engine.ProductChange;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CommittedOrder;
import toystore.wire.message.Product;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/** Changes that take units from the stock, of a catalog with 100 Tux. */
class CorrectionTest {
    private static final Checkpointer.Schedule RARELY = new Checkpointer.Schedule(1_000_000, Duration.ofHours(1));

    private static final int UNITS = 100;

    @TempDir
    Path data;

    private final List<CommittedOrder> log = new ArrayList<>(); // the order log, with all orders
    private FileInventory inventory;
    private String epoch;
    private int reservations;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(
                data.resolve("catalog.json"),
                "{\"products\":[{\"name\":\"Tux\",\"price\":15.99,\"quantity\":" + UNITS + "}]}");
        open(new UnforcedStorage(), data);
        activate();
    }

    @AfterEach
    void stop() throws IOException {
        inventory.close();
    }

    @Test
    void takesUnitsThatAreNeitherSoldNorReserved() throws Exception {
        order(5);
        applyOrders();
        order(7); // is not applied yet
        reserve(8);

        assertThat(change(-30)).isEqualTo(50);
        assertThat(refusalOf(-51)).isEqualTo(Refusal.tooFewToTake(-51, 50));
        assertThat(change(-50)).isZero();
        assertThat(refusalOf(-1).message()).isEqualTo("too few units: add is -1, 0 available");

        applyOrders();
        activate(); // releases the reservation that is no order
        assertThat(available()).isEqualTo(8);
    }

    @Test
    void changesNothingWhenThereAreTooFewUnits() throws Exception {
        Product before = inventory.find("Tux");

        ProductChange tooMany = new ProductChange("Tux", new BigDecimal("1.00"), -101);
        assertThatThrownBy(() -> inventory.change(List.of(tooMany))).isInstanceOf(RefusedException.class);

        assertThat(inventory.find("Tux")).isEqualTo(before);
        assertThat(changes()).isZero();
        assertThat(change(-100)).isZero();
    }

    /** The restocker changes many products at once: all of them or none. */
    @Test
    void takesNoUnitsWhenOneOfSeveralChangesIsRefused() throws Exception {
        inventory.change(List.of(new ProductChange("Fox", new BigDecimal("12.50"), 3)));

        List<ProductChange> changes = List.of(new ProductChange("Tux", null, -10), new ProductChange("Fox", null, -4));
        assertThatThrownBy(() -> inventory.change(changes)).hasMessageContaining("3 available");

        assertThat(available()).isEqualTo(100);
        assertThat(changes()).isEqualTo(1);
    }

    @Test
    void refusesANewProductWithFewerThanNoUnits() {
        RefusedException refused = catchThrowableOfType(
                RefusedException.class,
                () -> inventory.change(List.of(new ProductChange("Owl", new BigDecimal("9.99"), -1))));

        assertThat(refused.refusal())
                .isEqualTo(
                        Refusal.notUnderstood("add is -1, but Owl is a new product; expected a whole number from 0"));
        assertThatThrownBy(() -> inventory.find("Owl")).isInstanceOf(RefusedException.class);
    }

    /** An order in the log may be for units that still seem to be free. */
    @Test
    void takesNoUnitsBeforeAllOrdersAreApplied() throws Exception {
        order(60);
        reopen();
        assertThat(available()).isEqualTo(100);

        assertThat(refusalOf(-1).code()).isEqualTo(Refusal.NOT_READY);
        epoch = inventory.open(openRequest()).epoch();
        assertThat(refusalOf(-1).code()).isEqualTo(Refusal.NOT_READY);
        assertThat(change(1)).isEqualTo(101); // more units do no harm

        applyOrders();
        inventory.activate(new CatalogRequest.Activate(epoch, log.size()));
        assertThat(refusalOf(-42)).isEqualTo(Refusal.tooFewToTake(-42, 41));
        assertThat(change(-41)).isZero();
    }

    @Test
    void sellsNoUnitThatAChangeIsTaking() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        stop();
        open(disk, data);
        activate();
        AtomicReference<Throwable> refused = new AtomicReference<>();
        disk.onForce(() -> refused.set(catchThrowableOfType(RefusedException.class, () -> reserve(41))));

        assertThat(change(-60)).isEqualTo(40);

        assertThat(refused.get()).hasMessage("out of stock: 41 wanted, 40 available");
        reserve(40);
    }

    /** The change may be on disk, so that its units are gone after the next start. */
    @Test
    void keepsUnitsReservedWhenItIsNotKnownWhetherTheyWereTaken() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        stop();
        inventory = FileInventory.open(disk, data, 2, RARELY, failure -> {});
        activate();
        disk.failsForce(1);

        assertThat(refusalOf(-60).code()).isEqualTo(Refusal.NOT_READY);

        assertThatThrownBy(() -> reserve(41)).hasMessage("out of stock: 41 wanted, 40 available");
        reopen();
        activate();
        assertThat(available()).isEqualTo(40);
    }

    /** The checkpoint has orders that came after the change, and not the change. */
    @Test
    void appliesAChangeToACheckpointThatWasMadeWhileItWasWritten() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        stop();
        open(disk, data);
        activate();
        Path left = Files.createDirectory(data.resolve("left"));
        disk.onForce(() -> {
            disk.onForce(() -> {});
            uncheck(() -> order(available())); // all that can be ordered
            applyOrders();
            uncheck(() -> inventory.writeCheckpoint());
            uncheck(() -> copyTo(left));
        });
        assertThat(change(-60)).isZero();
        stop();

        open(new UnforcedStorage(), left);
        assertThat(Files.readString(left.resolve("catalog.json"))).contains("\"as_of\":1,", "\"changes\":0,");
        activate();

        assertThat(available()).isZero();
    }

    @Test
    void refusesToStartIfAChangeTakesUnitsThatTheProductsDoNotHave() throws Exception {
        change(20);
        change(-110);
        stop();
        Files.delete(data.resolve("catalog.json"));
        Files.delete(data.resolve("catalog-start.json"));
        Files.writeString(
                data.resolve("toys.json"), "{\"products\":[{\"name\":\"Tux\",\"price\":15.99,\"quantity\":89}]}");

        assertThatThrownBy(() -> open(new UnforcedStorage(), data))
                .isInstanceOf(IOException.class)
                .hasMessage("change 2 of Tux cannot be applied to the products of " + data.resolve("catalog.json")
                        + ": quantity is -1; expected a whole number from 0 to 9223372036854775807; the change log does"
                        + " not belong to them");

        Files.writeString(
                data.resolve("toys.json"), "{\"products\":[{\"name\":\"Tux\",\"price\":15.99,\"quantity\":90}]}");
        Files.delete(data.resolve("catalog.json"));
        Files.delete(data.resolve("catalog-start.json"));
        open(new UnforcedStorage(), data);
        assertThat(available()).isZero();
    }

    /** Whatever comes in whatever order: after a crash, starting stock + restocks − orders = stock left. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void hasTheSameStockAfterEveryCrash(long seed) throws Exception {
        Random random = new Random(seed);
        int stock = UNITS; // without the units of all orders in the log
        List<CommittedOrder> reserved = new ArrayList<>(); // without a number
        for (int step = 0; step < 300; step++) {
            int units = random.nextInt(1, 30);
            int free =
                    stock - reserved.stream().mapToInt(CommittedOrder::quantity).sum();
            switch (random.nextInt(9)) {
                case 0, 1 -> {
                    if (units <= free) {
                        reserved.add(reserve(units));
                    } else {
                        assertThatThrownBy(() -> reserve(units)).isInstanceOf(RefusedException.class);
                    }
                }
                case 2, 3 -> {
                    if (!reserved.isEmpty()) {
                        CommittedOrder next = reserved.remove(random.nextInt(reserved.size()));
                        append(next);
                        stock -= next.quantity();
                    }
                }
                case 4 -> applyOrders();
                case 5 -> {
                    change(units);
                    stock += units;
                }
                case 6 -> {
                    if (units <= free) {
                        change(-units);
                        stock -= units;
                    } else {
                        assertThat(refusalOf(-units)).isEqualTo(Refusal.tooFewToTake(-units, free));
                    }
                }
                case 7 -> inventory.writeCheckpoint();
                default -> {
                    if (random.nextBoolean()) {
                        Files.deleteIfExists(data.resolve("catalog.json")); // so that everything is applied again
                    }
                    reopen();
                    assertThat(refusalOf(-1).code()).isEqualTo(Refusal.NOT_READY);
                    if (random.nextBoolean()) {
                        inventory.writeCheckpoint();
                        reopen();
                    }
                    activate();
                    reserved.clear();
                    assertThat(available()).as("after step %d", step).isEqualTo(stock);
                }
            }
        }
    }

    private void open(Storage disk, Path folder) throws IOException {
        inventory = FileInventory.open(disk, folder, 2, RARELY, CorrectionTest::unexpected);
    }

    /** Opens the catalog from the files as a crash leaves them: without a last checkpoint. */
    private void reopen() throws IOException {
        stop();
        open(new UnforcedStorage(), data);
    }

    /** Opens and activates an epoch, as the orders service does. */
    private void activate() throws RefusedException {
        epoch = inventory.open(openRequest()).epoch();
        applyOrders();
        inventory.activate(new CatalogRequest.Activate(epoch, log.size()));
    }

    private CatalogRequest.Open openRequest() {
        long asOf = inventory.position().asOf();
        return new CatalogRequest.Open("log", log.size(), asOf, digest(asOf));
    }

    /** Reserves units. Returns the order that the reservation is for. */
    private CommittedOrder reserve(int units) throws RefusedException {
        String reservation = "r-" + ++reservations;
        inventory.reserve(new CatalogRequest.Reserve("Tux", units, epoch, reservation));
        return new CommittedOrder(1, "Tux", units, reservation, digest(1));
    }

    /** Gives the order the next number and appends it to the log. */
    private void append(CommittedOrder order) {
        long number = log.size() + 1L;
        log.add(new CommittedOrder(number, order.name(), order.quantity(), order.reservation(), digest(number)));
    }

    private void order(int units) throws RefusedException {
        append(reserve(units));
    }

    private void applyOrders() {
        int applied = (int) inventory.position().asOf();
        try {
            inventory.apply(new CatalogRequest.Apply(epoch, log.subList(applied, log.size())));
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the available units after the change. */
    private int change(int add) throws RefusedException {
        return inventory
                .change(List.of(new ProductChange("Tux", null, add)))
                .get(0)
                .quantity();
    }

    private Refusal refusalOf(int add) {
        return catchThrowableOfType(RefusedException.class, () -> change(add)).refusal();
    }

    private int available() throws RefusedException {
        return inventory.find("Tux").quantity();
    }

    /** The number of changes in the log. */
    private long changes() {
        return inventory.progress() - inventory.position().asOf();
    }

    private static String digest(long number) {
        return "digest-" + number;
    }

    private void copyTo(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(data, "catalog*.{json,log}")) {
            for (Path file : files) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private interface Action {
        void run() throws IOException, RefusedException;
    }

    private static void uncheck(Action action) {
        try {
            action.run();
        } catch (IOException | RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static void unexpected(IOException failure) {
        throw new AssertionError(failure);
    }
}

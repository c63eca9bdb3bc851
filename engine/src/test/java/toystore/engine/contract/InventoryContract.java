package toystore.engine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.engine.Inventory;
import toystore.engine.NameOrder;
import toystore.engine.ProductChange;
import toystore.wire.codec.MessageCodec;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.CatalogStats;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.PutReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.TrafficStats;

/** What every {@link Inventory} does, whatever keeps its products. */
public abstract class InventoryContract {
    private static final int LONG_NAME = 197;

    private Inventory inventory;

    /** Opens an inventory with these products and starts it. Units can be taken from its stock when it is returned. */
    protected abstract Inventory open(List<Product> products) throws Exception;

    @BeforeEach
    void start() throws Exception {
        inventory = open(List.of(product("Tux", "15.99", 100), product("Fox", "12.50", 3)));
    }

    @AfterEach
    void close() throws IOException {
        inventory.close();
    }

    private void reopen(List<Product> products) throws Exception {
        inventory.close();
        inventory = open(products);
    }

    protected static Product product(String name, String price, int quantity) {
        return new Product(name, new BigDecimal(price), quantity, 1);
    }

    @Test
    void findsAProductByItsExactName() throws Exception {
        Product tux = inventory.find("Tux");

        assertThat(tux).isEqualTo(new Product("Tux", new BigDecimal("15.99"), 100, tux.version()));
        assertThat(inventory.find("Fox").price()).isEqualTo(new BigDecimal("12.50"));
        for (String unknown : List.of("tux", "Tux ", "Tu", "🧸")) {
            assertThat(refusalOf(() -> inventory.find(unknown))).isEqualTo(Refusal.unknownProduct());
        }
    }

    @Test
    void findsAProductWithAnyName() throws Exception {
        List<String> names = List.of(
                " ", "%", "_", "'", "\"", "\\", "a\\'b", "Ünïcødé", "e\u0301", "\uFFFF", "🧸", "🧸".repeat(200));
        reopen(names.stream().map(name -> product(name, "1", 1)).toList());

        for (String name : names) {
            assertThat(inventory.find(name).name()).isEqualTo(name);
        }
        assertThat(refusalOf(() -> inventory.find("\u00e9"))).isEqualTo(Refusal.unknownProduct());
    }

    @Test
    void listsNamesInTheOrderOfTheirCodePointsPageByPage() throws Exception {
        List<String> names = List.of(
                " ",
                "A",
                "Ab",
                "Abc",
                "B",
                "Z",
                "a",
                "b",
                "~",
                "ä",
                "é",
                "\uD7FF",
                "\uE000",
                "\uFB01",
                "\uFFFD",
                "\uFFFF",
                "\uD800\uDC00",
                "🧸",
                "🧸\uE000",
                "🧸🧸",
                "🪆",
                "\uDBFF\uDFFD");
        List<Product> products = new ArrayList<>();
        names.forEach(name -> products.add(0, product(name, "1", 1)));
        reopen(products);

        assertThat(names(inventory.list(null, null, 1000))).isEqualTo(names);
        for (int limit : new int[] {1, 2, 7, names.size()}) {
            assertThat(pages(null, limit)).isEqualTo(names);
        }
    }

    private List<String> pages(String prefix, int limit) throws RefusedException {
        List<String> names = new ArrayList<>();
        String after = null;
        do {
            ProductPage page = inventory.list(prefix, after, limit);
            assertThat(page.products()).hasSizeLessThanOrEqualTo(limit);
            names.addAll(names(page));
            after = page.next();
        } while (after != null);
        return names;
    }

    private static List<String> names(ProductPage page) {
        return page.products().stream().map(Product::name).toList();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "'', null, 10, 'Ant Box Boxer Box–2 Box\uFB01 Box🧸 Box🧸🧸 Fox box', null",
                "null, null, 3, 'Ant Box Boxer', Boxer",
                "null, Box\uFB01, 1, Box🧸, Box🧸",
                "Box, null, 10, 'Box Boxer Box–2 Box\uFB01 Box🧸 Box🧸🧸', null",
                "Box, null, 2, 'Box Boxer', Boxer",
                "Box, Boxer, 2, 'Box–2 Box\uFB01', Box\uFB01",
                "Box, Box🧸, 1, Box🧸🧸, null",
                "Box, Box🧸🧸, 1, '', null",
                "Box, A, 1, Box, Box",
                "Box, Bo, 1, Box, Box",
                "Box, Box, 1, Boxer, Boxer",
                "Box, Fox, 1, '', null",
                "Box, '\uFFFF', 1, '', null",
                "Box, '\u0000', 1, Box, Box",
                "null, 'Box\u0000', 1, Boxer, Boxer",
                "Box🧸, null, 10, 'Box🧸 Box🧸🧸', null",
                "Box🧸, Box\uFB01, 10, 'Box🧸 Box🧸🧸', null",
                "box, null, 10, box, null",
                "BOX, null, 10, '', null",
                "x, null, 10, '', null",
                "%, null, 10, '', null",
                "B_x, null, 10, '', null",
                "Fox, null, 1, Fox, null",
            })
    void listsTheProductsWhoseNamesBeginWithAPrefix(
            String prefix, String after, int limit, String expected, String next) throws Exception {
        reopen(List.of("Fox", "Box", "Ant", "box", "Boxer", "Box–2", "Box\uFB01", "Box🧸", "Box🧸🧸").stream()
                .map(name -> product(name, "1", 1))
                .toList());

        ProductPage page = inventory.list(prefix, after, limit);

        assertThat(names(page)).isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(" ", -1)));
        assertThat(page.next()).isEqualTo(next);
    }

    @Test
    void endsAPageEarlyRatherThanOverfillAMessage() throws Exception {
        List<Product> products = IntStream.range(0, 400)
                .mapToObj(i -> String.format(Locale.ROOT, "%03d", i) + "🧸".repeat(LONG_NAME))
                .map(name -> product(name, "1000000000", 1_000_000_000))
                .toList();
        reopen(products);

        ProductPage page = inventory.list(null, null, 1000);

        assertThat(page.products()).hasSizeBetween(30, 399);
        assertThat(MessageCodec.encode(page)).hasSizeLessThan(MessageCodec.MAX_LINE);
        assertThat(page.next())
                .isEqualTo(page.products().get(page.products().size() - 1).name());
        assertThat(pages(null, 1000)).hasSize(400).isSortedAccordingTo(NameOrder.BY_CODE_POINT);
    }

    @Test
    void changesPricesAndUnits() throws Exception {
        long version = inventory.find("Fox").version();

        PutReply both = change(new ProductChange("Fox", new BigDecimal("13.00"), 7));
        assertThat(both).isEqualTo(new PutReply("Fox", new BigDecimal("13.00"), 10, both.version(), false));
        assertThat(both.version()).isGreaterThan(version);
        assertThat(inventory.find("Fox")).isEqualTo(both.product());
        PutReply units = change(new ProductChange("Fox", null, -10));
        assertThat(units.product()).isEqualTo(new Product("Fox", new BigDecimal("13.00"), 0, units.version()));
        assertThat(units.version()).isGreaterThan(both.version());
        assertThat(change(new ProductChange("Fox", new BigDecimal("0.5"), 0)).price())
                .isEqualTo(new BigDecimal("0.5"));
        assertThat(inventory.list("F", null, 10).products()).containsExactly(inventory.find("Fox"));
    }

    @Test
    void addsProducts() throws Exception {
        assertThat(refusalOf(() -> inventory.find("Owl"))).isEqualTo(Refusal.unknownProduct());

        PutReply owl = change(new ProductChange("Owl", new BigDecimal("9.90"), 4));
        PutReply elk = change(new ProductChange("Elk", new BigDecimal("1.00"), 0));

        assertThat(owl).isEqualTo(new PutReply("Owl", new BigDecimal("9.90"), 4, owl.version(), true));
        assertThat(elk.made()).isTrue();
        assertThat(inventory.find("Owl")).isEqualTo(owl.product());
        assertThat(names(inventory.list(null, null, 10))).containsExactly("Elk", "Fox", "Owl", "Tux");
        assertThat(change(new ProductChange("Owl", null, 1)).made()).isFalse();
    }

    @Test
    void refusesChangesThatAreNotAllowedAndMakesNone() throws Exception {
        Product fox = inventory.find("Fox");

        assertThat(refusalOf(() -> change(new ProductChange("Elk", null, 5)))).isEqualTo(Refusal.unknownProduct());
        assertThat(refusalOf(() -> change(new ProductChange("Elk", BigDecimal.ONE, -1))))
                .isEqualTo(
                        Refusal.notUnderstood("add is -1, but Elk is a new product; expected a whole number from 0"));
        assertThat(refusalOf(() -> change(new ProductChange("Fox", BigDecimal.ONE, 999_999_998))))
                .isEqualTo(Refusal.notUnderstood("add is 999999998, which makes 1000000001 units in stock;"
                        + " at most 1000000000 are allowed"));
        assertThat(refusalOf(() -> change(new ProductChange("Fox", BigDecimal.ONE, -4))))
                .isEqualTo(Refusal.tooFewToTake(-4, 3));
        List<ProductChange> oneIsWrong =
                List.of(new ProductChange("Tux", null, -1), new ProductChange("Fox", null, -4));
        assertThat(refusalOf(() -> inventory.change(oneIsWrong))).isEqualTo(Refusal.tooFewToTake(-4, 3));

        assertThat(inventory.find("Fox")).isEqualTo(fox);
        assertThat(inventory.find("Tux").quantity()).isEqualTo(100);
        assertThat(refusalOf(() -> inventory.find("Elk"))).isEqualTo(Refusal.unknownProduct());
    }

    @Test
    void makesSeveralChangesAtOnce() throws Exception {
        List<PutReply> replies = inventory.change(List.of(
                new ProductChange("Tux", null, -1),
                new ProductChange("Owl", BigDecimal.TEN, 2),
                new ProductChange("Fox", BigDecimal.ONE, 1)));

        assertThat(replies).extracting(PutReply::name).containsExactly("Tux", "Owl", "Fox");
        assertThat(replies).extracting(PutReply::quantity).containsExactly(99, 2, 4);
        assertThat(replies).extracting(PutReply::made).containsExactly(false, true, false);
    }

    @Test
    void addsEveryUnitOfConcurrentChanges() throws Exception {
        List<CompletableFuture<Void>> admins = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    for (int n = 0; n < 20; n++) {
                        addOne(n % 2 == 0 ? "Fox" : "Owl");
                    }
                }))
                .toList();
        admins.forEach(CompletableFuture::join);

        assertThat(inventory.find("Fox").quantity()).isEqualTo(83);
        assertThat(inventory.find("Owl").quantity()).isEqualTo(80);
    }

    private void addOne(String name) {
        try {
            change(new ProductChange(name, BigDecimal.ONE, 1));
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void restocksWhatIsSoldOut() throws Exception {
        inventory.change(List.of(new ProductChange("Fox", null, -3), new ProductChange("Owl", BigDecimal.ONE, 0)));

        List<Product> restocked = inventory.restock(30);

        assertThat(restocked).extracting(Product::name).containsExactly("Fox", "Owl");
        assertThat(restocked).extracting(Product::quantity).containsOnly(30);
        assertThat(inventory.find("Fox")).isEqualTo(restocked.get(0));
        assertThat(inventory.find("Tux").quantity()).isEqualTo(100);
        assertThat(inventory.restock(30)).isEmpty();
    }

    @Test
    void sendsEveryChangeOfAProductThatWasAskedForToAWatch() throws Exception {
        ReplyStream watch = inventory.watch();
        try (watch) {
            assertThat(watch.next()).isEqualTo(new ProductUpdates(List.of()));
            inventory.find("Fox");
            inventory.find("Tux");
            Map<String, Long> reported = new TreeMap<>();
            long last = 0;
            for (int i = 0; i < 5; i++) {
                last = change(new ProductChange("Fox", null, 1)).version();
                readUntil(watch, "Fox", last, reported);
            }
            long tux = change(new ProductChange("Tux", BigDecimal.ONE, 0)).version();
            readUntil(watch, "Tux", tux, reported);
            assertThat(reported).containsExactly(Map.entry("Fox", last), Map.entry("Tux", tux));
        }
    }

    /** Reads until the watch has sent a version. It sends none twice, and no lower one after a higher one. */
    private static void readUntil(ReplyStream watch, String name, long version, Map<String, Long> reported)
            throws Exception {
        await().until(() -> {
            ProductUpdates updates = (ProductUpdates) watch.next();
            for (Product product : updates.products()) {
                Long before = reported.put(product.name(), product.version());
                assertThat(before == null || before < product.version()).isTrue();
            }
            return reported.getOrDefault(name, 0L) == version;
        });
    }

    @Test
    void sendsHeartbeatsToAWatchWhenNothingChanges() throws Exception {
        ReplyStream watch = inventory.watch();
        try (watch) {
            for (int i = 0; i < 3; i++) {
                assertThat(watch.next()).isEqualTo(new ProductUpdates(List.of()));
            }
        }
    }

    @Test
    void countsItsProducts() throws Exception {
        TrafficStats traffic = new TrafficStats(1, 2, 3, 4);

        await().untilAsserted(() -> {
            CatalogStats stats = inventory.stats(7, traffic);
            assertThat(stats.products()).isEqualTo(2);
            assertThat(stats.units()).isEqualTo(103);
            assertThat(stats.ready()).isTrue();
            assertThat(stats.problem()).isNull();
            assertThat(stats.uptimeSeconds()).isEqualTo(7);
            assertThat(stats.traffic()).isEqualTo(traffic);
            assertThat(inventory.samples(stats)).isNotEmpty();
        });
    }

    /** Each engine understands the messages of its own orders service only. */
    protected final Refusal refusalOf(CatalogRequest<?> request) {
        return refusalOf(() -> inventory.synchronize(request));
    }

    protected final Inventory inventory() {
        return inventory;
    }

    private PutReply change(ProductChange change) throws RefusedException {
        return inventory.change(List.of(change)).get(0);
    }

    private static Refusal refusalOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, call);
        assertThat(refused).as("a refusal").isNotNull();
        return refused.refusal();
    }
}

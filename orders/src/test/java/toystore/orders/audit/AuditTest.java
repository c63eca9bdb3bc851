package toystore.orders.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static toystore.orders.audit.StoreFiles.ORDERS;
import static toystore.orders.audit.StoreFiles.order;
import static toystore.orders.audit.StoreFiles.product;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.orders.audit.StoreFiles.Line;

class AuditTest {
    private static final String SOUND = "audit: no difference";
    private static final String ONE = "audit: 1 difference";

    @TempDir
    Path data;

    private StoreFiles files;

    @BeforeEach
    void makeFiles() {
        files = new StoreFiles(data, 1 << 20);
    }

    /** Two products, one of them added later; orders and changes before and after the checkpoint. */
    private void makeSoundStore() throws IOException {
        files.start(product("Tux", 100));
        files.order("Tux", 5);
        files.orderWithKey("Tux", "k1");
        files.orderWithKey("Fox", "k2");
        files.order("Tux", 4);
        files.restock("Fox", 10);
        files.restock("Tux", 20);
        files.checkpoint(3, 1, product("Tux", 94), product("Fox", 9));
    }

    @Test
    void findsNoDifferenceInASoundStore() throws IOException {
        makeSoundStore();

        assertThat(audit()).isEqualTo("""
                product              started with  restocked  ordered  left  difference
                Fox                             0         10        1     9           0
                Tux                           100         20       10   110           0
                total of 2 products           100         30       11   119           0

                orders: 4 (1 to 4), 2 with a key
                checkpoint: orders up to 3 of 4, changes up to 1 of 2
                audit: no difference
                """);
    }

    @Test
    void findsNoDifferenceInAStoreWithoutAnyOrder() throws IOException {
        files.start(product("Tux", 100));
        files.checkpointOf(null, 0, 0, product("Tux", 100));

        assertThat(audit()).contains("orders: none").endsWith(SOUND + "\n");
    }

    @Test
    void findsNoDifferenceInAStoreThatFollowsALogWithoutOrders() throws IOException {
        files.start(product("Tux", 100));
        files.orders();
        files.checkpoint(0, 0, product("Tux", 100));

        assertThat(audit()).contains("orders: none").endsWith(SOUND + "\n");
    }

    @Test
    void readsALogOfManySegments() throws IOException {
        files = new StoreFiles(data, 300);
        files.start(product("Tux", 100));
        for (int i = 0; i < 10; i++) {
            files.order("Tux", 1);
        }
        files.checkpoint(7, 0, product("Tux", 93));

        assertThat(logFiles()).hasSizeGreaterThan(3);
        assertThat(audit()).contains("orders: 10 (1 to 10)").endsWith(SOUND + "\n");
    }

    @Test
    void changesNothingAndTakesNoLock() throws IOException {
        makeSoundStore();
        files.cut(ORDERS, 3);
        Map<Path, FileTime> before = times();

        audit();

        assertThat(times()).isEqualTo(before);
    }

    @Test
    void reportsAFlippedByteWithFileAndOffset() throws IOException {
        makeSoundStore();
        long offset = files.lineStart(ORDERS, 2);
        files.replace(ORDERS, "\"key\":\"k1\"", "\"key\":\"k0\"");

        assertThat(audit())
                .contains("difference: " + data.resolve(ORDERS) + " at byte " + offset + ": CRC ")
                .contains("no table of the products")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsAMissingSegment() throws IOException {
        files = new StoreFiles(data, 300);
        files.start(product("Tux", 100));
        for (int i = 0; i < 10; i++) {
            files.order("Tux", 1);
        }
        files.checkpoint(0, 0, product("Tux", 100));
        Files.delete(logFiles().get(1));

        assertThat(audit())
                .contains("difference: " + data.resolve(ORDERS) + " at byte ")
                .contains("but the next begins with")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsATornLineAsANoteAndNoDifference() throws IOException {
        makeSoundStore();
        long offset = files.lineStart(ORDERS, 4);
        long bytes = files.lineStart(ORDERS, 5) - offset - 3;
        files.tear(ORDERS, 3);

        assertThat(audit())
                .contains("note: " + bytes + " bytes at byte " + offset + " of " + data.resolve(ORDERS)
                        + " are not a whole record")
                .contains("orders: 3 (1 to 3)")
                .endsWith(SOUND + "\n");
    }

    @Test
    void reportsALogWhoseEndWasCutOff() throws IOException {
        makeSoundStore();
        files.tear(ORDERS, 0);
        files.cut(ORDERS, 1);

        assertThat(audit())
                .contains("difference: " + data.resolve(ORDERS) + " at byte ")
                .contains("its end was cut off")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsARepeatedNumberOnce() throws IOException {
        makeStoreWithOrders(n -> tux(1), n -> tux(2), n -> tux(2), n -> tux(3));

        assertThat(audit())
                .contains(data.resolve(ORDERS) + " at byte " + files.lineStart(ORDERS, 3)
                        + ": record 3 is order 2, but order 3 should be here")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsAGapOnce() throws IOException {
        makeStoreWithOrders(n -> tux(1), n -> tux(3), n -> tux(4));

        assertThat(audit())
                .contains(data.resolve(ORDERS) + " at byte " + files.lineStart(ORDERS, 2)
                        + ": record 2 is order 3, but order 2 should be here")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsAGapInTheChanges() throws IOException {
        files.start(product("Tux", 100));
        files.checkpointOf(null, 0, 0, product("Tux", 100));
        files.changes(n -> "{\"change\":2,\"name\":\"Tux\",\"add\":1}");

        assertThat(audit())
                .contains("record 1 is change 2, but change 1 should be here")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsARecordThatIsNotAnOrder() throws IOException {
        makeStoreWithOrders(n -> "{\"order_number\":1,\"name\":[]}", n -> tux(2));

        assertThat(audit())
                .contains(data.resolve(ORDERS) + " at byte " + files.lineStart(ORDERS, 1)
                        + ": record 1 is no order: name: expected a string")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsFieldsThatAreMissing() throws IOException {
        makeStoreWithOrders(
                n -> tux(1).replace("\"time\":", "\"tide\":"), n -> tux(2).replace("reservation", "preservation"));

        assertThat(audit())
                .contains("order 1: expected order_number, name, quantity, price and time, but one of them is missing")
                .contains("order 2: reservation is missing")
                .endsWith("audit: 2 differences\n");
    }

    @Test
    void reportsARepeatedField() throws IOException {
        makeStoreWithOrders(n -> order(n, "Tux", 1, ",\"quantity\":1"));

        assertThat(audit()).contains("record 1 is no order: ").endsWith(ONE + "\n");
    }

    @Test
    void reportsValuesThatNoOrderMayHave() throws IOException {
        makeStoreWithOrders(
                n -> order(n, "Tux", 0, ""),
                n -> order(n, "Tux", 1_000_001, ""),
                n -> tux(n).replace("15.99", "-15.99"),
                n -> tux(n).replace("03:04:05", "03:64:05"),
                n -> order(n, "Tux", 1_000_000, ""));

        assertThat(audit())
                .contains("order 1: quantity is 0; expected 1 to 1000000")
                .contains("order 2: quantity is 1000001; expected 1 to 1000000")
                .contains("order 3: price is -15.99; expected 0 or more")
                .contains("order 4: time is \"2026-01-02T03:64:05.678Z\"")
                .contains("order 3 has the price -15.99, which \"Tux\" never had")
                .endsWith("audit: 5 differences\n");
    }

    @Test
    void reportsValuesThatNoChangeMayHave() throws IOException {
        files.start(product("Tux", 100));
        files.checkpointOf(null, 0, 0, product("Tux", 100));
        files.changes(
                n -> "{\"change\":1,\"name\":\"Tux\",\"add\":1000000001}",
                n -> "{\"change\":2,\"name\":\"Tux\",\"price\":-1,\"add\":0}",
                n -> "{\"change\":3,\"name\":\"Tux\"}");

        assertThat(audit())
                .contains("change 1: add is 1000000001; expected -1000000000 to 1000000000")
                .contains("change 2: price is -1; expected 0 or more")
                .contains("change 3: expected change, name and add")
                .endsWith("audit: 3 differences\n");
    }

    @Test
    void reportsAKeyThatIsRepeatedWhileItIsRemembered() throws IOException {
        makeStoreWithKeys("k1", "k2", "k3", "k1");

        assertThat(audit(3, false))
                .contains(data.resolve(ORDERS) + " at byte " + files.lineStart(ORDERS, 4)
                        + ": order 4 has the key \"k1\", which order 1 has too")
                .endsWith(ONE + "\n");
    }

    @Test
    void allowsAKeyToBeRepeatedOnceItIsForgotten() throws IOException {
        makeStoreWithKeys("k1", "k2", "k3", "k1");

        assertThat(audit(2, false)).endsWith(SOUND + "\n");
    }

    @Test
    void comparesAKeyWithTheLastOrderThatHadIt() throws IOException {
        makeStoreWithKeys("k1", "k2", "k3", "k1", "k1");

        assertThat(audit(1, false))
                .contains("order 5 has the key \"k1\", which order 4 has too")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsAnOversoldProduct() throws IOException {
        files.start(product("Tux", 3));
        files.order("Tux", 2);
        files.checkpoint(1, 0, product("Tux", 1));
        files.order("Tux", 2);

        assertThat(audit())
                .contains("\"Tux\" is oversold: started with 3, restocked 0, ordered 4")
                .contains("-1           0")
                .endsWith(ONE + "\n");
    }

    @Test
    void countsUnitsThatWereTakenAsANegativeRestock() throws IOException {
        files.start(product("Tux", 100));
        files.order("Tux", 5);
        files.restock("Tux", 10);
        files.restock("Tux", -30);
        files.checkpoint(1, 2, product("Tux", 75));
        files.restock("Tux", -70);
        files.order("Tux", 5);

        assertThat(audit())
                .contains("Tux                          100        -90       10     0           0")
                .endsWith(SOUND + "\n");
    }

    @Test
    void reportsUnitsThatWereTakenThoughTheyWereSold() throws IOException {
        files.start(product("Tux", 100));
        files.order("Tux", 5);
        files.checkpoint(1, 0, product("Tux", 95));
        files.restock("Tux", -96);

        assertThat(audit())
                .contains("\"Tux\" is oversold: started with 100, restocked -96, ordered 5")
                .endsWith(ONE + "\n");
    }

    /** The catalog could not apply the changes again. */
    @Test
    void reportsUnitsThatWereTakenBeforeTheyWereThere() throws IOException {
        files.start(product("Tux", 100));
        files.restock("Tux", -101);
        files.restock("Tux", 10);
        files.checkpointOf(null, 0, 2, product("Tux", 9));

        assertThat(audit())
                .contains("\"Tux\" never had the units that its changes took: started with 100, restocked -101")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsAnOrderForAnUnknownProduct() throws IOException {
        makeStoreWithOrders(n -> tux(n), n -> order(n, "Yeti", 1, ""), n -> order(n, "Yeti", 1, ""));

        assertThat(audit())
                .contains("order 2 is for \"Yeti\", which is no product")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsAWrongQuantityInTheCheckpoint() throws IOException {
        makeSoundStore();
        files.checkpoint(3, 1, product("Tux", 95), product("Fox", 9));

        assertThat(audit())
                .contains("Tux                           100         20       10   111          -1")
                .contains("difference: \"Tux\": started with 100, restocked 0, ordered 6 up to the checkpoint: 94 left,"
                        + " but catalog.json says 95")
                .endsWith(ONE + "\n");
    }

    /** The units alone would not show these: they are right. */
    @Test
    void reportsAWrongPriceInTheCheckpointAndInAnOrder() throws IOException {
        files.start(product("Tux", 100), product("Fox", 3));
        files.changes(n -> "{\"change\":" + n + ",\"name\":\"Fox\",\"price\":16.00,\"add\":0}");
        files.changes(n -> "{\"change\":" + n + ",\"name\":\"Tux\",\"price\":17,\"add\":0}");
        files.orders(
                n -> tux(n),
                n -> tux(n).replace("15.99", "10.99"),
                n -> tux(n).replace("15.99", "17.00"),
                n -> tux(n).replace("15.99", "10.99"));
        files.checkpoint(
                0,
                1,
                product("Tux", 100).replace("15.99", "10.99"),
                product("Fox", 3).replace("15.99", "16.0"));

        assertThat(audit())
                .contains("\"Tux\": its price is 15.99 up to the checkpoint, but catalog.json says 10.99")
                .contains("order 2 has the price 10.99, which \"Tux\" never had")
                .endsWith("audit: 2 differences\n");
    }

    @Test
    void reportsCatalogFilesThatWereChanged() throws IOException {
        for (String name : List.of("catalog.json", "catalog-start.json")) {
            makeFiles();
            makeSoundStore();
            Path file = data.resolve(name);
            files.writeWithoutChecksum(name, Files.readString(file).replace("products\":[\n", "products\": [\n"));

            assertThat(audit())
                    .contains("difference: " + file + " was changed: its last line is ")
                    .endsWith(ONE + "\n");
            try (DirectoryStream<Path> all = Files.newDirectoryStream(data)) {
                for (Path each : all) {
                    Files.delete(each);
                }
            }
        }
    }

    @Test
    void reportsACheckpointOfAnotherHistoryOfTheLog() throws IOException {
        makeSoundStore();
        files.replace("catalog.json", "\"digest\":\"", "\"digest\":\"0");

        assertThat(audit())
                .contains(data.resolve("catalog.json") + " follows another history of the order log: up to order 3")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsAProductThatTheCheckpointLacks() throws IOException {
        makeSoundStore();
        files.checkpoint(3, 1, product("Tux", 94));

        assertThat(audit())
                .contains("9 left, but catalog.json does not have the product")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsASoldOutProductThatTheCheckpointLacks() throws IOException {
        files.start(product("Tux", 1), product("Fox", 0));
        files.checkpointOf(null, 0, 0, product("Tux", 1));

        assertThat(audit())
                .contains("0 left, but catalog.json does not have the product")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsAProductThatOnlyTheCheckpointHas() throws IOException {
        makeSoundStore();
        files.checkpoint(3, 1, product("Tux", 94), product("Fox", 9), product("Yeti", 1));

        assertThat(audit())
                .contains("catalog.json has \"Yeti\", but the store did not start with it")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsACheckpointThatFollowsAnotherLog() throws IOException {
        makeSoundStore();
        files.replace("catalog.json", files.orderLog(), "another");

        assertThat(audit())
                .contains(data.resolve("catalog.json") + " follows order log another, but the one here is "
                        + files.orderLog())
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsACheckpointThatFollowsAMissingLog() throws IOException {
        makeSoundStore();
        files.checkpoint(0, 1, product("Tux", 100), product("Fox", 10));
        Files.delete(data.resolve(ORDERS));

        assertThat(audit()).contains(", but there is none").endsWith(ONE + "\n");
    }

    @Test
    void reportsACheckpointThatContainsOrdersOfNoLog() throws IOException {
        makeSoundStore();
        files.checkpointOf(null, 3, 1, product("Tux", 94), product("Fox", 9));

        assertThat(audit())
                .contains("contains the orders up to 3, but does not say of which log")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsACheckpointBeyondTheEndOfTheLogs() throws IOException {
        makeSoundStore();
        files.checkpoint(5, 3, product("Tux", 110), product("Fox", 9));

        assertThat(audit())
                .contains("contains the orders up to 5, but the log ends with order 4: its end is missing")
                .contains("contains the changes up to 3, but their log ends with change 2: its end is missing")
                .endsWith("audit: 2 differences\n");
    }

    @Test
    void reportsAMissingCheckpointAndContinuesWithoutIt() throws IOException {
        makeSoundStore();
        Files.delete(data.resolve("catalog.json"));

        assertThat(audit())
                .contains("Tux                           100         20       10   110           ?")
                .contains("difference: " + data.resolve("catalog.json") + " is missing")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsAMissingStartAndContinuesWithoutIt() throws IOException {
        makeSoundStore();
        Files.delete(data.resolve("catalog-start.json"));

        assertThat(audit())
                .contains("Tux                             ?         20       10   110           ?")
                .contains("difference: " + data.resolve("catalog-start.json") + " is missing")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsACheckpointThatIsNotJsonWithThePlace() throws IOException {
        makeSoundStore();
        files.replace("catalog.json", "\"Fox\"", "Fox");

        assertThat(audit())
                .contains("difference: " + data.resolve("catalog.json") + " line 3, column ")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsACheckpointThatIsCutOff() throws IOException {
        makeSoundStore();
        files.cut("catalog.json", 4);

        assertThat(audit())
                .contains("difference: " + data.resolve("catalog.json")
                        + " does not end with a line that has its checksum")
                .contains("difference: " + data.resolve("catalog.json") + " line ")
                .endsWith("audit: 2 differences\n");
    }

    @Test
    void reportsACheckpointThatDoesNotSayWhatItContains() throws IOException {
        makeSoundStore();
        files.replace("catalog.json", "\"as_of\":3,", "");

        assertThat(audit())
                .contains(data.resolve("catalog.json") + ": \"as_of\" is null")
                .endsWith(ONE + "\n");
    }

    @Test
    void reportsRepeatedAndInvalidProductsOfTheStart() throws IOException {
        files.start(product("Tux", 100), product("Tux", 100), "{\"name\":\"Fox\",\"price\":-1,\"quantity\":1}");
        files.checkpointOf(null, 0, 0, product("Tux", 100), product("Fox", 1), "{\"name\":\"Yeti\"}");

        assertThat(audit())
                .contains("catalog-start.json products[1]: a second product has the name \"Tux\"")
                .contains(" products[2]: \"Fox\": price is -1 and quantity 1; expected 0 or more")
                .contains(" products[2]: expected name, price and quantity, but one of them is missing")
                .contains("\"Fox\": its price is -1 up to the checkpoint, but catalog.json says 15.99")
                .endsWith("audit: 4 differences\n");
    }

    @Test
    void reportsRepeatedAndInvalidProductsOfTheCheckpoint() throws IOException {
        files.start(product("Tux", 100), product("Fox", 0));
        files.checkpointOf(null, 0, 0, product("Tux", 100), product("Tux", 100), product("Fox", -1));

        assertThat(audit())
                .contains("catalog.json products[1]: a second product has the name \"Tux\"")
                .contains("catalog.json products[2]: \"Fox\": price is 15.99 and quantity -1; expected 0 or more")
                .contains("\"Fox\": started with 0, restocked 0, ordered 0 up to the checkpoint: 0 left, but")
                .endsWith("audit: 3 differences\n");
    }

    @Test
    void reportsACatalogWithoutProductsOrWithSomethingAfterIt() throws IOException {
        files.write("catalog-start.json", "{\"toys\":[]}");
        files.write("catalog.json", "{\"as_of\":0,\"changes\":0,\"products\":[]} {}");

        assertThat(audit())
                .contains("catalog-start.json: expected one object with a list \"products\"")
                .contains("catalog.json: expected one object with a list \"products\"")
                .endsWith("audit: 4 differences\n"); // they have no checksums, either
    }

    @Test
    void printsTheFirstFiftyDifferencesInWords() throws IOException {
        Line nothing = n -> order(n, "Tux", 0, "");
        files.start(product("Tux", 100));
        files.orders(Collections.nCopies(60, nothing).toArray(Line[]::new));
        files.checkpoint(0, 0, product("Tux", 100));

        assertThat(audit())
                .contains("order 50: quantity")
                .doesNotContain("order 51: quantity")
                .endsWith("… and 10 more\naudit: 60 differences\n");
    }

    @Test
    void printsOnlyTheDifferencesOfManyProducts() throws IOException {
        String[] products =
                IntStream.range(0, 300).mapToObj(i -> product("Toy " + i, 1)).toArray(String[]::new);
        files.start(products);
        products[7] = product("Toy 7", 2);
        files.checkpointOf(null, 0, 0, products);

        assertThat(audit()).startsWith("""
                product                started with  restocked  ordered  left  difference
                Toy 7                             1          0        0     2          -1
                … 299 with no difference; --all prints them
                total of 300 products           300          0        0   301          -1
                """).endsWith(ONE + "\n");
        assertThat(audit(1, true)).contains("\nToy 299  ").doesNotContain("--all");
    }

    @Test
    void printsOversoldProductsOfMany() throws IOException {
        String[] products =
                IntStream.range(0, 300).mapToObj(i -> product("Toy " + i, 1)).toArray(String[]::new);
        files.start(products);
        files.order("Toy 7", 2);
        files.checkpoint(0, 0, products);

        assertThat(audit())
                .contains("\nToy 7  ")
                .contains("… 299 with no difference")
                .endsWith(ONE + "\n");
    }

    @Test
    void alignsTheColumnsForAllScripts() throws IOException {
        String german = "Donaudampfschifffahrtsgesellschaftskapitän";
        String[] products = {
            product(german, 1), product("熊のぬいぐるみ", 2), product("e\u0301clair", 3), product("\ud83e\uddf8", 4)
        };
        files.start(products);
        files.checkpointOf(null, 0, 0, products);

        assertThat(audit()).startsWith("""
                product                                   started with  restocked  ordered  left  difference
                Donaudampfschifffahrtsgesellschaftskapi…             1          0        0     1           0
                e\u0301clair                                               3          0        0     3           0
                熊のぬいぐるみ                                       2          0        0     2           0
                \ud83e\uddf8                                                   4          0        0     4           0
                total of 4 products                                 10          0        0    10           0
                """);
    }

    @Test
    void printsNoControlCharactersOfAName() throws IOException {
        files.start(product("T\\u001b[2J\\u202eux", 1));
        files.checkpointOf(null, 0, 0, product("T\\u001b[2J\\u202eux", 1));

        assertThat(audit()).contains("T<U+001B>[2J<U+202E>ux").doesNotContain("\u001b", "\u202e");
    }

    @Test
    void refusesAFolderThatDoesNotExist() {
        assertThatThrownBy(() -> new Audit(new Audit.Options(data.resolve("nowhere"), 1, false), System.out).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(data.resolve("nowhere") + " does not exist");
    }

    @Test
    void refusesAFolderWithoutAStore() throws IOException {
        files.write("toys.json", "{\"products\":[]}");

        assertThatThrownBy(this::audit)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no store in " + data);
    }

    @Test
    void readsAStoreThatIsBeingWritten() throws Exception {
        files.start(product("Tux", 1_000_000));
        files.orders();
        files.checkpoint(0, 0, product("Tux", 1_000_000));
        Line[] hundred = Collections.nCopies(100, (Line) AuditTest::tux).toArray(Line[]::new);
        Thread writer = new Thread(() -> {
            try {
                for (int i = 0; i < 10; i++) {
                    files.orders(hundred);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        files = new StoreFiles(data, 10_000);
        writer.start();
        do {
            assertThat(audit()).endsWith(SOUND + "\n");
        } while (writer.isAlive());
        writer.join();

        assertThat(audit()).contains("orders: 1000 (1 to 1000)").endsWith(SOUND + "\n");
    }

    private static String tux(long number) {
        return order(number, "Tux", 1, "");
    }

    private void makeStoreWithOrders(Line... orders) throws IOException {
        files.start(product("Tux", 10_000_000));
        files.orders(orders);
        files.checkpoint(0, 0, product("Tux", 10_000_000));
    }

    private void makeStoreWithKeys(String... keys) throws IOException {
        makeStoreWithOrders();
        for (String key : keys) {
            files.orderWithKey("Tux", key);
        }
    }

    private List<Path> logFiles() throws IOException {
        try (Stream<Path> all = Files.list(data)) {
            return all.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        }
    }

    private Map<Path, FileTime> times() throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        try (Stream<Path> all = Files.list(data)) {
            for (Path file : all.toList()) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    private String audit() throws IOException {
        return audit(1_000_000, false);
    }

    private String audit(int keys, boolean all) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean sound = new Audit(new Audit.Options(data, keys, all), new PrintStream(out, true, UTF_8)).run();
        String printed = out.toString(UTF_8).replace(System.lineSeparator(), "\n");
        assertThat(sound).isEqualTo(printed.endsWith(SOUND + "\n"));
        return printed;
    }
}

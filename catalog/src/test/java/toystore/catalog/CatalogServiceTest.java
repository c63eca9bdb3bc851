package toystore.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.common.Address;
import toystore.durable.Storage;
import toystore.durable.testing.FaultyStorage;
import toystore.durable.testing.UnforcedStorage;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Product;
import toystore.wire.message.ProductPage;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.PutReply;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

class CatalogServiceTest {
    private static final String TWO_TOYS = """
            {"products":[
              {"name":"Tux","price":15.99,"quantity":100},
              {"name":"Fox","price":12.50,"quantity":3}
            ]}
            """;

    @TempDir
    Path data;

    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Checkpointer.Schedule RARELY = new Checkpointer.Schedule(1_000_000, LONG);

    private CatalogService service;
    private MessageClient client;

    @AfterEach
    void stop() throws IOException {
        if (service != null) {
            client.close();
            service.close();
        }
    }

    @Test
    void answersAQueryByTheExactName() throws Exception {
        start(TWO_TOYS);

        Product tux = call(new CatalogRequest.Get("Tux"));
        assertThat(tux).isEqualTo(new Product("Tux", new BigDecimal("15.99"), 100, tux.version()));
        assertThat(refusalOf(new CatalogRequest.Get("tux"))).isEqualTo(Refusal.unknownProduct());
    }

    @Test
    void listsAllProductsInTheOrderOfTheirNamesPageByPage() throws Exception {
        start((String) null);
        List<String> names = new ArrayList<>();

        String after = null;
        do {
            ProductPage page = call(new CatalogRequest.List(null, after, 7));
            assertThat(page.products()).hasSizeBetween(1, 7);
            page.products().forEach(product -> names.add(product.name()));
            after = page.next();
        } while (after != null);

        assertThat(names).hasSize(50).isSorted().doesNotHaveDuplicates().contains("Tux", "Fox");
    }

    @Test
    void hasNoNextPageWhenTheLastOneIsExactlyFull() throws Exception {
        start(TWO_TOYS);

        assertThat(call(new CatalogRequest.List(null, null, 2)).next()).isNull();
        assertThat(call(new CatalogRequest.List(null, null, 1)).next()).isEqualTo("Fox");
        assertThat(call(new CatalogRequest.List(null, "Tux", 1))).isEqualTo(new ProductPage(List.of(), null));
    }

    @Test
    void endsAPageEarlyRatherThanOverfillAMessage() throws Exception {
        start(IntStream.range(0, 400)
                .mapToObj(i -> "{\"name\":\"" + String.format("%03d", i) + "🧸".repeat(98) + "\\\"".repeat(99)
                        + "\",\"price\":1000000000,\"quantity\":1000000000}")
                .collect(Collectors.joining(",", "{\"products\":[", "]}")));

        ProductPage page = call(new CatalogRequest.List(null, null, 1000));

        assertThat(page.products()).hasSizeBetween(50, 399);
        assertThat(page.next())
                .isEqualTo(page.products().get(page.products().size() - 1).name());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "'', null, 10, 'Ant Box Boxer Box–2 Box🧸 Box🧸🧸 Fox box', null",
                "null, null, 3, 'Ant Box Boxer', Boxer",
                "Box, null, 10, 'Box Boxer Box–2 Box🧸 Box🧸🧸', null",
                "Box, null, 2, 'Box Boxer', Boxer",
                "Box, Boxer, 2, 'Box–2 Box🧸', Box🧸",
                "Box, Box🧸, 1, Box🧸🧸, null",
                "Box, Box🧸🧸, 1, '', null",
                "Box, A, 1, Box, Box",
                "Box, Bo, 1, Box, Box",
                "Box, Box, 1, Boxer, Boxer",
                "Box, Fox, 1, '', null",
                "Box, '\uFFFF', 1, '', null",
                "Box🧸, null, 10, 'Box🧸 Box🧸🧸', null",
                "box, null, 10, box, null",
                "BOX, null, 10, '', null",
                "x, null, 10, '', null",
                "Fox, null, 1, Fox, null",
            })
    void listsTheProductsWhoseNamesBeginWithAPrefix(
            String prefix, String after, int limit, String expected, String next) throws Exception {
        start(Stream.of("Fox", "Box", "Ant", "box", "Boxer", "Box–2", "Box🧸", "Box🧸🧸")
                .map(name -> "{\"name\":\"" + name + "\",\"price\":1,\"quantity\":1}")
                .collect(Collectors.joining(",", "{\"products\":[", "]}")));

        ProductPage page = call(new CatalogRequest.List(prefix, after, limit));

        assertThat(page.products())
                .extracting(Product::name)
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(" ", -1)));
        assertThat(page.next()).isEqualTo(next);
    }

    @Test
    void changesPricesAndAddsUnitsAndNewProducts() throws Exception {
        start(TWO_TOYS);

        long version = call(new CatalogRequest.Get("Fox")).version();
        assertThat(call(new CatalogRequest.Put("Fox", new BigDecimal("13.00"), 7)))
                .isEqualTo(new PutReply("Fox", new BigDecimal("13.00"), 10, version + 1, false));
        assertThat(call(new CatalogRequest.Put("Fox", null, 1)).quantity()).isEqualTo(11);
        assertThat(call(new CatalogRequest.Put("Owl", new BigDecimal("9.99"), null)))
                .isEqualTo(new PutReply("Owl", new BigDecimal("9.99"), 0, version, true));
        assertThat(call(new CatalogRequest.Get("Owl")).price()).isEqualTo(new BigDecimal("9.99"));
        assertThat(refusalOf(new CatalogRequest.Put("Elk", null, 5))).isEqualTo(Refusal.unknownProduct());
        assertThat(refusalOf(new CatalogRequest.Put("Tux", null, 999_999_901)).message())
                .isEqualTo("add is 999999901, which makes 1000000001 units in stock; at most 1000000000 are allowed");
    }

    @Test
    void hasChangesOnDiskBeforeItRepliesAndAppliesThemAgainAfterACrash() throws Exception {
        start(TWO_TOYS);
        call(new CatalogRequest.Put("Fox", new BigDecimal("13.00"), 7));
        call(new CatalogRequest.Put("Owl", new BigDecimal("9.99"), 4));

        startFromWhatACrashLeaves();

        Product fox = call(new CatalogRequest.Get("Fox"));
        assertThat(fox).isEqualTo(new Product("Fox", new BigDecimal("13.00"), 10, fox.version()));
        assertThat(call(new CatalogRequest.Get("Owl")).quantity()).isEqualTo(4);
    }

    @Test
    void givesNoVersionTwiceAcrossRestarts() throws Exception {
        start(TWO_TOYS);
        for (int i = 0; i < 50; i++) {
            call(new CatalogRequest.Put("Fox", null, 1));
        }
        long last = call(new CatalogRequest.Get("Fox")).version();

        startFromWhatACrashLeaves();

        assertThat(call(new CatalogRequest.Get("Fox")).version()).isGreaterThan(last);
    }

    @Test
    void reportsEveryProductThatChangesToAWatch() throws Exception {
        start(TWO_TOYS);

        try (MessageClient.Replies<ProductUpdates> changes = client.open(new CatalogRequest.Watch())) {
            assertThat(changes.next().products()).isEmpty();
            Product fox = call(new CatalogRequest.Put("Fox", new BigDecimal("1.50"), 7))
                    .product();
            assertThat(nextOf(changes)).containsExactly(fox);
            for (int i = 0; i < 20; i++) {
                fox = call(new CatalogRequest.Put("Fox", null, 1)).product();
            }
            List<Product> reported = new ArrayList<>();
            while (!reported.contains(fox)) {
                reported.addAll(nextOf(changes));
            }
            assertThat(reported).extracting(Product::version).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void sendsHeartbeatsToAWatchWhenNothingChanges() throws Exception {
        start(TWO_TOYS);

        try (MessageClient.Replies<ProductUpdates> changes = client.open(new CatalogRequest.Watch())) {
            for (int i = 0; i < 3; i++) {
                assertThat(changes.next().products()).isEmpty();
            }
        }
    }

    @Test
    void addsEveryUnitOfConcurrentChanges() throws Exception {
        start(TWO_TOYS);
        List<Thread> admins = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            admins.add(new Thread(() -> {
                for (int n = 0; n < 20; n++) {
                    callOrFail(new CatalogRequest.Put("Fox", null, 1));
                }
            }));
        }
        admins.forEach(Thread::start);
        for (Thread admin : admins) {
            admin.join();
        }

        assertThat(call(new CatalogRequest.Get("Fox")).quantity()).isEqualTo(163);
        startFromWhatACrashLeaves();
        assertThat(call(new CatalogRequest.Get("Fox")).quantity()).isEqualTo(163);
    }

    @Test
    void restocksSoldOutProducts() throws Exception {
        Files.writeString(
                data.resolve("catalog.json"),
                "{\"products\":[{\"name\":\"Fox\",\"price\":1,\"quantity\":0},{\"name\":\"Tux\",\"price\":1,\"quantity\":1}]}");
        start(new CatalogConfig(ANY_PORT, data, RARELY, Optional.of(new Restocker.Policy(Duration.ofMillis(10), 30))));

        await().until(() -> call(new CatalogRequest.Get("Fox")).quantity() == 30);
        assertThat(call(new CatalogRequest.Get("Tux")).quantity()).isEqualTo(1);
    }

    @Test
    void keepsTheProductsThatItBeganWith() throws Exception {
        start(TWO_TOYS);
        call(new CatalogRequest.Put("Fox", null, 5));
        stop();

        assertThat(data.resolve("catalog-start.json")).content().contains("\"Fox\",\"price\":12.50,\"quantity\":3}");
        assertThat(data.resolve("catalog.json"))
                .content()
                .startsWith("{\"as_of\":0,\"changes\":1,\"products\":[\n")
                .contains("\"Fox\",\"price\":12.50,\"quantity\":8}");
    }

    @Test
    void rebuildsItsFileFromTheStartAndTheChanges() throws Exception {
        start(TWO_TOYS);
        call(new CatalogRequest.Put("Fox", null, 5));
        stop();
        Files.delete(data.resolve("catalog.json"));

        start((String) null);

        assertThat(call(new CatalogRequest.Get("Fox")).quantity()).isEqualTo(8);
    }

    /** A changed digit of a price or a quantity would be the worst: the file would still be valid JSON. */
    @Test
    void rebuildsItsFileWhicheverByteOfItWasChanged() throws Exception {
        start(TWO_TOYS);
        call(new CatalogRequest.Put("Fox", new BigDecimal("13.00"), 5));
        stop();
        Path file = data.resolve("catalog.json");
        byte[] sound = Files.readAllBytes(file);
        for (int at = 0; at < sound.length; at++) {
            byte[] changed = sound.clone();
            changed[at] ^= (byte) (1 << at % 7);
            Files.write(file, changed);

            FileInventory inventory =
                    FileInventory.open(new UnforcedStorage(), data, 2, RARELY, CatalogServiceTest::unexpected);
            try (inventory) {
                assertThat(inventory.list(null, null, 10).products())
                        .as("byte %d", at)
                        .extracting(product -> product.name() + " " + product.price() + " " + product.quantity())
                        .containsExactly("Fox 13.00 8", "Tux 15.99 100");
            }
            Path damaged = data.resolve("catalog.json.damaged");
            assertThat(damaged).hasBinaryContent(changed);
            Files.delete(damaged);
        }
    }

    @Test
    void leavesADamagedFileWhereItIsIfItCannotStart() throws Exception {
        start(TWO_TOYS);
        stop();
        Path file = Files.writeString(data.resolve("catalog.json"), "damaged");
        Files.writeString(data.resolve("catalog-changes-00000000000000000001.log"), "damaged, too\n");

        assertThatThrownBy(() -> start((String) null)).hasMessageContaining("no checksum at the start of the line");

        assertThat(file).hasContent("damaged");
    }

    @Test
    void writesItsFileAsSoonAsItIsRebuilt() throws Exception {
        start(TWO_TOYS);
        call(new CatalogRequest.Put("Fox", null, 5));
        stop();
        for (boolean missing : new boolean[] {true, false}) {
            Path file = data.resolve("catalog.json");
            String sound = Files.readString(file);
            if (missing) {
                Files.delete(file);
            } else {
                Files.writeString(file, "damaged");
            }

            start((String) null);

            assertThat(file).hasContent(sound);
            stop();
        }
    }

    @Test
    void keepsEveryDamagedFile() throws Exception {
        start(TWO_TOYS);
        stop();
        for (String damaged : List.of("first", "second")) {
            Files.writeString(data.resolve("catalog.json"), damaged);
            start((String) null);
            stop();
        }

        assertThat(data.resolve("catalog.json.damaged")).hasContent("first");
        assertThat(data.resolve("catalog.json.damaged-2")).hasContent("second");
    }

    @Test
    void refusesADamagedFileThatCannotBeRebuilt() throws Exception {
        start(TWO_TOYS);
        stop();
        Path file = data.resolve("catalog.json");
        Path start = data.resolve("catalog-start.json");
        String sound = Files.readString(file);
        String changed = sound.replace("15.99", "10.99");
        String soundStart = Files.readString(start);

        Files.writeString(file, changed);
        Files.writeString(start, soundStart.replace("15.99", "10.99"));
        assertThatThrownBy(() -> start((String) null))
                .hasMessage(start + " was changed: its checksum does not match its contents");
        Files.delete(file);
        assertThatThrownBy(() -> start((String) null))
                .hasMessage(start + " was changed: its checksum does not match its contents");
        Files.delete(start);
        Files.writeString(file, changed);
        assertThatThrownBy(() -> start((String) null))
                .hasMessage(file + " was changed: its checksum does not match its contents");
        assertThat(file).hasContent(changed);

        Files.writeString(file, sound);
        Files.writeString(start, soundStart.replace("15.99", "10.99"));
        start((String) null); // nothing is wrong with the checkpoint
        assertThat(call(new CatalogRequest.Get("Tux")).price()).isEqualTo(new BigDecimal("15.99"));
    }

    @Test
    void refusesAnotherStartingCatalogForAnExistingStore() throws Exception {
        start(TWO_TOYS);
        stop();
        String other = TWO_TOYS.replace("12.50", "12.75");

        assertThatThrownBy(() -> start(other))
                .hasMessageStartingWith(data.resolve("catalog.json") + " has no \"as_of\"");
    }

    @Test
    void startsAfterACrashBetweenItsFirstTwoFiles() throws Exception {
        start(TWO_TOYS);
        call(new CatalogRequest.Put("Fox", null, 5));
        stop();

        start(TWO_TOYS);

        assertThat(call(new CatalogRequest.Get("Fox")).quantity()).isEqualTo(8);
    }

    @Test
    void refusesToStartWhenTheEndOfTheChangesIsMissing() throws Exception {
        start(TWO_TOYS);
        call(new CatalogRequest.Put("Fox", null, 5));
        stop();
        Files.delete(data.resolve("catalog-changes-00000000000000000001.log"));

        assertThatThrownBy(() -> start((String) null))
                .hasMessage(data.resolve("catalog.json")
                        + " contains the changes up to 1, but their log ends with change 0: its end is missing");
    }

    /** An error line ten times a second would fill a disk that is full already. */
    @Test
    void triesToWriteItsFileAgainAfterAPause() throws Exception {
        FaultyStorage disk = new FaultyStorage();
        Files.writeString(data.resolve("catalog.json"), TWO_TOYS);
        start(new CatalogConfig(ANY_PORT, data, new Checkpointer.Schedule(1, LONG), Optional.empty()), disk);
        AtomicInteger tries = new AtomicInteger();
        CountDownLatch first = new CountDownLatch(1);
        disk.onWrite(() -> {
            if (Thread.currentThread().getName().equals("checkpointer")) {
                tries.incrementAndGet();
                first.countDown();
                throw new UncheckedIOException(new IOException("No space left on device"));
            }
        });
        long begun = System.nanoTime();
        call(new CatalogRequest.Put("Fox", null, 5));
        first.await();

        await().until(() -> tries.get() == 2);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
        disk.onWrite(() -> {});
    }

    @Test
    void tellsWhenItHasWrittenItsFile() throws Exception {
        Files.writeString(data.resolve("catalog.json"), TWO_TOYS);
        start(new CatalogConfig(ANY_PORT, data, new Checkpointer.Schedule(1, LONG), Optional.empty()));
        assertThat(call(new CatalogRequest.Stats()).lastCheckpoint()).isNull();

        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        call(new CatalogRequest.Put("Fox", null, 5));

        await().until(() -> call(new CatalogRequest.Stats()).lastCheckpoint() != null);
        assertThat(call(new CatalogRequest.Stats()).lastCheckpoint()).isBetween(before, Instant.now());
    }

    @Test
    void startsFromTheToysFileInItsFolderIfThereIsOne() throws Exception {
        Files.writeString(data.resolve("toys.json"), TWO_TOYS);
        start((String) null);

        assertThat(call(new CatalogRequest.List(null, null, 100)).products()).hasSize(2);
        assertThat(data.resolve("catalog.json")).exists();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|line 1, column 0: expected a JSON object",
                "{'products':[{'name':'Tux','price':1,'quantity':1},{'name':'Fox',|line 1, column 66",
                "[]|line 1, column 1: expected a JSON object",
                "null|: expected an object with a list \"products\"",
                "{}|: expected an object with a list \"products\"",
                "{'toys':[]}| toys: unknown field; expected one of [order_log, as_of, digest, changes, "
                        + "products, crc32c]",
                "{'as_of':1,'products':[]}|expected both of \"as_of\" and \"changes\", or neither",
                "{'as_of':1,'changes':0,'products':[]}|expected a digest if there are orders",
                "{'as_of':0,'digest':'x','changes':0,'products':[]}|expected a digest if there are orders",
                "{'as_of':0,'changes':0,'products':[]}|has no checksum; every checkpoint has one",
                "{'as_of':-1,'changes':0,'products':[]}|as_of is -1; expected a whole number from 0",
                "{'products':[null]}|products[0]: expected a product but found null",
                "{'products':[{'name':'Tux','price':1,'quantity':1,'color':1}]}|products[0].color: unknown "
                        + "field; expected one of [name, price, quantity]",
                "{'products':[{'name':'Tux','price':1,'quantity':1},{'name':'Tux','price':2,'quantity':1}]}|products[1]: a second product has the name \"Tux\"",
                "{'products':[{'name':'Tux','price':-1,'quantity':1}]}|products[0]: price is -1; expected 0 to "
                        + "1000000000",
                "{'products':[{'name':'Tux','price':'1','quantity':1}]}|products[0].price: expected a number",
                "{'products':[{'name':'Tux','quantity':1}]}|products[0]: price is missing",
                "{'products':[{'name':'Tux','price':1,'quantity':-1}]}|products[0]: quantity is -1; expected a "
                        + "whole number from 0",
                "{'products':[{'name':'Tux','price':1,'quantity':1000000001}]}|products[0]: quantity is "
                        + "1000000001; expected a whole number from 0 to 1000000000",
                "{'products':[{'name':'Tux','price':1,'quantity':1.5}]}|products[0].quantity: expected a whole number",
                "{'products':[{'name':'Tux','price':1}]}|products[0]: quantity is missing",
                "{'products':[{'name':'','price':1,'quantity':1}]}|products[0]: name has 0 characters",
                "{'products':[{'name':'a','name':'b','price':1,'quantity':1}]}|products[0]: not JSON: Duplicate "
                        + "Object property \"name\"",
            })
    void refusesToStartWithABadFileAndNamesThePlace(String json, String expected) throws Exception {
        Path file = Files.writeString(data.resolve("catalog.json"), json.replace('\'', '"'));

        assertThatThrownBy(() -> start((String) null))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(expected);
        assertThat(file).hasContent(json.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource({
        "2, 15.9, 15.9",
        "2, 15.90, 15.90",
        "2, 1.990, 1.99",
        "2, 2E1, 20",
        "2, 0, 0",
        "2, 0.0000000000, 0.00",
        "0, 16.000, 16",
        "3, 1.999, 1.999",
        "4, 1.9999, 1.9999",
    })
    void keepsTheDigitsOfAPrice(int digits, BigDecimal given, String printed) throws Exception {
        Files.writeString(
                data.resolve("toys.json"),
                "{\"products\":[{\"name\":\"Fox\",\"price\":" + given + ",\"quantity\":3}]}");
        start(config(data, digits));
        call(new CatalogRequest.Put("Owl", given, null));

        for (int run = 0; run < 2; run++) {
            assertThat(call(new CatalogRequest.Get("Fox")).price()).hasToString(printed);
            assertThat(call(new CatalogRequest.Get("Owl")).price()).hasToString(printed);
            stop();
            start(config(data, digits));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, 1.999, at most 2 digits after the point",
        "2, 0.001, at most 2 digits after the point",
        "2, 1.00000001, at most 2 digits after the point",
        "2, 1e-999999999, at most 2 digits after the point",
        "0, 1.5, at most 0 digits after the point",
        "4, 1.00001, at most 4 digits after the point",
    })
    void refusesAPriceWithMoreDigits(int digits, BigDecimal price, String expected) throws Exception {
        Files.writeString(
                data.resolve("catalog.json"), TWO_TOYS.replace("15.99", "15").replace("12.50", "12"));
        start(config(data, digits));

        for (String name : List.of("Fox", "Owl")) {
            assertThat(refusalOf(new CatalogRequest.Put(name, price, 1)))
                    .isEqualTo(Refusal.notUnderstood("price is " + price + "; expected " + expected));
        }
        assertThat(call(new CatalogRequest.Get("Fox")).price()).isEqualTo("12");
        assertThat(refusalOf(new CatalogRequest.Get("Owl"))).isEqualTo(Refusal.unknownProduct());
    }

    @ParameterizedTest
    @ValueSource(strings = {"toys.json", "catalog.json", "catalog-start.json"})
    void refusesAStartingPriceWithMoreDigitsAndNamesThePlace(String name) throws Exception {
        Path file = Files.writeString(data.resolve(name), TWO_TOYS.replace("12.50", "12.505"));

        assertThatThrownBy(() -> start((String) null))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        file + " products[1]: price is 12.505; expected at most 2 digits after the point, or a larger"
                                + " --price-digits");
        start(config(data, 3));
        assertThat(call(new CatalogRequest.Get("Fox")).price()).hasToString("12.505");
    }

    /** A store that began with more digits keeps its prices until they are changed. */
    @Test
    void keepsPricesWithMoreDigitsOfAnExistingStore() throws Exception {
        Files.writeString(data.resolve("toys.json"), TWO_TOYS.replace("15.99", "15.9999"));
        start(config(data, 4));
        call(new CatalogRequest.Put("Fox", new BigDecimal("12.125"), 1));
        startFromWhatACrashLeaves(config(data.resolve("left"), 2)); // so that its changes are read

        assertThat(call(new CatalogRequest.Get("Tux")).price()).hasToString("15.9999");
        assertThat(call(new CatalogRequest.Put("Fox", null, 1)))
                .extracting(PutReply::price, PutReply::quantity)
                .containsExactly(new BigDecimal("12.125"), 5);
        stop();
        start(config(data.resolve("left"), 2));
        assertThat(call(new CatalogRequest.Get("Tux")).price()).hasToString("15.9999");
        assertThat(call(new CatalogRequest.Get("Fox")).price()).hasToString("12.125");
    }

    @Test
    void refusesMoreDigitsThanAnyServiceReads() {
        assertThatThrownBy(() -> config(data, 5))
                .hasMessage("--price-digits is 5; expected a whole number from 0 to 4");
        assertThatThrownBy(() -> config(data, -1))
                .hasMessage("--price-digits is -1; expected a whole number from 0 to 4");
    }

    @Test
    void refusesAFolderThatAnotherCatalogUses() throws Exception {
        start(TWO_TOYS);

        assertThatThrownBy(
                        () -> CatalogService.start(config(data), new UnforcedStorage(), CatalogServiceTest::unexpected))
                .hasMessageContaining("is in use by another catalog process");
    }

    private void start(String catalog) throws IOException {
        if (catalog != null) {
            Files.writeString(data.resolve("catalog.json"), catalog);
        }
        start(config(data));
    }

    private void start(CatalogConfig config) throws IOException {
        start(config, new UnforcedStorage());
    }

    private void start(CatalogConfig config, Storage disk) throws IOException {
        service = CatalogService.start(config, disk, CatalogServiceTest::unexpected);
        client = new MessageClient(new MessageClient.Options("catalog", service.address(), 20, LONG, LONG));
    }

    /** Starts a catalog from a copy of the files as they are at this moment. */
    private void startFromWhatACrashLeaves() throws IOException {
        startFromWhatACrashLeaves(config(data.resolve("left")));
    }

    private void startFromWhatACrashLeaves(CatalogConfig config) throws IOException {
        Path left = Files.createDirectory(data.resolve("left"));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(data, "catalog*.{json,log}")) {
            for (Path file : files) {
                Files.copy(file, left.resolve(file.getFileName()));
            }
        }
        stop();
        start(config);
    }

    private static CatalogConfig config(Path data, int priceDigits) {
        return new CatalogConfig(ANY_PORT, data, priceDigits, RARELY, Optional.empty(), Optional.empty());
    }

    private static CatalogConfig config(Path data) {
        return new CatalogConfig(ANY_PORT, data, RARELY, Optional.empty());
    }

    private static void unexpected(IOException failure) {
        throw new AssertionError(failure);
    }

    private <R extends Reply> R call(CatalogRequest<R> request) throws RefusedException, UnavailableException {
        return client.call(request);
    }

    private void callOrFail(CatalogRequest<?> request) {
        try {
            call(request);
        } catch (RefusedException | UnavailableException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the next products that have changed; skips heartbeats. */
    private static List<Product> nextOf(MessageClient.Replies<ProductUpdates> changes)
            throws RefusedException, UnavailableException {
        List<Product> products = changes.next().products();
        return products.isEmpty() ? nextOf(changes) : products;
    }

    private Refusal refusalOf(CatalogRequest<?> request) {
        return catchThrowableOfType(RefusedException.class, () -> client.call(request))
                .refusal();
    }
}

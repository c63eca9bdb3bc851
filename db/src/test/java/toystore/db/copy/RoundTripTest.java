package toystore.db.copy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.catalog.CatalogArchive;
import toystore.db.copy.CopyFormat.Header;
import toystore.durable.DataFolder;
import toystore.durable.Storage;
import toystore.engine.ProductChange;
import toystore.orders.OrderArchive;
import toystore.orders.OrderLine;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;
import toystore.wire.message.Product;

class RoundTripTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678Z");

    private static LocalCluster server;
    private static int databases;

    @TempDir
    Path data;

    private final ByteArrayOutputStream report = new ByteArrayOutputStream();
    private DatabaseUrl url;

    @BeforeAll
    static void start() throws IOException {
        server = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void createDatabase() throws Exception {
        String name = "copy" + ++databases;
        url = DatabaseUrl.parse(server.createDatabase(name, ""));
        try (Connection connection = Database.connect(url)) {
            new Schema().init(connection, List.of(new Product("Of the program", BigDecimal.ONE, 5, 1)));
        }
    }

    @Test
    void fromFilesIntoADatabaseAndBackNothingIsLost() throws Exception {
        Path first = data.resolve("first");
        writeStore(first);
        String exported = exportFiles(first);

        importInto(database(), exported);
        String ofDatabase = exportDatabase();
        Path second = data.resolve("second");
        importInto(files(second), ofDatabase);

        assertThat(withoutStore(ofDatabase)).isEqualTo(withoutStore(exported));
        assertThat(withoutStore(exportFiles(second))).isEqualTo(withoutStore(exported));
        assertThat(report.toString(UTF_8)).contains("audit: no difference").doesNotContain("difference: ");
        assertThat(second.resolve("import-in-progress")).doesNotExist();
    }

    @Test
    void hasTheLinesOfTheFormat() throws Exception {
        Path store = data.resolve("store");
        Files.createDirectories(store);
        CatalogArchive catalog = new CatalogArchive(store);
        catalog.append(List.of(new ProductChange("Tux", new BigDecimal("12.50"), 5)));
        try (OrderArchive orders = OrderArchive.create(store)) {
            orders.append(new OrderLine(1, "Tux", 3, new BigDecimal("15.99"), TIME, "key-1", "r"));
            orders.append(new OrderLine(2, "Tux", 10, new BigDecimal("12.50"), TIME, null, "r"));
            catalog.write(
                    List.of(new Product("Tux", new BigDecimal("15.99"), 100, 1)),
                    List.of(new Product("Tux", new BigDecimal("12.50"), 92, 1)),
                    orders.extent().log(),
                    2,
                    orders.extent().digest(),
                    1);
        }

        assertThat(withoutStore(exportFiles(store))).isEqualTo("""
                {"format":"toystore-export","version":1,"products":1,"changes":1,"orders":2}
                {"product":"Tux","price":12.50,"quantity":92,"started":100,"restocked":5}
                {"change":1,"name":"Tux","price":12.50,"add":5}
                {"order":1,"name":"Tux","quantity":3,"price":15.99,"time":"2026-01-02T03:04:05.678Z","key":"key-1"}
                {"order":2,"name":"Tux","quantity":10,"price":12.50,"time":"2026-01-02T03:04:05.678Z"}
                """);
    }

    @Test
    void keepsAnyNameAndAnyPriceWithItsDigits() throws Exception {
        List<String> names = List.of(
                "\uffff\uff5e", // before the next one by code point, after it by UTF-16
                "🦊",
                "𝒯ux ｆull",
                "it's \"quoted\"",
                "back\\slash\\\\",
                "{\"a\",NULL}",
                "NULL",
                "' or ''='",
                " spaces ",
                "%_\\N",
                "e\u0301 and \u00e9",
                "\u202eright to left");
        List<String> prices = List.of(
                "0", "0.0000", "15.9", "15.90", "1000000000", "999999999.9999", "0.0001", "7", "8", "9", "9.0", "9.00");
        Path first = data.resolve("first");
        writeStore(first, names, prices);
        String exported = exportFiles(first);

        importInto(database(), exported);
        importInto(files(data.resolve("second")), exportDatabase());

        assertThat(withoutStore(exportFiles(data.resolve("second")))).isEqualTo(withoutStore(exported));
        assertThat(new CatalogArchive(data.resolve("second")).start())
                .extracting(Product::name)
                .containsExactlyInAnyOrderElementsOf(names);
        assertThat(prices).allMatch(price -> exported.contains(",\"price\":" + price + ","));
    }

    @Test
    void exportsAndImportsAStoreWithoutOrders() throws Exception {
        Path first = data.resolve("first");
        Files.createDirectories(first);
        new CatalogArchive(first).write(List.of(tux(100)), List.of(tux(100)), null, 0, null, 0);
        String exported = exportFiles(first);

        importInto(database(), exported);
        importInto(files(data.resolve("second")), exportDatabase());

        assertThat(withoutStore(exportFiles(data.resolve("second")))).isEqualTo(withoutStore(exported));
    }

    @Test
    void importsOnlyIntoAnEmptyStore() throws Exception {
        Path first = data.resolve("first");
        writeStore(first);
        String exported = exportFiles(first);
        importInto(database(), exported);

        assertThatThrownBy(() -> importInto(database(), exported))
                .isInstanceOf(IOException.class)
                .hasMessage("the database at " + url.servers() + " has orders; expected a store without orders and"
                        + " changes, as ./toystore db init makes it");
        assertThatThrownBy(() -> files(first))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(first + " has a store: ")
                .hasMessageEndingWith("; expected a data folder without one");
    }

    @Test
    void readsAndWritesNoFilesOfAStoreThatRuns() throws Exception {
        writeStore(data);
        DataFolder running = DataFolder.take(Storage.DISK, data, "catalog");
        try (running) {
            assertThatThrownBy(() -> FileSource.open(data))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is in use by another catalog process")
                    .hasMessageEndingWith(": run ./toystore down first");
            assertThatThrownBy(() -> files(data)).hasMessageContaining("is in use by another catalog process");
        }
    }

    @Test
    void exportsNothingFromAFolderWithoutAStore() {
        assertThatThrownBy(() -> FileSource.open(data))
                .isInstanceOf(IOException.class)
                .hasMessage("no store in " + data + ": it has no catalog.json and no catalog-start.json");
    }

    @Test
    void aDamagedExportLeavesNothing() throws Exception {
        Path first = data.resolve("first");
        writeStore(first);
        String truncated = exportFiles(first).replaceFirst("\\{\"end.*\n", "");
        Path second = data.resolve("second");

        assertThatThrownBy(() -> importInto(files(second), truncated)).hasMessageContaining("is not complete");
        assertThatThrownBy(() -> importInto(database(), truncated)).hasMessageContaining("is not complete");

        try (Stream<Path> files = Files.list(second)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("catalog.lock", "orders.lock");
        }
        assertThat(exportDatabase()).contains("\"orders\":0}\n{\"product\":\"Of the program\"");
    }

    @Test
    void takesTheLocksInTheOrderOfThoseOfAnOrder() throws Exception {
        writeStore(data.resolve("first"));
        String exported = exportFiles(data.resolve("first"));
        try (Connection order = Database.connect(url);
                Statement statement = order.createStatement()) {
            order.setAutoCommit(false);
            statement.execute("select 1 from products for update");
            CompletableFuture<Void> imported = importInBackground(exported);
            awaitTransactionsThatWait(1);

            statement.execute("update counter set n = n where one = 1"); // a deadlock, if the import has that lock
            order.rollback();

            imported.get();
        }
        assertThat(withoutStore(exportDatabase())).isEqualTo(withoutStore(exported));
    }

    @Test
    void anOrderThatWaitsForTheImportFindsItsProduct() throws Exception {
        String exported = exportDatabase();
        CompletableFuture<Void> imported;
        CompletableFuture<Integer> found;
        try (Connection other = Database.connect(url);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select 1 from counter for update");
            imported = importInBackground(exported);
            awaitTransactionsThatWait(1); // for the counter, with the locks of the products
            found = CompletableFuture.supplyAsync(
                    () -> number("with product as (select 1 from products where name = 'Of the program' for update)"
                            + " select count(*) from product"));
            awaitTransactionsThatWait(2);
        }

        imported.get();
        assertThat(found.get()).isEqualTo(1);
    }

    private CompletableFuture<Void> importInBackground(String lines) {
        return CompletableFuture.runAsync(() -> {
            try {
                importInto(database(), lines);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** Waits until so many transactions wait for a lock. */
    private void awaitTransactionsThatWait(int count) {
        await().until(() -> number("select count(*) from pg_stat_activity"
                        + " where datname = current_database() and wait_event_type = 'Lock'")
                == count);
    }

    private int number(String query) {
        try (Connection connection = Database.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getInt(1);
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readsADatabaseAsItWasAtOneMoment() throws Exception {
        writeStore(data.resolve("first"));
        importInto(database(), exportFiles(data.resolve("first")));
        String before = exportDatabase();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DatabaseSource source = DatabaseSource.open(url);
        try (source) {
            source.read(new CopyWriter(out) {
                @Override
                public void header(Header header) throws IOException {
                    super.header(header);
                    execute("update products set quantity = quantity - 1 where name = 'Tux';"
                            + " update counter set n = n + 1; insert into orders(number, key, name, quantity, price, at)"
                            + " select n, 'new', 'Tux', 1, 1, now() from counter");
                }
            });
        }

        assertThat(out.toString(UTF_8)).isEqualTo(before);
        assertThat(exportDatabase()).isNotEqualTo(before);
    }

    private void execute(String sql) throws IOException {
        try (Connection connection = Database.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static Product tux(int quantity) {
        return new Product("Tux", new BigDecimal("15.99"), quantity, 1);
    }

    /** Products with one order each. */
    private static void writeStore(Path folder, List<String> names, List<String> prices) throws IOException {
        Files.createDirectories(folder);
        List<Product> start = new ArrayList<>();
        List<Product> current = new ArrayList<>();
        OrderArchive orders = OrderArchive.create(folder);
        try (orders) {
            for (int i = 0; i < names.size(); i++) {
                BigDecimal price = new BigDecimal(prices.get(i));
                start.add(new Product(names.get(i), price, 10, 1));
                current.add(new Product(names.get(i), price, 9, 1));
                orders.append(new OrderLine(i + 1, names.get(i), 1, price, TIME, "key-" + i, "r"));
            }
            new CatalogArchive(folder)
                    .write(
                            start,
                            current,
                            orders.extent().log(),
                            names.size(),
                            orders.extent().digest(),
                            0);
        }
    }

    /** Restocks, new prices, a new product, orders with and without keys, and a key that was used again. */
    private static void writeStore(Path folder) throws IOException {
        Files.createDirectories(folder);
        CatalogArchive catalog = new CatalogArchive(folder);
        catalog.append(List.of(
                new ProductChange("Tux", null, 50),
                new ProductChange("New", new BigDecimal("7"), 20_000),
                new ProductChange("Tux", new BigDecimal("9.90"), -10),
                new ProductChange("New", new BigDecimal("8.5"), 0)));
        int count = 12_000; // more than are inserted at once
        try (OrderArchive orders = OrderArchive.create(folder)) {
            for (int i = 1; i <= count; i++) {
                String key = i % 5 == 0 ? null : "key-" + (i == 11_000 ? 1 : i == 11 ? 8 : i);
                BigDecimal price = new BigDecimal(i < 6000 ? "7" : "8.5");
                orders.append(new OrderLine(
                        i,
                        i == 3 ? "Tux" : "New",
                        1,
                        i == 3 ? new BigDecimal("15.99") : price,
                        TIME.plusMillis(i),
                        key,
                        "r"));
            }
            catalog.write(
                    List.of(tux(100), new Product("Never sold", new BigDecimal("1.0"), 3, 1)),
                    List.of(
                            new Product("Tux", new BigDecimal("9.90"), 139, 1),
                            new Product("Never sold", new BigDecimal("1.0"), 3, 1),
                            new Product("New", new BigDecimal("8.5"), 20_000 - count + 1, 1)),
                    orders.extent().log(),
                    count,
                    orders.extent().digest(),
                    4);
        }
    }

    private static String exportFiles(Path folder) throws IOException {
        FileSource source = FileSource.open(folder);
        try (source) {
            return export(source);
        }
    }

    private String exportDatabase() throws IOException {
        DatabaseSource source = DatabaseSource.open(url);
        try (source) {
            return export(source);
        }
    }

    private static String export(CopySource source) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        source.read(new CopyWriter(out));
        return out.toString(UTF_8);
    }

    private CopyTarget database() throws IOException {
        return DatabaseTarget.open(url, new PrintStream(report, true, UTF_8));
    }

    /** Remembers few keys: one was used again. */
    private CopyTarget files(Path folder) throws IOException {
        return FileTarget.open(folder, 1, new PrintStream(report, true, UTF_8));
    }

    private static void importInto(CopyTarget target, String lines) throws IOException {
        try (target) {
            new CopyReader(new ByteArrayInputStream(lines.getBytes(UTF_8)), "lines").read(target);
        }
    }

    /** The lines without what differs: the id of the store, and the checksum of all lines. */
    private static String withoutStore(String lines) {
        return lines.replaceFirst("\"store\":\"[^\"]*\",", "").replaceFirst("\\{\"end.*\n", "");
    }
}

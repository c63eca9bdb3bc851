package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import toystore.engine.ProductChange;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
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

/** Two cells on one database, and what a cell does while the database is down, frozen or silent. */
class SqlInventoryTest {
    private static final TrafficStats TRAFFIC = new TrafficStats(0, 0, 0, 0);
    private static final PolledProducts.Limits SHORT =
            new PolledProducts.Limits(2, Duration.ofMillis(700), Duration.ofMillis(700));

    private static LocalCluster server;
    private static DatabaseUrl url;

    private DatabaseRelay relay;
    private SqlInventory here;
    private SqlInventory there;

    @BeforeAll
    static void startServer() throws Exception {
        server = LocalCluster.temporary(ClusterOptions.fast(1));
        url = DatabaseUrl.parse(server.url());
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void start() throws Exception {
        server.start();
        Databases.initialize(
                url,
                List.of(
                        new Product("Fox", new BigDecimal("12.50"), 3, 1),
                        new Product("Owl", BigDecimal.ONE, 0, 1),
                        new Product("Tux", new BigDecimal("15.99"), 100, 1)));
        relay = new DatabaseRelay(server.primary().port());
        here = open(PolledProducts.Limits.DEFAULT);
        there = open(PolledProducts.Limits.DEFAULT);
    }

    /** Opens a cell that reaches the database through the relay. */
    private SqlInventory open(PolledProducts.Limits limits) throws IOException {
        String through = server.url().replace(":" + server.primary().port() + "/", ":" + relay.port() + "/");
        SqlInventory inventory = SqlInventory.open(DatabaseUrl.parse(through), limits);
        Databases.start(inventory);
        return inventory;
    }

    @AfterEach
    void stop() throws IOException {
        relay.resume();
        server.primary().resume();
        here.close();
        there.close();
        relay.close();
    }

    // --- two cells ---

    @Test
    void seesAChangeOfAnotherCell() throws Exception {
        assertThat(here.find("Tux").quantity()).isEqualTo(100);
        ReplyStream watch = here.watch();
        try (watch) {
            Product changed = change(there, "Tux", -7).product();

            assertThat(nextOf(watch)).containsExactly(changed);
            assertThat(here.find("Tux")).isEqualTo(changed);
        }
    }

    /** Each product found is at least as new as the last one that was stored a second before the query. */
    @Test
    void findsNothingThatIsOlderThanASecond() throws Exception {
        ConcurrentSkipListMap<Long, Long> stored =
                new ConcurrentSkipListMap<>(); // versions, by the time when they were
        stored.put(System.nanoTime(), here.find("Tux").version());
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 300; i++) {
                long version = changeOrFail(there, "Tux", 1).version();
                stored.put(System.nanoTime(), version);
            }
        });

        long last = 0;
        while (!writing.isDone()) {
            long asked = System.nanoTime();
            long version = here.find("Tux").version();
            var mustHave = stored.floorEntry(asked - PolledProducts.MAX_AGE.toNanos());
            assertThat(version).isGreaterThanOrEqualTo(last);
            assertThat(mustHave == null || version >= mustHave.getValue()).isTrue();
            last = version;
        }
        writing.join();
    }

    @Test
    void addsProductsForAllCells() throws Exception {
        assertThat(refusalOf(() -> here.find("Elk"))).isEqualTo(Refusal.unknownProduct());

        there.change(List.of(new ProductChange("Elk", BigDecimal.TEN, 5)));

        assertThat(here.find("Elk"))
                .isEqualTo(new Product("Elk", BigDecimal.TEN, 5, 1)); // is not remembered as unknown
    }

    @Test
    void restocksAProductOnceThoughTwoCellsDoIt() throws Exception {
        List<CompletableFuture<List<Product>>> restocks = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> restock(i % 2 == 0 ? here : there)))
                .toList();

        List<Product> restocked = new ArrayList<>();
        restocks.forEach(restock -> restocked.addAll(restock.join()));

        assertThat(restocked).containsExactly(new Product("Owl", BigDecimal.ONE, 30, 2));
        assertThat(here.find("Owl").quantity()).isEqualTo(30);
        assertThat(query("select count(*) from changes")).isEqualTo("1");
    }

    private static List<Product> restock(SqlInventory inventory) {
        try {
            return inventory.restock(30);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void journalsChangesSoThatTheUnitsAddUp() throws Exception {
        change(here, "Tux", 5);
        change(there, "Tux", -10);
        there.change(
                List.of(new ProductChange("Elk", BigDecimal.TEN, 5), new ProductChange("Fox", new BigDecimal("2"), 0)));
        here.restock(7);

        assertThat(query(
                        "select string_agg(name || ' ' || started || ' ' || restocked || ' ' || quantity || ' ' || price,"
                                + " ', ' order by name) from products"))
                .isEqualTo("Elk 0 5 5 10, Fox 3 0 3 2, Owl 0 7 7 1, Tux 100 -5 95 15.99");
        assertThat(query("select count(*) from products p where restocked <>"
                        + " (select coalesce(sum(add), 0) from changes c where c.name = p.name)"))
                .isEqualTo("0");
        assertThat(query("select string_agg(name || ' ' || coalesce(price::text, '-') || ' ' || add, ', '"
                        + " order by name, add) from changes"))
                .isEqualTo("Elk 10 5, Fox 2 0, Owl - 7, Tux - -10, Tux - 5");
        assertThat(query("select count(distinct key) from changes")).isEqualTo("5");
    }

    // --- orders of this cell ---

    @Test
    void findsNothingOlderThanAnOrderOfThisCellLeft() throws Exception {
        here.find("Tux");
        ReplyStream watch = here.watch();
        try (watch) {
            Product left =
                    new Product("Tux", new BigDecimal("15.99"), 1, 1_000_000); // the database has a lower version

            here.synchronize(refresh(left));

            assertThat(here.find("Tux")).isEqualTo(left);
            assertThat(nextOf(watch)).containsExactly(left);
            change(there, "Fox", 1);
            here.synchronize(refresh(new Product("Tux", BigDecimal.ONE, 9, 999_999)));
            await().until(() -> here.find("Fox").quantity() == 4); // it was read after that
            assertThat(here.find("Tux")).isEqualTo(left);
        }
    }

    @Test
    void aReadThatIsInProgressDoesNotReplaceWhatAnOrderLeft() throws Exception {
        relay.stall();
        CompletableFuture<Product> found = CompletableFuture.supplyAsync(() -> findOrFail(here, "Tux"));
        await().until(() -> here.samples(here.stats(0, TRAFFIC)).stream()
                .anyMatch(sample -> sample.name().contains("reads") && sample.value() == 1));

        Product left = new Product("Tux", new BigDecimal("15.99"), 99, 2);
        here.synchronize(refresh(left));
        relay.resume();

        assertThat(found.join().version()).isIn(1L, 2L); // the query began before the order
        assertThat(here.find("Tux")).isEqualTo(left);
    }

    @Test
    void readsAProductOnceForManyCallers() throws Exception {
        relay.stall();
        List<CompletableFuture<Product>> found = IntStream.range(0, 50)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> findOrFail(here, "Tux"), task -> new Thread(task).start()))
                .toList();
        await().until(() -> Thread.getAllStackTraces().values().stream()
                        .filter(stack -> List.of(stack).toString().contains("PolledProducts.find"))
                        .count()
                == 50);
        relay.resume();
        found.forEach(CompletableFuture::join);

        assertThat(here.samples(here.stats(0, TRAFFIC)).stream()
                        .filter(sample -> sample.name().contains("reads"))
                        .findFirst()
                        .orElseThrow()
                        .value())
                .isLessThanOrEqualTo(3); // two threads send what waits at first, and one what came meanwhile
    }

    private CatalogRequest.Refresh refresh(Product product) throws Exception {
        return new CatalogRequest.Refresh(query("select id from store"), List.of(product));
    }

    // --- what is forgotten ---

    @Test
    void tellsAWatchToForgetWhatNobodyAsksFor() throws Exception {
        SqlInventory inventory = open(SHORT);
        try (inventory) {
            ReplyStream watch = inventory.watch();
            try (watch) {
                inventory.find("Tux");

                assertThat(nextForgotten(watch)).containsExactly("Tux");

                change(there, "Tux", 1);
                assertThat(inventory.find("Tux").quantity()).isEqualTo(101);
            }
        }
    }

    @Test
    void tellsAWatchToForgetWhatIsNotReread() throws Exception {
        SqlInventory inventory = open(SHORT);
        try (inventory) {
            inventory.find("Tux");
            inventory.find("Owl");
            ReplyStream watch = inventory.watch();
            try (watch) {
                assertThat(inventory.find("Fox").quantity()).isEqualTo(3); // one more than are reread

                assertThat(nextForgotten(watch)).contains("Fox");
            }
            change(there, "Fox", 1);
            assertThat(inventory.find("Fox").quantity()).isEqualTo(4);
        }
    }

    @Test
    void forgetsAProductThatIsDeletedByHand() throws Exception {
        here.find("Fox");
        ReplyStream watch = here.watch();
        try (watch) {
            execute("delete from products where name = 'Fox'");

            assertThat(nextForgotten(watch)).containsExactly("Fox");
            assertThat(refusalOf(() -> here.find("Fox"))).isEqualTo(Refusal.unknownProduct());
        }
    }

    @Test
    void forgetsWhatItKnewOfADatabaseThatWasSetBack() throws Exception {
        SqlInventory inventory = open(SHORT);
        try (inventory) {
            inventory.find("Tux");
            Product lost = new Product("Tux", BigDecimal.ONE, 1, 1_000_000);
            inventory.synchronize(refresh(lost));
            assertThat(inventory.find("Tux")).isEqualTo(lost);

            await().until(() -> inventory.find("Tux").version() == 1);
        }
    }

    @Test
    void seesAPriceThatAnotherProgramChangedWithoutAVersion() throws Exception {
        here.find("Tux");
        execute("update products set price = 1 where name = 'Tux'");

        await().atMost(Duration.ofSeconds(30))
                .until(() -> here.find("Tux").price().compareTo(BigDecimal.ONE) == 0);
    }

    @Test
    void refusesAnotherStoreThatHasComeInPlaceOfItsOwn() throws Exception {
        here.find("Tux");
        String before = query("select id from store");
        execute("drop table products, orders, changes, counter, store");
        await().until(() -> !here.stats(0, TRAFFIC).ready());

        Databases.initialize(url, List.of(new Product("Tux", BigDecimal.ONE, 7, 1)));

        String problem = "has another store than before: " + query("select id from store") + ", not " + before
                + "; restart the service to use it";
        await().until(() -> String.valueOf(here.stats(0, TRAFFIC).problem()).endsWith(problem));
        assertThat(refusalOf(() -> here.list(null, null, 1)).message()).endsWith(problem);
        await().untilAsserted(() ->
                assertThat(refusalOf(() -> here.find("Tux")).message()).endsWith(problem)); // not a second later
    }

    // --- what other programs write ---

    @Test
    void listsTheProductsAfterARowThatIsNotSold() throws Exception {
        execute("insert into products(name, price, quantity, started)"
                + " values ('Gnu', 1.23456, 1, 1), ('Hen', 1.23456, 1, 1)");
        for (int limit = 1; limit <= 4; limit++) {
            List<String> names = new ArrayList<>();
            ProductPage page = here.list(null, null, limit);
            for (; page.next() != null; page = here.list(null, page.next(), limit)) {
                page.products().forEach(product -> names.add(product.name()));
            }
            page.products().forEach(product -> names.add(product.name()));

            assertThat(names).containsExactly("Fox", "Owl", "Tux");
        }
    }

    // --- outages ---

    @Test
    void refusesQueriesWhileTheDatabaseIsDownAndIsBackWithoutARestart() throws Exception {
        here.find("Tux");
        ReplyStream before = here.watch();
        server.primary().kill();

        awaitOutage(before);

        server.start();
        awaitReady();
        ReplyStream watch = here.watch();
        try (watch) {
            Product changed = change(there, "Tux", 1).product();
            assertThat(nextOf(watch)).contains(changed);
            assertThat(here.find("Tux")).isEqualTo(changed);
        }
    }

    @Test
    void refusesQueriesWhileTheDatabaseIsFrozen() throws Exception {
        here.find("Tux");
        ReplyStream watch = here.watch();
        server.primary().freeze();

        awaitOutage(watch);

        server.primary().resume();
        awaitReady();
        assertThat(here.find("Tux").quantity()).isEqualTo(100);
    }

    @Test
    void refusesQueriesWhileTheNetworkIsSilent() throws Exception {
        here.find("Tux");
        ReplyStream watch = here.watch();
        relay.stall();

        awaitOutage(watch);

        relay.resume();
        awaitReady();
        assertThat(here.find("Tux").quantity()).isEqualTo(100);
    }

    /** Waits until the watch has ended; then nothing is served any more. */
    private void awaitOutage(ReplyStream watch) throws Exception {
        try (watch) {
            assertThat(refusalOf(() -> {
                        while (true) {
                            watch.next();
                        }
                    }))
                    .satisfies(this::namesTheDatabase);
        }
        await().untilAsserted(() -> namesTheDatabase(refusalOf(() -> here.find("Tux"))));
        for (ThrowingCallable query : List.<ThrowingCallable>of(
                () -> here.find("Tux"),
                () -> here.find("Fox"),
                () -> here.list(null, null, 10),
                () -> here.watch(),
                () -> here.restock(1),
                () -> change(here, "Tux", 1))) {
            namesTheDatabase(refusalOf(query));
        }
        CatalogStats stats = here.stats(0, TRAFFIC);
        assertThat(stats.ready()).isFalse();
        assertThat(stats.problem()).contains("the database at 127.0.0.1:" + relay.port());
    }

    private void namesTheDatabase(Refusal refusal) {
        assertThat(refusal.code()).isEqualTo(Refusal.NOT_READY);
        assertThat(refusal.message())
                .contains("the database at 127.0.0.1:" + relay.port())
                .doesNotContainPattern("\\d ms"); // a reason that grows would be a new one for logs
    }

    private void awaitReady() {
        await().until(() ->
                here.stats(0, TRAFFIC).ready() && there.stats(0, TRAFFIC).ready());
    }

    @Test
    void findsNothingThatIsOlderThanASecondWhileItCannotReread() throws Exception {
        here.find("Tux");
        ConcurrentSkipListMap<Long, Long> stored =
                new ConcurrentSkipListMap<>(); // versions, by the time when they were
        SqlInventory other = SqlInventory.open(url);
        try (other) {
            Databases.start(other);
            relay.stall();
            boolean refused = false;
            while (!refused) {
                long version = change(other, "Tux", 1).version();
                stored.put(System.nanoTime(), version);
                long asked = System.nanoTime();
                try {
                    long found = here.find("Tux").version();
                    var mustHave = stored.floorEntry(asked - PolledProducts.MAX_AGE.toNanos());
                    assertThat(mustHave == null || found >= mustHave.getValue()).isTrue();
                } catch (RefusedException e) {
                    namesTheDatabase(e.refusal());
                    refused = true;
                }
            }
        }
    }

    @Test
    void startsWithoutADatabaseAndFindsItLater() throws Exception {
        server.primary().kill();
        SqlInventory inventory = SqlInventory.open(url);
        try (inventory) {
            inventory.start();
            assertThat(inventory.stats(0, TRAFFIC).ready()).isFalse();
            assertThat(refusalOf(() -> inventory.find("Tux")).message()).startsWith("no products can be read now: ");

            server.start();

            await().until(() -> inventory.stats(0, TRAFFIC).ready());
            assertThat(inventory.find("Tux").quantity()).isEqualTo(100);
        }
    }

    @Test
    void doesNotOpenADatabaseWithoutAStoreOrOfAnotherVersion() throws Exception {
        execute("update store set schema_version = 0");
        assertThatThrownBy(() -> SqlInventory.open(url))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith(": run ./toystore db upgrade");

        execute("drop table products, orders, changes, counter, store");
        assertThatThrownBy(() -> SqlInventory.open(url))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith(" has no store: run ./toystore db init");
    }

    // --- what waits for a lock ---

    @Test
    void restocksLeaveConnectionsForQueries() throws Exception {
        await().until(() -> count("true") >= 2 * 8); // all connections of both cells
        Connection lock = Database.connect(url);
        try (lock;
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("select * from products where name = 'Owl' for update");
            CompletableFuture<?>[] restocks = IntStream.range(0, 12)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> catchThrowable(() -> here.restock(1)), task -> new Thread(task).start()))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture<Void> all = CompletableFuture.allOf(restocks);
            while (!all.isDone()) {
                assertThat(count("wait_event_type = 'Lock'")).isLessThanOrEqualTo(3);
            }
        }
    }

    private static int count(String connections) throws Exception {
        return Integer.parseInt(
                query("select count(*) from pg_stat_activity where datname = current_database() and " + connections));
    }

    @Test
    void aChangeDoesNotWaitForThoseThatWereGivenUp() throws Exception {
        Connection lock = Database.connect(url);
        try (lock;
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("select * from products where name = 'Tux' for update");
            CompletableFuture<?>[] changes = IntStream.range(0, 12)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> catchThrowable(() -> change(here, "Tux", 1)), task -> new Thread(task).start()))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(changes).join();

            assertThat(change(here, "Fox", 1).quantity()).isEqualTo(4);
        }
    }

    @Test
    void theJournalHasTheOrderInWhichChangesWereMade() throws Exception {
        SqlInventory other = SqlInventory.open(url);
        try (other) {
            Databases.start(other);
            relay.stall();
            CompletableFuture<Void> last = CompletableFuture.runAsync(() -> setPrice(here, 3));
            await().until(() -> Thread.getAllStackTraces().values().stream()
                    .anyMatch(stack -> List.of(stack).toString().contains("SqlInventory.changeOnce")));
            setPrice(other, 2);
            relay.resume();
            last.join();

            assertThat(here.find("Tux").price()).isEqualTo(BigDecimal.valueOf(3));
            assertThat(query("select price from changes order by at desc limit 1"))
                    .isEqualTo("3");
        }
    }

    private static void setPrice(SqlInventory inventory, long price) {
        try {
            inventory.change(List.of(new ProductChange("Tux", BigDecimal.valueOf(price), 0)));
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    // --- changes whose reply is lost ---

    @Test
    void makesAChangeOnceThoughTheReplyToItsCommitIsLost() throws Exception {
        relay.loseReplyTo("COMMIT");

        PutReply reply = here.change(List.of(new ProductChange("Elk", BigDecimal.TEN, 5)))
                .get(0);

        assertThat(relay.hasLostReply()).isTrue();
        assertThat(reply).isEqualTo(new PutReply("Elk", BigDecimal.TEN, 5, 1, true));
        assertThat(query("select count(*) from changes")).isEqualTo("1");
    }

    @Test
    void doesNotSayThatAChangeFailedWhenItsOutcomeIsNotKnown() throws Exception {
        relay.stallAfter("COMMIT");

        Refusal refusal = refusalOf(() -> change(here, "Tux", 5));

        assertThat(refusal.code()).isEqualTo(Refusal.NOT_READY);
        assertThat(refusal.message()).startsWith("it is not known whether the change was stored: ");
        assertThat(query("select count(*) from changes")).isEqualTo("1");
    }

    @Test
    void saysThatAChangeWasNotStoredWhenItsCommitWasNotSent() throws Exception {
        relay.stallAfter("for update");

        Refusal refusal = refusalOf(() -> change(here, "Tux", 5));

        assertThat(refusal.code()).isEqualTo(Refusal.NOT_READY);
        assertThat(refusal.message()).startsWith("the change was not stored: ");
        relay.resume();
        awaitReady();
        assertThat(query("select count(*) from changes")).isEqualTo("0");
    }

    // --- helpers ---

    private static List<Product> nextOf(ReplyStream watch) throws Exception {
        List<Product> products = new ArrayList<>();
        await().until(() -> {
            products.addAll(((ProductUpdates) watch.next()).products());
            return !products.isEmpty();
        });
        return products;
    }

    private static List<String> nextForgotten(ReplyStream watch) throws Exception {
        List<String> names = new ArrayList<>();
        await().until(() -> {
            ProductUpdates updates = (ProductUpdates) watch.next();
            names.addAll(updates.forgotten() == null ? List.of() : updates.forgotten());
            return !names.isEmpty();
        });
        return names;
    }

    private static PutReply change(SqlInventory inventory, String name, int add) throws RefusedException {
        return inventory.change(List.of(new ProductChange(name, null, add))).get(0);
    }

    private static PutReply changeOrFail(SqlInventory inventory, String name, int add) {
        try {
            return change(inventory, name, add);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static Product findOrFail(SqlInventory inventory, String name) {
        try {
            return inventory.find(name);
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    private static Refusal refusalOf(ThrowingCallable call) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, call);
        assertThat(refused).as("a refusal").isNotNull();
        return refused.refusal();
    }

    private static String query(String sql) throws Exception {
        return Databases.query(url, sql);
    }

    private static void execute(String sql) throws Exception {
        Databases.execute(url, sql);
    }
}

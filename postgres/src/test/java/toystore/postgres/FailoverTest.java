package toystore.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three nodes whose primary dies, freezes and comes back. */
class FailoverTest {
    private static LocalCluster cluster;
    private static final AtomicInteger NEXT = new AtomicInteger();

    @BeforeAll
    static void create() throws Exception {
        assumeTrue(PostgresBinaries.find().has("pg_rewind"), "the PostgreSQL here has no pg_rewind");
        cluster = LocalCluster.temporary(ClusterOptions.fast(3));
        cluster.primary().execute("create table rows(n int primary key)", "grant all on rows to toystore");
    }

    @AfterAll
    static void close() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    void bothStandbysFollow() throws IOException {
        for (PostgresNode node : cluster.nodes()) {
            node.resume();
        }
        cluster.start();
        awaitBothStandbys();
    }

    @Test
    void losesNoCommittedRowWhenThePrimaryIsKilledUnderLoad() throws Exception {
        ConcurrentLinkedQueue<Integer> committed = new ConcurrentLinkedQueue<>();
        PostgresNode old = cluster.primary();
        List<CompletableFuture<Void>> writers =
                List.of(insertUntilFailure(old, committed), insertUntilFailure(old, committed));
        await().until(() -> committed.size() > 200);

        old.kill();
        PostgresNode chosen = cluster.failOver();

        writers.forEach(CompletableFuture::join);
        assertThat(chosen).isNotEqualTo(old).isEqualTo(cluster.primary());
        assertThat(rows(chosen)).containsAll(committed);
        assertThat(insert(chosen)).isTrue(); // the other standby follows
    }

    @Test
    void losesNoCommittedRowWhenARunningPrimaryIsReplaced() throws Exception {
        ConcurrentLinkedQueue<Integer> committed = new ConcurrentLinkedQueue<>();
        PostgresNode old = cluster.primary();
        CompletableFuture<Void> writer = insertUntilFailure(old, committed);
        await().until(() -> committed.size() > 50);

        PostgresNode chosen = cluster.failOver();
        old.rejoin(chosen);

        writer.join();
        assertThat(rows(chosen)).containsAll(committed);
    }

    @Test
    void promotesTheStandbyThatIsFurtherOn() throws Exception {
        PostgresNode old = cluster.primary();
        PostgresNode behind = cluster.standbys().get(0);
        behind.freeze();
        int row = NEXT.incrementAndGet();
        old.execute(
                "create table filler as select repeat('x', 1000) as text from generate_series(1, 30000)", // > all
                // buffers
                "drop table filler",
                "insert into rows values (" + row + ")");
        old.kill();
        behind.resume();

        PostgresNode chosen = cluster.failOver();

        assertThat(chosen).isNotEqualTo(behind);
        assertThat(rows(chosen)).contains(row);
    }

    @Test
    void oldPrimaryRejoinsWithoutTheRowsThatNobodyElseHas() throws Exception {
        PostgresNode old = cluster.primary();
        for (PostgresNode standby : cluster.standbys()) {
            standby.freeze();
        }
        int alone = NEXT.incrementAndGet();
        CompletableFuture<Boolean> unacknowledged = CompletableFuture.supplyAsync(() -> insert(old, alone));
        await().until(() -> old.query("select count(*) from pg_stat_activity where wait_event = 'SyncRep'")
                .equals("1"));
        old.kill();
        for (PostgresNode standby : cluster.standbys()) {
            standby.resume();
        }
        PostgresNode chosen = cluster.failOver();
        assertThat(unacknowledged.join()).isFalse();

        old.rejoin(chosen);

        awaitBothStandbys();
        assertThat(old.isPrimary()).isFalse();
        int after = NEXT.incrementAndGet();
        assertThat(insert(chosen, after)).isTrue();
        await().untilAsserted(() -> assertThat(rows(old)).contains(after));
        assertThat(rows(old)).containsExactlyInAnyOrderElementsOf(rows(chosen));
    }

    @Test
    void frozenPrimaryThatWasReplacedAcknowledgesNothingWhenItContinues() throws Exception {
        PostgresNode old = cluster.primary();
        old.freeze();
        assertThat(cluster.status()).extracting(NodeStatus::role).contains(NodeStatus.Role.FROZEN);
        PostgresNode chosen = cluster.failOver();

        old.resume();

        int row = NEXT.incrementAndGet();
        CompletableFuture<Boolean> insert = CompletableFuture.supplyAsync(() -> insert(old, row));
        await().until(() -> old.query("select count(*) from pg_stat_activity where wait_event = 'SyncRep'")
                .equals("1"));
        assertThat(insert).isNotDone();
        old.rejoin(chosen);
        assertThat(insert.join()).isFalse();
        assertThat(rows(chosen)).doesNotContain(row);
    }

    @Test
    void refusesToFailOverWithoutOneOfTheStandbys() throws Exception {
        cluster.primary().kill();
        cluster.standbys().get(1).kill();

        assertThatThrownBy(() -> cluster.failOver())
                .isInstanceOf(IOException.class)
                .hasMessageContaining(cluster.standbys().get(1).name() + " is stopped, and may be");
    }

    @Test
    void standbysFollowAgainAfterStartWhenAFailoverWasNotFinished() throws Exception {
        PostgresNode primary = cluster.primary();
        for (PostgresNode standby : cluster.standbys()) {
            standby.stopReceiving();
        }

        cluster.start();

        awaitBothStandbys();
        assertThat(cluster.primary()).isEqualTo(primary);
        assertThat(insert(primary)).isTrue();
    }

    @Test
    void oldPrimaryIsAStandbyAfterStart() throws Exception {
        PostgresNode old = cluster.primary();
        old.kill();
        PostgresNode chosen = cluster.failOver();
        cluster.stop();

        LocalCluster opened = LocalCluster.open(cluster.folder(), null);
        opened.start();

        assertThat(opened.primary().name()).isEqualTo(chosen.name());
        assertThat(old.isPrimary()).isFalse();
        awaitBothStandbys();
    }

    private static void awaitBothStandbys() {
        await().untilAsserted(() ->
                assertThat(cluster.status()).filteredOn(NodeStatus::synchronous).hasSize(2));
    }

    private static CompletableFuture<Void> insertUntilFailure(
            PostgresNode node, ConcurrentLinkedQueue<Integer> committed) {
        return CompletableFuture.runAsync(() -> {
            try (Connection connection = node.connect()) {
                while (true) {
                    int row = NEXT.incrementAndGet();
                    insert(connection, row);
                    committed.add(row);
                }
            } catch (SQLException expected) {
                assertThat(committed).isNotEmpty();
            }
        });
    }

    private static boolean insert(PostgresNode node) {
        return insert(node, NEXT.incrementAndGet());
    }

    private static boolean insert(PostgresNode node, int row) {
        try (Connection connection = node.connect()) {
            insert(connection, row);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static void insert(Connection connection, int row) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into rows values (" + row + ")");
        }
    }

    private static List<Integer> rows(PostgresNode node) throws IOException {
        String text = node.query("select coalesce(string_agg(n::text, ','), '') from rows");
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
    }
}

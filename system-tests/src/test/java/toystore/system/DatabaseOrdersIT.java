package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.process.ProcessGroup;
import toystore.process.ServiceProcess;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;
import toystore.wire.message.OrdersRequest;
import toystore.wire.message.OrdersStats;
import toystore.wire.message.PlaceReply;
import toystore.wire.message.Product;
import toystore.wire.message.RefusedException;
import toystore.wire.net.MessageClient;

/** The orders service with a database, and without one. */
class DatabaseOrdersIT {
    private static LocalCluster cluster;

    @TempDir
    Path folder;

    @BeforeAll
    static void startServer() throws Exception {
        cluster = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void stopServer() {
        cluster.close();
    }

    @Test
    void doesNotStartWithoutTheTablesAndSaysWhatToRun() throws Exception {
        String url = cluster.createDatabase("empty", "");

        ProgramRun run = ProgramRun.jar("orders", "--port", "0", "--db", url);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.stdout()).isEmpty();
        assertThat(run.stderr())
                .isEqualTo("orders: the database at " + cluster.primary().address()
                        + " has no store: run ./toystore db init\n");
    }

    @Test
    void startsWithoutItsDatabaseAndIsReadyWhenThatIs() throws Exception {
        String url = cluster.createDatabase("later", "");
        init(url);
        cluster.primary().stop();
        try (ProcessGroup group = new ProcessGroup()) {
            ServiceProcess orders = start(group, List.of(), "--db", url);
            MessageClient client = new MessageClient(new MessageClient.Options("orders", orders.address(), 1));
            try (client) {
                OrdersStats stats = client.call(new OrdersRequest.Stats());
                assertThat(stats.ready()).isFalse();
                assertThat(stats.problem())
                        .startsWith("the database at " + cluster.primary().address());

                cluster.primary().start();

                await().until(() -> client.call(new OrdersRequest.Stats()).ready());
                PlaceReply placed = client.call(new OrdersRequest.Place("Tux", 2));
                assertThat(placed.orderNumber()).isEqualTo(1);
                assertThat(orders.log()).doesNotContain("password");
            }
            assertThat(orders.terminate()).isZero();
            assertThat(folder.resolve("data")).doesNotExist();
        } finally {
            cluster.primary().start();
        }
    }

    @Test
    void withoutADatabaseNothingOfOneIsLoaded() throws Exception {
        Path classes = folder.resolve("classes.txt");
        try (ProcessGroup group = new ProcessGroup()) {
            ServiceProcess catalog = group.start(
                            "catalog",
                            new ProcessBuilder(
                                    Jars.command("catalog", "--port", "0", "--warm-up", "off", "--data", data())),
                            folder.resolve("catalog.log"))
                    .awaitReady();
            ServiceProcess orders = start(
                    group,
                    List.of("-Xlog:class+load:file=" + classes),
                    "--catalog",
                    catalog.address().toString());
            MessageClient client = new MessageClient(new MessageClient.Options("orders", orders.address(), 1));
            try (client) {
                await().ignoreExceptionsInstanceOf(RefusedException.class)
                        .until(() ->
                                client.call(new OrdersRequest.Place("Tux", 2)).orderNumber() > 0);
            }
            assertThat(orders.terminate()).isZero();
        }
        List<String> loaded = Files.readAllLines(classes).stream()
                .map(line -> line.replaceFirst("^.*\\] ", "").replaceFirst(" .*", ""))
                .toList();
        assertThat(loaded).contains("toystore.orders.FileOrderEngine");
        // DatabaseUrl is a type in the methods of DatabaseFlags, which are read for the command line
        assertThat(loaded.stream().filter(name -> name.matches("(org\\.postgresql|com\\.zaxxer|toystore\\.sql)\\..*")))
                .containsOnly("toystore.sql.DatabaseFlags", "toystore.sql.DatabaseUrl");
    }

    private ServiceProcess start(ProcessGroup group, List<String> jvm, String... flags) throws IOException {
        List<String> command = new ArrayList<>(Jars.command("orders", flags));
        command.addAll(List.of("--port", "0", "--warm-up", "off", "--data", data()));
        command.addAll(command.indexOf("-jar"), jvm);
        return group.start("orders", new ProcessBuilder(command), folder.resolve("orders.log"))
                .awaitReady();
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private static void init(String url) throws Exception {
        Connection connection = Database.connect(DatabaseUrl.parse(url));
        try (connection) {
            new Schema().init(connection, List.of(new Product("Tux", new BigDecimal("15.90"), 100, 1)));
        }
    }
}

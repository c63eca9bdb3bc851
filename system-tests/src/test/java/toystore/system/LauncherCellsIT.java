package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.catalog.CatalogArchive;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;

/** The script that runs cells, which are several stores on one database. */
class LauncherCellsIT {
    /** As the launcher prints it, to be typed again. */
    private static final String SCRIPT =
            Jars.root().resolve("toystore").toString().replace(" ", "\\ ");

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static LocalCluster server;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private Launcher launcher;
    private Path data;

    /** The URL of the test's database, which is empty. */
    private String database;

    @BeforeAll
    static void startServer() throws IOException {
        server = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    /** The database of the test is the local one of its data folder. */
    @BeforeEach
    void useDatabase() throws IOException {
        database = server.createDatabase("test" + DATABASES.incrementAndGet(), "");
        launcher = new Launcher(folder);
        for (String port : Launcher.PORTS) {
            launcher.environment.put(port, "0");
        }
        data = Files.createDirectories(launcher.data()).toRealPath();
        Files.writeString(Files.createDirectories(data.resolve("db")).resolve("url"), database + "\n");
    }

    @AfterEach
    void stopWhatRuns() {
        launcher.close();
    }

    @Test
    void opensAndClosesCellsThatAreOneStore() throws Exception {
        makeStore();

        ProgramRun up = launcher.run("up", "--cells", "2");

        assertSucceeds(up);
        String one = address(up, 1);
        String two = address(up, 2);
        assertThat(up.stdout())
                .containsSubsequence("cell-1 catalog serves on ", "cell-1 frontend serves", "cell-2 orders serves")
                .endsWith("""

                        The store is open:
                          cell-1  %1$s/
                          cell-2  %2$s/

                        Open one of these pages in a browser, or try
                          %3$s client --data %4$s
                          curl %1$s/products/Tux
                          curl -d '{"name":"Tux","quantity":5}' -H 'Content-Type: application/json' %2$s/orders
                          %3$s down --data %4$s
                        Orders and stock are in the local database in %4$s/db; the logs of cell N are in %4$s/cell-N/logs
                        """.formatted(one, two, SCRIPT, data));
        String order = order(one);
        assertThat(order(two)).isEqualTo(order).as("the same key");
        assertThat(get(two + "/orders/1").body()).contains("\"order_number\":1,", "\"name\":\"Tux\"");

        ProgramRun status = launcher.run("status");
        assertSucceeds(status);
        assertThat(status.stdout())
                .containsPattern("cell-2 orders    runs     pid [0-9]+ +127\\.0\\.0\\.1:[0-9]+\n")
                .contains("cell-1 is open: " + one + "/\n", "cell-2 is open: " + two + "/\n")
                .endsWith("orders and stock are in the local database in " + data + "/db\n");
        assertThat(launcher.run("logs", "cell-2", "orders").stdout())
                .contains("orders serves on")
                .doesNotContain("catalog serves on");
        assertThat(launcher.run("logs").stdout()).contains("cell-1/logs/frontend.log", "cell-2/logs/catalog.log");
        assertThat(launcher.run("trace", "same-order").stdout()).contains("cell-1 frontend", "cell-2 orders");
        ProgramRun client = launcher.run("client");
        assertSucceeds(client);
        assertThat(client.stdout()).startsWith("5 shoppers at " + one.substring("http://".length()));
        ProgramRun audit = launcher.run("audit");
        assertSucceeds(audit);
        assertThat(audit.stdout()).endsWith("audit: no difference\n");
        assertThat(launcher.run("reset", "--yes").stderr()).startsWith("toystore: nothing was deleted: ");

        ProgramRun down = launcher.run("down");
        assertThat(down.stdout()).isEqualTo("""
                cell-1 frontend stopped
                cell-1 orders stopped
                cell-1 catalog stopped
                cell-2 frontend stopped
                cell-2 orders stopped
                cell-2 catalog stopped
                """);
        assertThat(Launcher.processesIn(folder)).isEmpty();
        assertThat(launcher.run("down").stdout()).isEqualTo("nothing runs in " + data + "\n");
        assertThat(launcher.run("logs", "orders").stdout())
                .contains("cell-1/logs/orders.log", "cell-2/logs/orders.log");
    }

    @Test
    void bringsBackWhatHasDiedAndAddsCells() throws Exception {
        makeStore();
        launcher.environment.put("TOYSTORE_ADMIN_TOKEN", TestStore.ADMIN_TOKEN);
        ProgramRun up = launcher.run("up", "--cells", "2");
        assertSucceeds(up);
        launcher.environment.remove("TOYSTORE_ADMIN_TOKEN");
        String two = address(up, 2);
        kill("cell-2", "orders");
        ProgramRun status = launcher.run("status");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.stdout())
                .contains("cell-2 orders    stopped\n")
                .containsPattern("cell-2 is not ready: orders at 127\\.0\\.0\\.1:.*\n");

        ProgramRun again = launcher.run("up");
        assertSucceeds(again);
        assertThat(again.stdout())
                .contains("cell-1 orders runs already on ", "cell-2 orders serves on ", "cell-2  " + two + "/\n");

        ProgramRun third = launcher.run("up", "--cells", "3");
        assertSucceeds(third);
        assertThat(third.stdout()).contains("cell-2 frontend runs already on ", "cell-3 catalog serves on ");
        for (String cell : List.of("cell-1", "cell-3")) {
            assertThat(data.resolve(cell + "/run/settings"))
                    .content()
                    .contains(TestStore.ADMIN_TOKEN)
                    .contains("TOYSTORE_DB=local");
        }

        assertThat(launcher.run("down", "--data", data + "/cell-2").stdout())
                .isEqualTo("cell-2 frontend stopped\ncell-2 orders stopped\ncell-2 catalog stopped\n");
        assertThat(launcher.run("status").stdout()).contains("cell-1 is open: ", "cell-2 orders    stopped\n");
        ProgramRun back = launcher.run("up", "--data", data + "/cell-2");
        assertSucceeds(back);
        assertThat(back.stdout()).contains("cell-2 catalog serves on ").doesNotContain("cell-1");
        ProgramRun fewer = launcher.run("up", "--cells", "2");
        assertThat(fewer.exitCode()).isEqualTo(1);
        assertThat(fewer.stderr())
                .isEqualTo("toystore: cell-3 is open in " + data + ", too; " + SCRIPT + " down --data " + data
                        + "/cell-3 closes it\n");
        assertSucceeds(launcher.run("down", "--data", data + "/cell-3"));
        assertSucceeds(launcher.run("up", "--cells", "2"));
        assertThat(launcher.run("status").stdout()).doesNotContain("cell-3");
    }

    @Test
    void stopsWhatItHasStartedWhenACellFails() throws Exception {
        makeStore();
        Files.createFile(Files.createDirectories(data.resolve("cell-2")).resolve("logs"));

        ProgramRun up = launcher.run("up", "--cells", "2");

        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.stderr())
                .startsWith("toystore: the data folder " + data + "/cell-2 cannot be written: ")
                .endsWith("toystore: the store is not open; stopped what this command had started: cell-1/catalog"
                        + " cell-1/orders cell-1/frontend\n");
        assertThat(Launcher.processesIn(folder)).isEmpty();
        assertThat(launcher.run("down").stdout()).isEqualTo("nothing runs in " + data + "\n");
    }

    @Test
    void proveTheirRolesAndServeHttpsInAllCells() throws Exception {
        makeStore();

        ProgramRun up = launcher.run("up", "--cells", "2", "--tls");

        assertSucceeds(up);
        assertThat(up.stdout()).containsPattern("cell-1 {2}https://.*\n {2}cell-2 {2}https://");
        ProgramRun status = launcher.run("status");
        assertSucceeds(status);
        assertThat(status.stdout()).contains("cell-2 is open: https://");
    }

    /** The URL has a password, and so does the message of a careless program. */
    @Test
    void showsThePasswordOfTheDatabaseNowhere() throws Exception {
        makeStore();
        String password = database.replaceFirst(".*password=([^&]+).*", "$1");
        assertThat(password).hasSizeGreaterThan(10);
        launcher.environment.put("TOYSTORE_DB", database);

        ProgramRun up = launcher.run("up");

        assertSucceeds(up);
        assertThat(up.stdout())
                .contains("Orders and stock are in the database jdbc:postgresql://127.0.0.1:")
                .doesNotContain(password);
        ProgramRun status = launcher.run("status");
        assertThat(status.stdout()).contains("jdbc:postgresql://").doesNotContain(password);
        assertThat(Launcher.processesIn(folder))
                .hasSize(3)
                .noneMatch(process -> process.info().commandLine().orElse("").contains(password));
        assertThat(Files.getPosixFilePermissions(data.resolve("run/settings")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(launcher.run("logs", "--lines", "1000").stdout()).doesNotContain(password);
        String frontend = Files.readString(data.resolve("run/frontend.pid")).strip();
        assertThat(Path.of("/proc", frontend, "environ")).content().doesNotContain(password);

        launcher.environment.remove("TOYSTORE_DB");
        assertSucceeds(launcher.run("audit"));
        assertSucceeds(launcher.run("up"));
        ProgramRun other = launcher.run("up", "--db", "jdbc:postgresql://127.0.0.1:1/other");
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.stderr())
                .startsWith("toystore: --db is not as it was when the store in ")
                .doesNotContain(password);
        assertThat(launcher.run("up", "--cells", "2").stderr())
                .isEqualTo("toystore: the store in " + data + " is open without cells; " + SCRIPT + " down --data "
                        + data + " first\n");
    }

    @Test
    void saysWhichCommandMakesAStoreInTheDatabase() throws Exception {
        launcher.environment.put("TOYSTORE_DB", database);

        ProgramRun up = launcher.run("up");

        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.stderr()).contains(" has no store: run " + SCRIPT + " db init --data " + data);
        assertSucceeds(launcher.run("db", "init"));
        assertSucceeds(launcher.run("up"));
    }

    @Test
    void opensAStoreOnTheLocalDatabaseThatItHasStarted() throws Exception {
        Files.delete(data.resolve("db/url"));
        assertSucceeds(launcher.run("db", "local", "start"));
        try {
            ProgramRun up = launcher.run("up", "--db", "local");

            assertSucceeds(up);
            assertThat(up.stdout())
                    .contains("\nOrders and stock are in the local database in " + data + "/db; the logs are in " + data
                            + "/logs\n");
            assertSucceeds(launcher.run("down"));
            assertSucceeds(launcher.run("db", "local", "stop"));
            assertThat(launcher.run("up", "--db", "local").stderr())
                    .startsWith("toystore: the local database in " + data + " does not run; " + SCRIPT);
        } finally {
            assertSucceeds(launcher.run("db", "local", "stop", "--delete"));
        }
    }

    /** Makes the tables and the products, as {@code db init} does. */
    private void makeStore() throws Exception {
        Connection connection = Database.connect(DatabaseUrl.parse(database));
        try (connection) {
            new Schema().init(connection, CatalogArchive.startingCatalog(null, 2));
        }
    }

    private static void assertSucceeds(ProgramRun run) {
        assertThat(run.exitCode()).as(run.stdout() + run.stderr()).isZero();
    }

    private static String address(ProgramRun up, int cell) {
        var address = Pattern.compile("\n {2}cell-" + cell + " {2}(http://127\\.0\\.0\\.1:[0-9]+)/\n")
                .matcher(up.stdout());
        assertThat(address.find()).as(up.stdout()).isTrue();
        return address.group(1);
    }

    private void kill(String cell, String service) throws IOException {
        String pid = Files.readString(data.resolve(cell + "/run/" + service + ".pid"));
        assertThat(ProgramRun.run(new ProcessBuilder("kill", "-KILL", pid.strip()))
                        .exitCode())
                .isZero();
    }

    private HttpResponse<String> get(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    /** Places an order, which is the same one each time; returns the response. */
    private String order(String store) throws Exception {
        HttpRequest order = HttpRequest.newBuilder(URI.create(store + "/orders"))
                .header("Content-Type", "application/json")
                .header("X-Request-Id", "same-order")
                .header("Idempotency-Key", "key-of-" + folder.getFileName())
                .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":5}"))
                .build();
        HttpResponse<String> response = http.send(order, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return response.body();
    }
}

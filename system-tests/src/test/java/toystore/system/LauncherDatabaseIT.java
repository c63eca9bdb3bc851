package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.process.FreePorts;

/** Which database the script passes to which program, and which ones it refuses. No database runs. */
class LauncherDatabaseIT {
    private static final String PASSWORD = "open-sesame";
    private static final String URL = "jdbc:postgresql://127.0.0.1:1/shop?user=ann&password=" + PASSWORD;

    /** A program that prints its arguments, and what it knows of the database. */
    private static final String PRINT = """
            echo "$*"
            echo "db=${TOYSTORE_DB-none} file=${TOYSTORE_DB_PASSWORD_FILE-none} data=${TOYSTORE_DATA-none}"
            """;

    @TempDir
    Path folder;

    private Path home; // a project of its own, whose jars are empty
    private String script;
    private Path data;
    private Launcher launcher;

    @BeforeEach
    void makeProject() throws IOException {
        home = folder.resolve("home");
        script = Launcher.copyTo(home).toString();
        for (String program : List.of("catalog", "orders", "frontend", "client", "db")) {
            Files.createDirectories(home.resolve(program + "/target"));
            Files.writeString(home.resolve(program + "/target/" + program + ".jar"), "no jar");
        }
        launcher = new Launcher(folder, home.resolve("toystore"));
        data = Files.createDirectories(launcher.data()).toRealPath();
        for (String port : Launcher.PORTS) {
            launcher.environment.put(port, "0");
        }
        launcher.environment.put(
                "JAVA_HOME",
                Launcher.java(folder.resolve("jdk"), "17.0.1", PRINT).toString());
    }

    @AfterEach
    void stopWhatRuns() {
        launcher.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "open-sesame                                 | no URL of a database",
                "ann:open-sesame                             | no URL of a database",
                "ann:open-sesame@h                           | no URL of a database",
                "jdbc:postgresql:ann/open-sesame             | no URL of a database",
                "postgres:ann:sesame//x@y                    | no URL of a database",
                "postgres://127.0.0.1:5432/shop              | \"postgres://...\"",
                "postgres://ann:open-sesame@127.0.0.1/shop   | \"postgres://...\"",
                "jdbc:mysql://h/shop?password=open-sesame    | \"jdbc:mysql://...\"",
                "jdbc:postgresql://127.0.0.1                 | \"jdbc:postgresql://...\"",
                "jdbc:postgresql://h?password=open-sesame    | \"jdbc:postgresql://...\"",
                "jdbc:postgresql://ann:open-sesame@h/shop    | \"jdbc:postgresql://...\"",
            })
    void refusesWhatIsNoDatabaseAndShowsNoPassword(String url, String shown) throws Exception {
        String message = " is " + shown + "; expected jdbc:postgresql://HOST:PORT/NAME?user=USER, or local";

        refused(2, "--db" + message, "up", "--db", url);
        refused(2, "--db" + message, "up", "--cells", "2", "--db=" + url);
        refused(2, "--db" + message, "audit", "--db", url);
        launcher.environment.put("TOYSTORE_DB", url);
        refused(2, "TOYSTORE_DB" + message, "up");
        refused(2, "TOYSTORE_DB" + message, "export");
        Files.createDirectories(data.resolve("run"));
        Files.writeString(data.resolve("run/settings"), "TOYSTORE_PORT=8080\0");
        Process orders = Launcher.service(data.resolve("run"), "orders");
        try {
            refused(2, "TOYSTORE_DB" + message, "up");
        } finally {
            orders.destroyForcibly().waitFor();
        }
    }

    @Test
    void saysWhichCommandStartsTheLocalDatabase() throws Exception {
        String none = "there is no local database in " + data + "; " + script + " db local start --data " + data
                + " makes one";
        refused(1, none, "up", "--db", "local");
        refused(1, none, "up", "--cells", "2");
        refused(1, none, "db", "status", "--db=local");

        localDatabase(FreePorts.next());
        String stopped = "the local database in " + data + " does not run; " + script + " db local start --data " + data
                + " starts it";
        refused(1, stopped, "up", "--cells", "2");
        refused(1, stopped, "db", "status");
        refused(1, stopped, "up", "--db", "local");
        assertThat(data.resolve("cell-1")).doesNotExist();
    }

    @Test
    void refusesAPasswordFileThatCannotBeUsed() throws Exception {
        refused(
                1,
                "--db-password-file: there is no file " + folder + "/password",
                "up",
                "--db",
                "jdbc:postgresql://127.0.0.1:1/shop?user=ann",
                "--db-password-file",
                "password");
        Files.writeString(folder.resolve("password"), PASSWORD);
        refused(
                2,
                "--db-password-file is given without --db; expected a database with it",
                "up",
                "--db-password-file",
                "password");
        launcher.environment.put("TOYSTORE_DB_PASSWORD_FILE", "password");
        refused(
                2,
                "TOYSTORE_DB_PASSWORD_FILE is given, but the local database has a password of its own",
                "up",
                "--cells",
                "3");
    }

    @ParameterizedTest
    @CsvSource({"1, --cells is \"1\"", "10, --cells is \"10\"", "two, --cells is \"two\"", "'', --cells needs a value"})
    void refusesANumberOfCellsThatItCannotOpen(String cells, String start) throws Exception {
        ProgramRun up = launcher.run("up", "--cells", cells);

        assertThat(up.stderr()).startsWith("toystore: " + start);
        assertThat(up.stderr().lines()).hasSize(1);
        assertThat(up.exitCode()).isEqualTo(2);
    }

    @Test
    void refusesPortsThatFurtherCellsCannotHave() throws Exception {
        refused(2, "--port is 65536 in cell-2; expected 1 to 65535", "up", "--cells", "2", "--port", "65535");
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        try (taken) {
            int first = taken.getLocalPort() - 2;
            String port = Integer.toString(first);
            refused(
                    1,
                    "--orders-port is " + taken.getLocalPort() + " in cell-2, but the port is taken by another process;"
                            + " expected a free one, or 0 for any",
                    "up",
                    "--cells",
                    "2",
                    "--orders-port",
                    port);
        }
        int port = FreePorts.next();
        launcher.environment.put("TOYSTORE_CATALOG_PORT", Integer.toString(port));
        launcher.environment.put("TOYSTORE_ORDERS_PORT", Integer.toString(port + 1));
        refused(
                2,
                "TOYSTORE_ORDERS_PORT is " + (port + 3)
                        + " in cell-2, and so is the port of another service; each needs one of its own",
                "up",
                "--cells",
                "2",
                "--port",
                Integer.toString(port + 3));
    }

    @Test
    void refusesCellsThatAreNotThose() throws Exception {
        Files.createFile(data.resolve("toystore.lock"));
        Path cell = data.resolve("cell-2");

        refused(
                2,
                "--cells is about all cells of a store; name its folder: --data " + data,
                "up",
                "--cells",
                "2",
                "--data",
                cell.toString());
        refused(
                1,
                cell + " is for a cell of the store in " + data + ", which is closed; " + script + " up --data " + data
                        + " --cells 2 opens it",
                "up",
                "--data",
                cell.toString());
        for (int number = 1; number <= 3; number++) {
            Path logs = Files.createDirectories(data.resolve("cell-" + number + "/logs"));
            Files.writeString(logs.resolve("orders.log"), "the log of " + number + "\n");
        }
        refused(
                1,
                data + "/cell-1 is for a cell of the store in " + data + ", which is closed; " + script + " up --data "
                        + data + " --cells 3 opens it",
                "up",
                "--data",
                data + "/cell-1");
        assertThat(printed("logs", "cell-1", "cell-3"))
                .contains("the log of 1", "the log of 3")
                .doesNotContain("the log of 2");
        refused(2, "logs of cell-7? There is no folder " + data + "/cell-7", "logs", "cell-7");
    }

    @Test
    void passesTheDatabaseInTheEnvironmentAndNeverInArguments() throws Exception {
        String known = "db=" + URL + " file= data=" + data + "\n";
        assertThat(printed("audit", "--db", URL, "--all"))
                .endsWith("orders.jar audit --data " + data + " --all\n" + known);
        assertThat(printed("export", "--db=" + URL)).endsWith("db.jar export\n" + known);
        assertThat(printed("import", "--db", URL)).endsWith("db.jar import\n" + known);
        assertThat(printed("db", "status", "--db", URL)).endsWith("db.jar status\n" + known);
        launcher.environment.put("TOYSTORE_DB", URL);
        assertThat(printed("audit")).endsWith("orders.jar audit --data " + data + "\n" + known);
        Files.writeString(folder.resolve("password"), PASSWORD);
        launcher.environment.put("TOYSTORE_DB", "jdbc:postgresql://127.0.0.1:1/shop?user=ann");
        assertThat(printed("db", "init", "--db-password-file", "password"))
                .endsWith("db=jdbc:postgresql://127.0.0.1:1/shop?user=ann file=" + folder + "/password data=" + data
                        + "\n");
    }

    @Test
    void warnsOfAPasswordThatOtherUsersCanSee() throws Exception {
        assertThat(launcher.run("audit", "--db", URL).stderr())
                .isEqualTo("toystore: --db has a password, which other users see in the list of processes; set"
                        + " TOYSTORE_DB instead, or use --db-password-file\n");
        assertThat(launcher.run("audit", "--db", "jdbc:postgresql://h/shop?user=ann&sslmode=require")
                        .stderr())
                .isEmpty();
        launcher.environment.put("TOYSTORE_DB", URL);
        assertThat(launcher.run("audit").stderr()).isEmpty();
    }

    @Test
    void saysHowToInitTheDatabaseThatUpWasGiven() throws Exception {
        Launcher.java(
                folder.resolve("jdk"), "17.0.1", "echo 'h/shop has no store: run ./toystore db init' >&2; exit 1");
        String run = "h/shop has no store: run " + script + " db init --data " + data;

        assertThat(launcher.run("up", "--db", "jdbc:postgresql://h/shop?user=ann")
                        .stderr())
                .contains(run + " --db 'jdbc:postgresql://h/shop?user=ann'\n");
        assertThat(launcher.run("up", "--db", URL).stderr())
                .contains(run + ", with the URL in TOYSTORE_DB\n")
                .doesNotContain(PASSWORD);
        launcher.environment.put("TOYSTORE_DB", URL);
        assertThat(launcher.run("up").stderr()).contains(run + "\n").doesNotContain(PASSWORD);
    }

    @Test
    void findsTheDatabaseOfAStoreThatIsOpen() throws Exception {
        Files.createDirectories(data.resolve("run"));
        Files.writeString(data.resolve("run/settings"), "TOYSTORE_PORT=8080\0TOYSTORE_DB=" + URL + "\0");

        String known = "db=" + URL + " file= data=" + data + "\n";
        assertThat(printed("audit")).endsWith(known);
        assertThat(printed("export")).endsWith(known);
        assertThat(printed("db", "status")).endsWith(known);
        assertThat(launcher.run("export").stderr()).isEmpty();
        Files.createFile(data.resolve("orders-00000000000000000001.log"));
        assertThat(launcher.run("export").stderr())
                .isEqualTo("toystore: this export is of the database jdbc:postgresql://127.0.0.1:1/shop, not of the"
                        + " files in " + data + "\n");
        Files.createFile(data.resolve("toystore.lock"));
        assertThat(printed("db", "status", "--data", data + "/cell-2")).endsWith(known);
    }

    @Test
    void findsTheLocalDatabaseIfThereIsNoStoreInFiles() throws Exception {
        ServerSocket database = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (database) {
            String url = localDatabase(FreePorts.next(), database.getLocalPort());

            assertThat(printed("audit")).endsWith("db=" + url + " file= data=" + data + "\n");
            assertThat(launcher.run("import").stderr())
                    .isEqualTo("toystore: this import is of the local database in " + data + "/db\n");
            assertThat(printed("db", "status")).endsWith("db=" + url + " file= data=" + data + "\n");
            Files.createFile(data.resolve("orders-00000000000000000001.log"));
            assertThat(printed("audit")).endsWith("db=none file=none data=" + data + "\n");
            assertThat(printed("export")).endsWith("db=none file=none data=" + data + "\n");
            assertThat(launcher.run("export").stderr())
                    .isEqualTo("toystore: this export is of the files in " + data
                            + "; --db local means the local database in " + data + "/db\n");
            assertThat(printed("export", "--db", "local")).endsWith("db=" + url + " file= data=" + data + "\n");
            assertThat(launcher.run("export", "--db", "local").stderr()).isEmpty();
        }
    }

    @Test
    void runsTheCommandsOfTheLocalDatabaseAlsoWhileItIsStopped() throws Exception {
        localDatabase(FreePorts.next());

        assertThat(printed("db", "local", "start", "--nodes", "3"))
                .endsWith("db.jar local start --nodes 3\ndb=none file=none data=" + data + "\n");
        assertThat(printed("db", "--help")).contains("db.jar --help\n");
        assertThat(printed("db")).contains("db.jar\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "cell-2/run"})
    void doesNotDeleteTheLocalDatabaseOfAnOpenStore(String run) throws Exception {
        localDatabase(FreePorts.next());
        Files.createDirectories(data.resolve("run"));
        Files.createDirectories(data.resolve(run));
        Files.writeString(
                data.resolve("run/settings"), "TOYSTORE_DB=local\0" + (run.equals("run") ? "" : "TOYSTORE_CELLS=2\0"));
        Process orders = Launcher.service(data.resolve(run), "orders");
        try {
            refused(
                    1,
                    "nothing was deleted: the store in " + data + " is open on this database; " + script
                            + " down --data " + data + " first",
                    "db",
                    "local",
                    "stop",
                    "--delete");
            assertThat(printed("db", "local", "stop")).contains("db.jar local stop\n");
        } finally {
            orders.destroyForcibly().waitFor();
        }
        assertThat(printed("db", "local", "stop", "--delete")).contains("db.jar local stop --delete\n");
    }

    @Test
    void saysWhatElseIsInAFolderWithFilesAndADatabase() throws Exception {
        ServerSocket database = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (database) {
            localDatabase(database.getLocalPort());
            Files.writeString(data.resolve("orders-00000000000000000001.log"), "{\"order_number\":1}\n");

            assertThat(launcher.run("up", "--db", "local").stderr())
                    .startsWith("toystore: the files in " + data + " have orders, which a store in a database does not"
                            + " show; " + script + " export and import copy them while it is closed\n");
            assertThat(launcher.run("up").stderr())
                    .startsWith("toystore: this store is in files; " + script + " up --db local --data " + data
                            + " opens the one in the local database in " + data + "/db\n");
            refused(
                    2,
                    "the store in " + data + " is in files; db status --db local is about the local database in " + data
                            + "/db",
                    "db",
                    "status");
            assertThat(printed("db", "bogus")).contains("db.jar bogus\n"); // which says that there is no such command
            refused(
                    1,
                    "reset deletes all orders and stock in the files of " + data + ", and leaves the local database"
                            + " alone; say --yes if that is meant",
                    "reset");
            assertThat(printed("reset", "--yes"))
                    .isEqualTo("nothing runs in " + data + "\n" + data + " is back at the start: no orders, and the"
                            + " starting catalog; the local database there is left alone\n");
            assertThat(launcher.run("up", "--db", "local").stderr()).doesNotContain("the files in");
        }
    }

    @Test
    void doesNotResetAStoreInADatabase() throws Exception {
        localDatabase(FreePorts.next());
        refused(
                1,
                "nothing was deleted: orders and stock are in the local database in " + data + "/db; " + script
                        + " db local stop --delete --data " + data + " deletes it",
                "reset",
                "--yes");
        launcher.environment.put("TOYSTORE_DB", URL);
        refused(
                1,
                "nothing was deleted: orders and stock are in the database jdbc:postgresql://127.0.0.1:1/shop; "
                        + script + " db init --db URL makes a new store in an empty database",
                "reset",
                "--yes");
    }

    @Test
    void saysThatAStoreInADatabaseHasToBeClosedBeforeItCanBeDeleted() throws Exception {
        localDatabase(FreePorts.next());
        Files.createDirectories(data.resolve("run"));
        Files.writeString(data.resolve("run/settings"), "TOYSTORE_DB=local\0");
        Process orders = Launcher.service(data.resolve("run"), "orders");
        try {
            refused(
                    1,
                    "nothing was deleted: orders and stock are in the local database in " + data + "/db; " + script
                            + " down --data " + data + ", and then " + script + " db local stop --delete --data " + data
                            + " deletes it",
                    "reset",
                    "--yes");
        } finally {
            orders.destroyForcibly().waitFor();
        }
    }

    /** A local database that was made before; returns its URL. */
    private String localDatabase(int... ports) throws IOException {
        StringBuilder servers = new StringBuilder();
        for (int port : ports) {
            servers.append(servers.isEmpty() ? "" : ",").append("127.0.0.1:").append(port);
        }
        String url = "jdbc:postgresql://" + servers + "/toystore?user=toystore&password=" + PASSWORD;
        Files.writeString(Files.createDirectories(data.resolve("db")).resolve("url"), url + "\n");
        return url;
    }

    private String printed(String... arguments) throws IOException {
        ProgramRun run = launcher.run(arguments);
        assertThat(run.exitCode()).as(run.stderr()).isZero();
        return run.stdout();
    }

    private void refused(int exitCode, String message, String... arguments) throws IOException {
        ProgramRun run = launcher.run(arguments);
        assertThat(run.stderr()).isEqualTo("toystore: " + message + "\n").doesNotContain(PASSWORD);
        assertThat(run.stdout()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(exitCode);
    }
}

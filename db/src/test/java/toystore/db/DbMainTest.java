package toystore.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.common.cli.Program;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;

class DbMainTest {
    private static LocalCluster server;
    private static int databases;

    @TempDir
    Path folder;

    private String url;
    private String name; // in messages
    private String out;
    private String err;

    @BeforeAll
    static void start() throws IOException {
        server = LocalCluster.temporary(ClusterOptions.fast(1));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void createDatabase() throws IOException {
        String database = "main" + ++databases;
        url = server.createDatabase(database, "");
        name = "the database at " + server.primary().address();
    }

    @Test
    void initMakesAStoreOnce() throws Exception {
        Path catalog = Files.writeString(
                folder.resolve("toys.json"), "{\"products\":[{\"name\":\"Tux\",\"price\":15.99,\"quantity\":7}]}");

        assertThat(run("init", "--catalog", catalog.toString())).isEqualTo(Program.OK);
        assertThat(out).isEqualTo("made a store with 1 products in " + name + "\n");
        assertThat(run("init")).isEqualTo(Program.OK);
        assertThat(out).startsWith(name + " has a store already: ");
        assertThat(run("audit")).isEqualTo(Program.OK);
        assertThat(out).contains("Tux").endsWith("audit: no difference\n");
    }

    @Test
    void initWithoutACatalogHasTheToysOfTheProgram() {
        assertThat(run("init")).isEqualTo(Program.OK);
        assertThat(out).isEqualTo("made a store with 50 products in " + name + "\n");
    }

    @Test
    void initRefusesACatalogThatIsWrong() throws Exception {
        Path catalog = Files.writeString(
                folder.resolve("toys.json"), "{\"products\":[{\"name\":\"Tux\",\"price\":1.999,\"quantity\":7}]}");

        assertThat(run("init", "--catalog", catalog.toString())).isEqualTo(Program.FAILED);
        assertThat(err)
                .isEqualTo("db init: " + catalog + " products[0]: price is 1.999; expected at most 2 digits after the"
                        + " point, or a larger --price-digits\n");
        assertThat(run("init", "--catalog", folder.resolve("none").toString())).isEqualTo(Program.FAILED);
        assertThat(err).isEqualTo("db init: " + folder.resolve("none") + " is missing\n");
    }

    @Test
    void statusSaysWhatIsThereAndWhatIsMissing() {
        assertThat(run("status")).isEqualTo(Program.FAILED);
        assertThat(err).isEqualTo("db status: " + name + " has no store: run ./toystore db init\n");
        run("init");
        assertThat(run("status")).isEqualTo(Program.OK);
        assertThat(out)
                .startsWith(name + ": PostgreSQL ")
                .contains("\nstandbys: 0, a commit waits for: none\nstore: ", ", version 1 of the tables\n")
                .endsWith("\nproducts: 50, orders: 0\n");
    }

    @Test
    void upgradeSaysWhatItDid() throws Exception {
        assertThat(run("upgrade")).isEqualTo(Program.FAILED);
        assertThat(err).isEqualTo("db upgrade: " + name + " has no store: run ./toystore db init\n");
        run("init");
        assertThat(run("upgrade")).isEqualTo(Program.OK);
        assertThat(out).isEqualTo(name + " has version 1 of the tables, as this release needs\n");
        execute("update store set schema_version = 2");
        assertThat(run("audit")).isEqualTo(Program.FAILED);
        assertThat(err)
                .isEqualTo("db audit: " + name + " has version 2 of the tables, but this program needs 1: run a newer"
                        + " release of the programs\n");
    }

    @Test
    void auditFailsIfThereIsADifference() throws Exception {
        run("init");
        execute("update counter set n = 1");

        assertThat(run("audit")).isEqualTo(Program.FAILED);
        assertThat(out).endsWith("audit: 1 difference\n");
    }

    @Test
    void aDatabaseThatCannotBeUsedIsNamedWithoutThePassword() {
        url = url.replaceFirst("password=[^&]*", "password=s3cret-and-wrong");

        assertThat(run("status")).isEqualTo(Program.FAILED);
        assertThat(err).startsWith("db status: " + name + ": ").contains("password authentication failed");
        assertThat(err + out).doesNotContain("s3cret");
    }

    @Test
    void aCommandWithoutADatabaseIsAWrongCommandLine() {
        url = "";

        assertThat(run("audit")).isEqualTo(Program.USAGE);
        assertThat(err).startsWith("db audit: no database is given; expected --db URL (TOYSTORE_DB)");
    }

    @Test
    void anUnknownCommandIsNamedWithThoseThatThereAre() {
        assertThat(run("foo")).isEqualTo(Program.USAGE);
        assertThat(err)
                .startsWith(
                        "db: foo is not a command; expected audit, export, import, init, local, status or upgrade;");
    }

    @Test
    void exportsIntoANewFileAndImportsIt() throws Exception {
        run("init");
        Path file = folder.resolve("store.jsonl");
        Path data = folder.resolve("data");

        assertThat(run("export", "--file", file.toString())).isEqualTo(Program.OK);
        assertThat(err).isEqualTo("exported 50 products, 0 changes, 0 orders\n");
        assertThat(Files.readAllLines(file)).hasSize(52);
        assertThat(run("export", "--file", file.toString())).isEqualTo(Program.FAILED);
        assertThat(err).isEqualTo("db export: " + file + " exists already; expected a new file\n");
        assertThat(run("import", "--file", folder.toString())).isEqualTo(Program.FAILED);
        assertThat(err).isEqualTo("db import: " + folder + " is a folder; expected a file\n");

        url = "";
        assertThat(run("import", "--file", file.toString(), "--data", data.toString()))
                .isEqualTo(Program.OK);
        assertThat(err).isEqualTo("imported 50 products, 0 changes, 0 orders\n");
        assertThat(out).endsWith("audit: no difference\n");
        assertThat(data.resolve("catalog.json")).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"export", "import"})
    void aCopyHasItsExitCodesInItsHelp(String command) {
        assertThat(run(command, "--help")).isEqualTo(Program.OK);
        assertThat(out).contains("Exit codes:\n  0   the whole store was copied\n  1   ", "  2   a flag is wrong\n");
    }

    /** Runs a command with the database, and keeps its output. */
    private int run(String command, String... flags) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--db", url));
        arguments.addAll(List.of(flags));
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        PrintStream oldOut = System.out;
        PrintStream oldErr = System.err;
        System.setOut(new PrintStream(stdout, true, UTF_8));
        System.setErr(new PrintStream(stderr, true, UTF_8));
        try {
            return Program.run(new DbMain(), arguments.toArray(String[]::new));
        } finally {
            System.setOut(oldOut);
            System.setErr(oldErr);
            out = stdout.toString(UTF_8);
            err = stderr.toString(UTF_8);
        }
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = Database.connect(DatabaseUrl.parse(url));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

package toystore.db.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import toystore.common.cli.Program;
import toystore.postgres.LocalCluster;
import toystore.postgres.PostgresBinaries;

/** The commands with a real server, in a folder that only this user can enter. */
@Isolated("takes stdout and stderr")
class LocalCommandTest {
    @TempDir
    private Path data;

    @AfterEach
    void delete() throws Exception {
        if (LocalCluster.exists(data.resolve("db"))) {
            LocalCluster.open(data.resolve("db"), null).delete();
        }
    }

    @Test
    void startsStopsAndStartsAgainWithTheSameUrl() throws Exception {
        assertThat(run(1, "status")).contains("there is no database in");
        assertThat(run(0, "stop")).contains("there is no database in");
        assertThat(run(1, "failover")).contains("there is no database in");
        Files.writeString(data.resolve("toys.json"), """
                {"products": [{"name": "Robot", "price": 3.50, "quantity": 7}]}
                """);
        String first = run(0, "start");
        Path url = data.resolve("db/url");
        String secret = Files.readString(url).strip();

        assertThat(first)
                .containsPattern("^n1 +primary +127.0.0.1:\\d+ +pid \\d+\n")
                .contains("The database runs: " + secret.replaceAll("&password=.*", ""))
                .doesNotContain(secret.replaceAll(".*password=", ""));
        assertThat(Files.getPosixFilePermissions(url)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(products()).isEqualTo("Robot");
        assertThat(run(0, "start")).isEqualTo(first);
        assertThat(run(0, "status")).contains("primary");
        assertThat(run(0, "stop")).isEqualTo("stopped n1\n");
        assertThat(run(1, "status"))
                .contains("stopped")
                .endsWith("\nno primary: ./toystore db local start starts n1 again\n");
        assertThat(run(0, "stop")).startsWith("no node runs in");
        assertThat(run(0, "start")).contains("primary");
        assertThat(Files.readString(url).strip()).isEqualTo(secret);
        assertThat(run(2, "start", "--nodes", "3")).contains("--nodes is 3, but the database in ", " has 1");
        assertThat(run(1, "failover")).contains("there is no standby");
        assertThat(run(0, "stop", "--delete")).startsWith("deleted ");
        assertThat(data.resolve("db")).doesNotExist();
    }

    @Test
    void refusesTwoNodes() throws Exception {
        assertThat(run(2, "start", "--nodes", "2")).contains("--nodes is 2; expected 1 or 3");
        assertThat(data.resolve("db")).doesNotExist();
    }

    @Test
    void readsPricesWithAsManyDigitsAsToldAndRefusesMore() throws Exception {
        Path toys = Files.writeString(data.resolve("toys.json"), """
                {"products": [{"name": "Robot", "price": 3.5055, "quantity": 7}]}
                """);

        assertThat(run(2, "start", "--price-digits", "9"))
                .isEqualTo("local start: --price-digits is 9; expected a whole number from 0 to 4\n");
        assertThat(run(2, "start", "--price-digits", "-1"))
                .isEqualTo("local start: --price-digits is -1; expected a whole number from 0 to 4\n");
        assertThat(run(1, "start"))
                .isEqualTo("local start: " + toys + " products[0]: price is 3.5055; expected at most 2 digits after the"
                        + " point, or a larger --price-digits\n");
        assertThat(data.resolve("db")).doesNotExist();

        run(0, "start", "--price-digits", "4");
        assertThat(query("select price::text from products")).isEqualTo("3.5055");
    }

    @Test
    void replacesThePrimaryOfThreeNodes() throws Exception {
        assumeTrue(PostgresBinaries.find().has("pg_rewind"), "the PostgreSQL here has no pg_rewind");
        assertThat(run(0, "start", "--nodes", "3"))
                .containsPattern("(?m)^n1 +primary .*\\nn2 +standby .*\\nn3 +standby ");
        killPrimary();
        await().untilAsserted(() -> assertThat(run(1, "status"))
                .endsWith("\nno primary: ./toystore db local start starts n1 again; ./toystore db local failover"
                        + " promotes a standby\n"));

        assertThat(run(0, "failover"))
                .containsPattern("^n[23] is the primary\nn1 +standby ")
                .containsOnlyOnce(" primary  ");

        assertThat(run(0, "status"))
                .containsPattern("(?m)^n1 +standby ")
                .containsPattern("(?m)^n[23] +primary ")
                .doesNotContain("no primary");
    }

    @Test
    void saysThatThereIsNoDatabaseAndLeavesNothingBehind() {
        String none = "there is no database in " + data.resolve("db") + "\n";

        assertThat(run(0, "stop")).isEqualTo(none);
        assertThat(run(0, "stop", "--delete")).isEqualTo(none);
        assertThat(run(1, "status")).isEqualTo(none);
        assertThat(run(1, "failover")).isEqualTo("local failover: " + none);
        assertThat(data).isEmptyDirectory();
    }

    private void killPrimary() throws Exception {
        Matcher pid = Pattern.compile("(?m)^n1 .* pid (\\d+)").matcher(run(0, "status"));
        assertThat(pid.find()).isTrue();
        ProcessHandle.of(Long.parseLong(pid.group(1))).orElseThrow().destroyForcibly();
    }

    private String products() throws Exception {
        return query("select string_agg(name, ',') from products");
    }

    private String query(String sql) throws Exception {
        try (LocalCluster cluster = LocalCluster.open(data.resolve("db"), null);
                Connection connection = cluster.primary().connect("toystore");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private String run(int exitCode, String command, String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream captured = new PrintStream(bytes, true, UTF_8);
        try (captured) {
            System.setOut(captured);
            System.setErr(captured);
            List<String> all = new ArrayList<>(List.of(command, "--data", data.toString()));
            all.addAll(List.of(arguments));
            int code = Program.run(new LocalCommand(), all.toArray(String[]::new));
            assertThat(code).as(bytes.toString(UTF_8)).isEqualTo(exitCode);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        return bytes.toString(UTF_8);
    }
}

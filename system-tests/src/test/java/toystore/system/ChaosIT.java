package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.postgres.PostgresBinaries;

/** A short chaos run; a longer one finds more. */
class ChaosIT {
    @ParameterizedTest
    @ValueSource(strings = {"", "--tls"})
    void losesDoublesAndOversellsNothingWhileServicesAreKilled(String tls) throws Exception {
        List<String> flags = new ArrayList<>(List.of("--minutes", "0.125", "--seed", "1"));
        flags.addAll(tls.isEmpty() ? List.of() : List.of(tls));
        ProgramRun chaos = chaos(flags.toArray(String[]::new));

        assertThat(chaos.exitCode()).as(chaos.stdout() + chaos.stderr()).isZero();
        assertThat(chaos.stdout())
                .contains(tls.isEmpty() ? "8 shoppers, in " : "8 shoppers over TLS, in ")
                .contains("kill -9 ", "audit: exit code 0")
                .endsWith("\n0 lost, 0 doubled, 0 oversold\n");
    }

    @Test
    void losesDoublesAndOversellsNothingWhileThePrimaryOfTwoCellsIsKilled() throws Exception {
        assumeTrue(PostgresBinaries.find().has("pg_rewind"), "the PostgreSQL here has no pg_rewind");
        ProgramRun chaos = chaos(
                "--db", "local", "--nodes", "3", "--cells", "2", "--network", "off", "--minutes", "0.1", "--seed", "6");

        assertThat(chaos.exitCode()).as(chaos.stdout() + chaos.stderr()).isZero();
        assertThat(chaos.stdout())
                .contains("kill -9 primary, promotion", " promoted in ", "audit: exit code 0")
                .endsWith("\n0 lost, 0 doubled, 0 oversold\n");
    }

    @Test
    void printsThePlanOfASeed() throws Exception {
        ProgramRun plan = chaos("--plan", "--seed", "1");

        assertThat(plan.exitCode()).isZero();
        assertThat(plan.stdout())
                .startsWith("seed 1\n   1  after ")
                .isEqualTo(chaos("--plan", "--seed", "1").stdout())
                .isNotEqualTo(chaos("--plan", "--seed", "2").stdout());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--minutes|0|--minutes makes 0.0 s; expected 1 s to 24 hours",
                "--minutes|two|\"two\" is not understood; expected a number like 0.5",
                "--shoppers|65|--shoppers is 65; expected 1 to 64",
                "--home|/no/such/folder|--home is /no/such/folder, but there is no "
                        + "/no/such/folder/catalog/target/catalog.jar",
                "--cells|2|--cells is given, but a store on files has one cell; expected --db local with it",
                "--db|jdbc:postgresql://db/toystore|--db is not local; chaos breaks only a database of its own",
                "--colour|blue|Unknown options: '--colour', 'blue'",
            })
    void reportsAWrongFlagInOneLine(String flag, String value, String complaint) throws Exception {
        ProgramRun failed = chaos(flag, value);

        assertThat(failed.exitCode()).isEqualTo(2);
        assertThat(failed.stderr())
                .startsWith("./toystore chaos: ")
                .contains(complaint)
                .hasLineCount(1);
        assertThat(failed.stdout()).isEmpty();
    }

    private static ProgramRun chaos(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("chaos"));
        all.addAll(List.of(arguments));
        ProcessBuilder command = new ProcessBuilder(Jars.command("lab", all.toArray(String[]::new)));
        command.directory(Jars.root().toFile());
        return ProgramRun.run(command);
    }
}

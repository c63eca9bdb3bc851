package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import toystore.postgres.PostgresBinaries;

/** A short chaos run; a longer one finds more. */
class ChaosIT {
    @Test
    void losesDoublesAndOversellsNothingWhileServicesAreKilled() throws Exception {
        assertKeepsAllPromises("8 shoppers, in ", "--minutes", "0.125", "--seed", "1");
    }

    /** Shorter: TLS changes how the services connect, and not what they promise. */
    @Test
    void losesDoublesAndOversellsNothingOverTls() throws Exception {
        assertKeepsAllPromises("8 shoppers over TLS, in ", "--minutes", "0.06", "--seed", "1", "--tls");
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

    private static void assertKeepsAllPromises(String start, String... flags) throws IOException {
        ProgramRun chaos = chaos(flags);

        assertThat(chaos.exitCode()).as(chaos.stdout() + chaos.stderr()).isZero();
        assertThat(chaos.stdout())
                .contains(start)
                .contains("kill -9 ", "audit: exit code 0")
                .endsWith("\n0 lost, 0 doubled, 0 oversold\n");
    }

    private static ProgramRun chaos(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("chaos"));
        all.addAll(List.of(arguments));
        ProcessBuilder command = new ProcessBuilder(Jars.command("lab", all.toArray(String[]::new)));
        command.directory(Jars.root().toFile());
        return ProgramRun.run(command);
    }
}

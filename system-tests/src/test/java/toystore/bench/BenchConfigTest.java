package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.common.cli.Program;
import toystore.process.ProgramJars;

class BenchConfigTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --rounds 0           | bench: --rounds is 0; expected 1 to 1000
            --seconds 0.05       | bench: --seconds is 0.05; expected 0.1 to 600
            --seconds NaN        | bench: --seconds is 0.0; expected 0.1 to 600
            --warm-up 1e9        | bench: --warm-up is 1.0E9; expected 0.1 to 600
            --data /no/such      | bench: --data is /no/such; expected an existing folder
            --rounds x           | bench: Invalid value for option '--rounds': "x" is not understood; expected a whole number up to 2147483647; bench --help lists what there is
            database --only all  | bench database: --only is all; expected orders, sold-out, audit or failover
            --slow               | bench: Unknown option: '--slow'; bench --help lists what there is
            """)
    void reportsAWrongFlagInOneLine(String arguments, String expected) {
        PrintStream stderr = System.err;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setErr(new PrintStream(output, true, UTF_8));
        try {
            assertThat(Program.run(new BenchMain(), arguments.split(" "))).isEqualTo(Program.USAGE);
        } finally {
            System.setErr(stderr);
        }
        assertThat(output.toString(UTF_8)).isEqualTo(expected + System.lineSeparator());
    }

    @Test
    void refusesAProjectThatIsNotBuilt(@TempDir Path home) {
        assertThatThrownBy(() -> ProgramJars.find("--home", home, "catalog"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--home is " + home + ", but there is no " + home.resolve("catalog/target/catalog.jar")
                        + "; has it been built?");
    }

    @Test
    void estimatesTheTimeOfAllLoads(@TempDir Path folder) {
        BenchConfig config = new BenchConfig(folder, null, folder, 5, Duration.ofSeconds(8), Duration.ofSeconds(10));

        assertThat(config.estimate()).isEqualTo(Duration.ofSeconds(5 * 13 * 8 + 2 * 9 * 10));
        BenchConfig builds = new BenchConfig(folder, folder, folder, 5, Duration.ofSeconds(8), Duration.ofSeconds(10));
        assertThat(builds.estimate()).isEqualTo(Duration.ofSeconds(2 * (5 * 6 * 8 + 2 * 4 * 10)));
    }
}

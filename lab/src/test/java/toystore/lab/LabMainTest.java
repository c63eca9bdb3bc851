package toystore.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.common.cli.Program;
import toystore.testing.CapturedOutput;

/** The command lines of the lab and of chaos that start no store. */
class LabMainTest {
    @RegisterExtension
    private final CapturedOutput output = new CapturedOutput();

    @Test
    void printsThePlanOfASeed() {
        String plan = plan("1");

        assertThat(plan).startsWith("seed 1\n   1  after ").isEqualTo(plan("1")).isNotEqualTo(plan("2"));
    }

    private String plan(String seed) {
        output.reset();
        assertThat(run("chaos", "--plan", "--seed", seed)).isZero();
        return output.out();
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
    void chaosReportsAWrongFlagInOneLine(String flag, String value, String complaint) {
        assertThat(run("chaos", flag, value)).isEqualTo(Program.USAGE);

        assertThat(output.err())
                .startsWith("./toystore chaos: ")
                .contains(complaint)
                .hasLineCount(1);
        assertThat(output.out()).isEmpty();
    }

    @Test
    void suggestsAModeForOneThatItDoesNotKnow() {
        assertThat(run("lab", "no-fense")).isEqualTo(Program.USAGE);

        assertThat(output.err())
                .startsWith("./toystore lab: there is no mode \"no-fense\"; did you mean no-fence?")
                .hasLineCount(1);
        assertThat(output.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "no-fence --port 0|--port has no effect here: a mode has no page",
                "--correct|--correct has no effect here: only a mode has it",
                "--open recording.json --seed 2|--seed has no effect here: a recording has no shoppers",
            })
    void refusesAFlagThatHasNoEffect(String arguments, String complaint) {
        assertThat(run(("lab " + arguments).split(" ", -1))).isEqualTo(Program.USAGE);

        assertThat(output.err()).isEqualTo("./toystore lab: " + complaint + "\n");
    }

    @Test
    void refusesAFileThatIsNoRecordingInOneLine(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("recording.json"), "{\"columns\":[]}");

        assertThat(run("lab", "--open", file.toString())).isEqualTo(Program.USAGE);
        assertThat(output.err())
                .startsWith("./toystore lab: " + file + ": it is no recording of the lab: it has no samples")
                .hasLineCount(1);

        output.reset();
        run("lab", "--report", file.toString());
        assertThat(output.err()).startsWith("./toystore lab: --report needs a recording; expected --open FILE, too");
    }

    private static int run(String... arguments) {
        return Program.run(new LabMain(), arguments);
    }
}

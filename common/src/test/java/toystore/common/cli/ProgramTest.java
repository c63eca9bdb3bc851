package toystore.common.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every program says of a command line, in one line. */
class ProgramTest {

    @Command(name = "sum", subcommands = Half.class)
    private static final class Sum implements Callable<Integer> {
        @Option(names = "--int", defaultValue = "0")
        private int primitive;

        @Option(names = "--integer")
        private Integer boxed;

        @Option(names = "--long", defaultValue = "0")
        private long wide;

        @Option(names = "--double", defaultValue = "0")
        private double fraction;

        @Option(names = "--boolean", arity = "1", defaultValue = "false")
        private boolean choice;

        @Parameters(arity = "0..1", defaultValue = "0")
        private int positional;

        @Override
        public Integer call() {
            return (int) (primitive + (boxed == null ? 0 : boxed) + wide + fraction + (choice ? 1 : 0) + positional);
        }
    }

    @Command(name = "half")
    private static final class Half implements Callable<Integer> {
        @Option(names = "--of", defaultValue = "0")
        private int of;

        @Override
        public Integer call() {
            return of / 2;
        }
    }

    @Test
    void isNamedAsTheUserHasCalledIt() {
        assertThat(refusal("./toystore add", "--nix"))
                .isEqualTo("./toystore add: Unknown option: '--nix'; ./toystore add --help lists what there is\n");
        assertThat(refusal("./toystore add", "half", "--nix"))
                .startsWith("./toystore add half: Unknown option: '--nix'; ./toystore add half --help");
        assertThat(refusal(null, "half", "--nix")).startsWith("sum half: Unknown option: '--nix'; sum half --help");
    }

    @Test
    void readsNumbers() {
        assertThat(Program.run(
                        new Sum(), "--int=1", "--integer=-2", "--long=300", "--double=4e1", "--boolean=true", "5"))
                .isEqualTo(345);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--int abc|option '--int': \"abc\" is not understood; expected a whole number up to 2147483647",
                "--int 1.5|option '--int': \"1.5\" is not understood; expected a whole number up to 2147483647",
                "--int 99999999999|option '--int': \"99999999999\" is not understood; expected a whole number "
                        + "up to 2147483647",
                "--integer x|option '--integer': \"x\" is not understood; expected a whole number up to 2147483647",
                "--long x|option '--long': \"x\" is not understood; expected a whole number up to 9223372036854775807",
                "--double x|option '--double': \"x\" is not understood; expected a number like 0.5",
                "--boolean x|option '--boolean': \"x\" is not understood; expected true or false",
                "many|positional parameter at index 0 (<positional>): \"many\" is not understood; expected a "
                        + "whole number",
                "half --of x|option '--of': \"x\" is not understood; expected a whole number up to 2147483647",
            })
    void reportsTheExpectedValueForAnInvalidOne(String arguments, String complaint) {
        String refusal = refusal(null, arguments.split(" ", -1));

        assertThat(refusal.lines()).hasSize(1);
        assertThat(refusal).startsWith("sum").contains(": Invalid value for " + complaint);
    }

    private static String refusal(String calledAs, String... arguments) {
        PrintStream stderr = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            assertThat(Program.run(calledAs, new Sum(), arguments)).isEqualTo(Program.USAGE);
        } finally {
            System.setErr(stderr);
        }
        return said.toString(UTF_8);
    }
}

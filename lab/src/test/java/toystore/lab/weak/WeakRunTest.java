package toystore.lab.weak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Exit codes and verdicts, with a mode that starts no store. */
class WeakRunTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int runs;

    private interface Schedule {
        Optional<String> run(int number) throws IOException;
    }

    @Test
    void endsWithTheFirstTryThatBreaksAPromise() throws Exception {
        int code = run(false, 5, number -> number == 2 ? Optional.of("LOST 1 order") : Optional.empty());

        assertThat(code).isZero();
        assertThat(runs).isEqualTo(2);
        assertThat(out.toString(UTF_8))
                .startsWith("without the rule: a rule\n  rule  docs/x.md#y\n")
                .contains("\ntry 2 of 5:\n")
                .endsWith("\nLOST 1 order, as expected. With the rule: ./toystore lab scripted --seed 7 --correct\n");
    }

    @Test
    void saysThatNothingWasShown() throws Exception {
        assertThat(run(false, 2, number -> Optional.empty())).isEqualTo(1);
        assertThat(runs).isEqualTo(2);
        assertThat(out.toString(UTF_8)).endsWith("NOT SHOWN in 2 tries with seed 7\n");
    }

    @Test
    void saysThatAScheduleBrokeOff() throws Exception {
        Schedule broken = number -> {
            throw new IOException("nothing is held");
        };

        assertThat(run(false, 1, broken)).isEqualTo(1);
        assertThat(run(true, 1, broken)).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .contains("the schedule broke off: nothing is held\nNOT SHOWN in 1 try with seed 7\n")
                .endsWith("NOT FINISHED with seed 7: the promises were not checked\n");
    }

    @Test
    void runsAScheduleThatBrokeOffAgainWithTheRuleToo() throws Exception {
        int code = run(true, 5, number -> {
            if (number == 1) {
                throw new IOException("nothing is held");
            }
            return Optional.empty();
        });

        assertThat(code).isZero();
        assertThat(runs).isEqualTo(2);
        assertThat(out.toString(UTF_8))
                .contains("the schedule broke off: nothing is held\ntry 2 of 5:\n")
                .endsWith("KEPT: the p99 contains the stall. Without the rule: ./toystore lab scripted --seed 7\n");
    }

    @Test
    void runsOnceWithTheRuleAndReportsABrokenPromise() throws Exception {
        assertThat(run(true, 5, number -> Optional.empty())).isZero();
        assertThat(runs).isEqualTo(1);
        assertThat(out.toString(UTF_8))
                .startsWith("with the rule: a rule\n")
                .endsWith("KEPT: the p99 contains the stall. Without the rule: ./toystore lab scripted --seed 7\n");

        assertThat(run(true, 5, number -> Optional.of("STALE: 92 for sale"))).isEqualTo(3);
        assertThat(out.toString(UTF_8))
                .contains("BROKEN with the rule in place: STALE: 92 for sale; the p99 contains the stall");
    }

    @Test
    void refusesTriesOutOfBounds() {
        assertThatThrownBy(() -> run(false, 0, number -> Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--tries is 0; expected 1 to 100");
    }

    private int run(boolean correct, int tries, Schedule schedule) throws Exception {
        runs = 0;
        WeakMode scripted = new WeakMode() {
            @Override
            public String name() {
                return "scripted";
            }

            @Override
            public Rule rule() {
                return new Rule("a rule", "docs/x.md#y", "X.java", "XTest#x");
            }

            @Override
            public Optional<String> run(Experiment experiment) throws IOException {
                experiment.find("the p99 contains the stall");
                return schedule.run(++runs);
            }
        };
        PrintStream report = new PrintStream(out, true, UTF_8);
        return new WeakRun(Path.of("no-such-home"), scripted, 7, correct, tries, report).run();
    }
}

package toystore.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.lab.weak.WeakModes;
import toystore.lab.weak.WeakRun;
import toystore.system.Jars;

/** Each mode breaks what it says without its rule, and nothing with it. */
@Execution(ExecutionMode.CONCURRENT) // most of the time they wait for processes to start
class WeakModesIT {
    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final String DECISIVE = "  <- ";

    static Stream<String> modes() {
        return WeakModes.names().stream();
    }

    @ParameterizedTest
    @MethodSource("modes")
    void breaksAPromiseWithoutItsRule(String mode) throws Exception {
        List<String> report = run(mode, 1, false, WeakRun.AS_EXPECTED);

        assertThat(report.get(0)).startsWith("without the rule: ");
        assertThat(lastTry(report)).filteredOn(line -> line.contains(DECISIVE)).hasSize(1);
        assertThat(report.get(report.size() - 1))
                .matches("(LOST|OVERSOLD|DOUBLED|STALE|INVENTED|HIDDEN).*, as expected\\. With the rule: "
                        + "\\./toystore lab " + mode + " --correct");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void keepsAllPromisesWithItsRule(String mode) throws Exception {
        List<String> report = run(mode, 1, true, WeakRun.AS_EXPECTED);

        assertThat(report.get(0)).startsWith("with the rule: ");
        assertThat(lastTry(report)).filteredOn(line -> line.contains(DECISIVE)).hasSize(1);
        assertThat(report.get(report.size() - 1))
                .matches("KEPT: " + kept(mode) + "\\. Without the rule: \\./toystore lab " + mode);
    }

    private static String kept(String mode) {
        return mode.equals("closed-loop")
                ? "the open loop's p99, [0-9.]+ ms, contains the stall of 2 s"
                : "0 lost, 0 doubled, 0 oversold";
    }

    @Test
    void leavesNoProcessAndNoFileWhenASignalEndsIt(@TempDir Path folder) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path errors = folder.resolve("stderr");
        List<String> command = new ArrayList<>(Jars.command("lab", "lab", "no-force", "--home", HOME.toString()));
        command.add(1, "-Djava.io.tmpdir=" + temporary);
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        try {
            await().until(process.inputReader()::readLine, line -> line == null || line.matches(" +[0-9.]+  .*"));
            List<ProcessHandle> processes = process.descendants().toList();
            process.destroy();

            await().until(() -> !process.isAlive());
            assertThat(processes).hasSizeGreaterThan(2); // services, and the guard, which ends after this process
            await().until(() -> processes.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(temporary).isEmptyDirectory();
            assertThat(errors).isEmptyFile();
        } finally {
            process.destroyForcibly();
        }
    }

    /** With the first seed, a bit flips. */
    @ParameterizedTest
    @ValueSource(longs = {2, 3})
    void damagesTheLastLineInOtherWaysWithOtherSeeds(long seed) throws Exception {
        List<String> report = run("torn-tail", seed, false, WeakRun.AS_EXPECTED);

        assertThat(report.get(report.size() - 1)).startsWith(seed == 2 ? "LOST 1 order" : "DOUBLED 1 order");
    }

    /** A machine that is very busy may hide what a try should show. */
    private static List<String> lastTry(List<String> report) {
        int begin = 0;
        for (int i = 0; i < report.size(); i++) {
            begin = report.get(i).startsWith("try ") ? i : begin;
        }
        return report.subList(begin, report.size());
    }

    private static List<String> run(String mode, long seed, boolean correct, int expected) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = new WeakRun(
                        HOME,
                        WeakModes.require(mode),
                        seed,
                        correct,
                        WeakRun.DEFAULT_TRIES,
                        new PrintStream(out, true, UTF_8))
                .run();
        assertThat(code).as(out.toString(UTF_8)).isEqualTo(expected);
        return out.toString(UTF_8).lines().toList();
    }
}

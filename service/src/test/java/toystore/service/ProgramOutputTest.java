package toystore.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import toystore.common.Address;
import toystore.common.cli.Program;

/** Programs whose stdout cannot be written, each in a process of its own. */
class ProgramOutputTest {
    private static final Path FULL = Path.of("/dev/full");
    private static final String LOST =
            ": not all of the output could be written to stdout: the disk is full, or the reader has closed it\n";

    @TempDir
    Path folder;

    /** A program that prints something, and ends with the given exit code. */
    @Command(name = "printer", mixinStandardHelpOptions = true, version = "printer 1")
    static final class Printer implements Callable<Integer> {
        @Option(names = "--end", defaultValue = "0")
        private int end;

        @Option(names = "--buffered")
        private boolean buffered;

        public static void main(String[] args) {
            Program.main(new Printer(), args);
        }

        @Override
        public Integer call() {
            if (buffered) {
                System.out.print("no line feed, so it is not flushed");
            } else {
                System.out.println("hello");
            }
            return end;
        }
    }

    /** A service that only prints that it is ready. */
    @Command(name = "readyservice")
    static final class ReadyService implements Callable<Integer> {
        private final ServiceLifecycle lifecycle;

        private ReadyService(ServiceLifecycle lifecycle) {
            this.lifecycle = lifecycle;
        }

        public static void main(String[] args) {
            ServiceLifecycle.run("readyservice", ReadyService::new, args);
        }

        @Override
        public Integer call() throws Exception {
            return lifecycle.serve(new Address("127.0.0.1", 7), () -> System.err.println("closed"));
        }
    }

    @BeforeEach
    void assumeDeviceThatIsAlwaysFull() {
        assumeTrue(Files.exists(FULL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--end=0", "--buffered", "--help", "--version", "--end=1"})
    void aProgramReportsOutputThatCannotBeWritten(String flag) throws Exception {
        Process printer = start(Printer.class, FULL, flag);

        assertThat(printer.waitFor()).isEqualTo(Program.FAILED);
        assertThat(folder.resolve("stderr")).hasContent("printer" + LOST);
    }

    @Test
    void aFailureThatHasACodeOfItsOwnKeepsIt() throws Exception {
        assertThat(start(Printer.class, FULL, "--end=3").waitFor()).isEqualTo(3);
        assertThat(folder.resolve("stderr")).hasContent("printer" + LOST);
    }

    @Test
    void aProgramWhoseOutputIsWrittenPrintsNoError() throws Exception {
        assertThat(start(Printer.class, folder.resolve("stdout")).waitFor()).isZero();
        assertThat(folder.resolve("stdout")).hasContent("hello\n");
        assertThat(folder.resolve("stderr")).isEmptyFile();
    }

    @Test
    void aServiceEndsIfItCannotPrintThatItIsReady() throws Exception {
        Process readyservice = start(ReadyService.class, FULL);
        try {
            readyservice.waitFor();
        } finally {
            readyservice.destroyForcibly();
        }
        assertThat(readyservice.exitValue()).isEqualTo(Program.FAILED);
        assertThat(folder.resolve("stderr"))
                .content()
                .contains("readyservice" + LOST)
                .contains("closed\n");
    }

    private Process start(Class<?> main, Path stdout, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(stdout.toFile())
                .redirectError(folder.resolve("stderr").toFile())
                .start();
    }
}

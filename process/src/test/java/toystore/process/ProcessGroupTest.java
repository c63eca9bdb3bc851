package toystore.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessGroupTest {
    @TempDir
    Path folder;

    private final ProcessGroup group = new ProcessGroup();

    /** Says that it is ready and then waits. */
    static final class TestService {
        private TestService() {}

        public static void main(String[] args) throws IOException {
            System.out.println("ready test 127.0.0.1:9999");
            if (System.in.read() < 0) {
                System.exit(0);
            }
        }
    }

    @Test
    void leavesNoServiceWhenItIsClosedAndStartsNoneAfterThat() throws IOException {
        ServiceProcess service;
        try (group) {
            service = start(serviceCommand()).awaitReady();
            assertThat(service.address()).hasToString("127.0.0.1:9999");
            assertThat(service.startTime()).isPositive();
            group.checkAlive();
            assertThat(group.cpuTime()).isPositive();
        }

        assertThat(service.isAlive()).isFalse();
        assertThatThrownBy(() -> start(serviceCommand())).hasMessage("test is not started: this program is ending");
    }

    /** Starts two services, ends one, and prints the process ids of both. */
    static final class TestProgram {
        private TestProgram() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            Path log = Path.of(args[0]);
            ServiceProcess ended = ServiceProcess.start("test", ServiceProcess.java(command(TestService.class)), log);
            ended.awaitReady().kill();
            ServiceProcess left = ServiceProcess.start("test", ServiceProcess.java(command(TestService.class)), log);
            left.awaitReady().signal("STOP");
            System.out.println("services " + ended.pid() + " " + left.pid());
            if (System.in.read() < 0) {
                System.exit(0);
            }
        }
    }

    @Test
    void leavesNoServiceOfAProgramThatIsKilled() throws Exception {
        List<String> program = new ArrayList<>(command(TestProgram.class));
        program.add(folder.resolve("services").toString());
        ProcessHandle service;
        try (group) {
            ServiceProcess killed = start(program);
            String[] line = killed.readLine().split(" ", -1);
            assertThat(line[0]).isEqualTo("services");
            assertThat(ProcessHandle.of(Long.parseLong(line[1]))).isEmpty();
            service = ProcessHandle.of(Long.parseLong(line[2])).orElseThrow();
            assertThat(service.isAlive()).isTrue();

            killed.kill();
        }

        await().until(() -> !service.isAlive());
    }

    @Test
    void killsNoProcessOfWhichItKnowsThatItHasEnded() throws Exception {
        Process ended = new ProcessBuilder("sleep", "600").start(); // as if its id were used again
        Process left = new ProcessBuilder("sleep", "600").start();
        try {
            Process guard = new ProcessBuilder("sh", "-c", ProcessGuard.SCRIPT).start();
            try (Writer changes = guard.outputWriter(US_ASCII)) {
                changes.write("+ " + ended.pid() + "\n+ " + left.pid() + "\n- " + ended.pid() + "\n");
            }

            assertThat(guard.waitFor()).isZero();
            assertThat(left.waitFor()).isEqualTo(128 + 9);
            assertThat(ended.isAlive()).isTrue();
        } finally {
            ended.destroyForcibly();
            left.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "INT", "QUIT", "TERM"})
    void guardsAfterASignalOfTheTerminal(String signal) throws Exception {
        Process service = new ProcessBuilder("sleep", "600").start();
        try {
            // a shell may block SIGQUIT, as the threads of a JVM do, until it has run a command
            String script = ProcessGuard.SCRIPT.replaceFirst("\n", "\nenv true; kill -" + signal + " \\$\\$\n");
            Process guard = new ProcessBuilder("sh", "-c", script).start();
            try (Writer changes = guard.outputWriter(US_ASCII)) {
                changes.write("+ " + service.pid() + "\n");
            }

            assertThat(guard.waitFor()).isZero();
            assertThat(service.waitFor()).isEqualTo(128 + 9);
        } finally {
            service.destroyForcibly();
        }
    }

    @Test
    void saysWhyAServiceDidNotStart() throws IOException {
        try (group) {
            ServiceProcess service = start(List.of("-XX:NoSuchFlag"));

            assertThatThrownBy(service::awaitReady)
                    .hasMessageStartingWith("test did not start: ")
                    .hasMessageContaining("NoSuchFlag");
        }
    }

    @Test
    void reportsAServiceThatHasEnded() throws Exception {
        try (group) {
            assertThat(start(List.of("-XX:NoSuchFlag")).awaitExit()).isEqualTo(1);

            assertThatThrownBy(group::checkAlive)
                    .hasMessage("test has ended with exit code 1; it said: Error: A fatal exception has occurred."
                            + " Program will exit.");
        }
    }

    private ServiceProcess start(List<String> arguments) throws IOException {
        return group.start("test", ServiceProcess.java(arguments), folder.resolve("log"));
    }

    private static List<String> serviceCommand() {
        return command(TestService.class);
    }

    private static List<String> command(Class<?> main) {
        return List.of("-cp", System.getProperty("java.class.path"), main.getName());
    }
}

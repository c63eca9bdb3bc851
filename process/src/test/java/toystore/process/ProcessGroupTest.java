package toystore.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        String classPath = Path.of(TestService.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
        return List.of("-cp", classPath, TestService.class.getName());
    }
}

package toystore.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.common.Address;

class ChildrenTest {
    @TempDir
    Path folder;

    @Test
    void noneIsLeftWhenTheyAreClosedAndNoneIsStartedAfterThat() throws IOException {
        Children children = new Children();
        Address address;
        try (children) {
            RunningService echo = launch(children, "echo", BenchCluster.ceiling("echo", List.of()));
            echo.awaitReady();
            address = echo.address();
            try (Hop hop = new Hop(address)) {
                hop.exchange(SampleMessage.ORDER);
            }
            children.checkAlive();
            assertThat(children.cpuTimes().get(ProcessRole.CATALOG)).isGreaterThan(Duration.ZERO);
        }

        assertThatThrownBy(() -> new Socket(address.host(), address.port()).close())
                .isInstanceOf(ConnectException.class);
        assertThatThrownBy(() -> launch(children, "echo", BenchCluster.ceiling("echo", List.of())))
                .hasMessage("the bench is stopped");
    }

    @Test
    void oneThatDoesNotStartSaysWhy() throws IOException {
        try (Children children = new Children()) {
            RunningService child = launch(children, "frontend", List.of("-XX:NoSuchFlag"));

            assertThatThrownBy(child::awaitReady)
                    .hasMessageStartingWith("frontend did not start: ")
                    .hasMessageContaining("NoSuchFlag");
        }
    }

    @Test
    void oneThatHasEndedIsTold() throws Exception {
        try (Children children = new Children()) {
            launch(children, "frontend", List.of("-XX:NoSuchFlag")).awaitEnd();

            assertThatThrownBy(children::checkAlive)
                    .hasMessage("frontend has ended with exit code 1; it said: Error: A fatal exception has occurred."
                            + " Program will exit.");
        }
    }

    private RunningService launch(Children children, String program, List<String> arguments) throws IOException {
        return children.launch(ProcessRole.CATALOG, program, arguments, folder.resolve("log"));
    }
}

package toystore.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SessionThreadsTest {
    private static final boolean HAS_VIRTUAL = Runtime.version().feature() >= 21;

    private final SessionThreads.Converter flag = new SessionThreads.Converter();

    @Test
    void readsANumberOfPlatformThreads() {
        SessionThreads threads = flag.convert("10");

        assertThat(threads.max()).isEqualTo(10);
        assertThat(threads.connections()).as("calls to one service at once").isEqualTo(8);
        assertThat(flag.convert("2").connections()).isEqualTo(1);
        assertThat(flag.convert("1").connections()).isEqualTo(1);
        assertThat(threads.factory().newThread(() -> {}).getName()).isEqualTo("frontend-session-1");
    }

    @Test
    void readsVirtualWhereTheJvmHasVirtualThreads() throws Exception {
        assumeTrue(HAS_VIRTUAL, "this JVM has no virtual threads");
        SessionThreads threads = flag.convert("virtual");
        CompletableFuture<String> seen = new CompletableFuture<>();

        threads.factory()
                .newThread(() -> seen.complete(Thread.currentThread().toString()))
                .start();

        assertThat(seen.get()).startsWith("VirtualThread[").contains("frontend-session-1");
        assertThat(threads.max()).isBetween(1, 10_000);
        assertThat(threads.connections()).isLessThanOrEqualTo(200);
    }

    @Test
    void refusesVirtualWhereTheJvmHasNone() {
        assumeTrue(!HAS_VIRTUAL, "this JVM has virtual threads");

        assertThatThrownBy(() -> flag.convert("virtual"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("virtual threads need a JVM of version 21 or newer; this is " + Runtime.version());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "201", "-1", "", "ten", "Virtual", "99999999999"})
    void namesTheAllowedValues(String text) {
        assertThatThrownBy(() -> flag.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("it is \"" + text + "\"; expected 1 to 200, or virtual");
    }
}

package toystore.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads logs of all format versions. Never change their files. */
class GoldenLogTest {
    @TempDir
    Path folder;

    @Test
    void readsFormat3() throws Exception {
        golden("format-3", "orders-00000000000000000001.log");
        golden("format-3", "orders-00000000000000000001.index");
        golden("format-3", "orders-00000000000000000003.log");

        assertThat(SparseIndex.read(folder.resolve("orders-00000000000000000001.index"), 206, 2))
                .as("the index file as well")
                .isNotNull();
        try (AppendLog log = Logs.open(folder, 1 << 20)) {
            assertThat(log.id()).isEqualTo("6f1c2f0e-53a8-4a55-9a0f-2b7f64f0a4d1");
            assertThat(log.last()).isEqualTo(3);
            assertThat(Logs.read(log, 1)).isEqualTo("{\"n\":1,\"text\":\"first\"}");
            assertThat(Logs.read(log, 2)).isEqualTo("{\"n\":2,\"text\":\"Zweite 🧸\"}");
            assertThat(Logs.read(log, 3)).isEqualTo("{\"n\":3,\"text\":\"after the seal\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void refusesOlderFormats(int format) throws Exception {
        Path file = golden("format-" + format, "orders-00000000000000000001.log");
        String message = file + " at byte 0: the line is of a log format before 3, which is not read any more";

        assertThatThrownBy(() -> Logs.open(folder, 1 << 20))
                .isInstanceOf(DamagedLogException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> LogReader.scan(folder, "orders", entry -> {})).hasMessage(message);
    }

    private Path golden(String format, String name) throws IOException {
        try (InputStream in = GoldenLogTest.class.getResourceAsStream("/golden/" + format + "/" + name)) {
            Path file = folder.resolve(name);
            Files.copy(in, file);
            return file;
        }
    }
}

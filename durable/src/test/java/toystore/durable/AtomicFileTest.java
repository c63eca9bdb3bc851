package toystore.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void replacesTheContents() throws Exception {
        Path file = folder.resolve("catalog.json");

        AtomicFile.replace(file, out -> out.write(new byte[200_000]));
        assertThat(file).hasSize(200_000);
        AtomicFile.replace(file, out -> out.write('x'));

        assertThat(file).hasContent("x");
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void keepsTheOldContentsWhenTheNewOnesCannotBeWritten() throws Exception {
        Path file = folder.resolve("catalog.json");
        Files.writeString(file, "old");

        assertThatThrownBy(() -> AtomicFile.replace(file, out -> {
                    out.write('n');
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");

        assertThat(file).hasContent("old");
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
    }

    @Test
    void ignoresATemporaryFileThatACrashLeft() throws Exception {
        Path file = folder.resolve("catalog.json");
        Files.writeString(folder.resolve("catalog.json.tmp"), "half of something that was longer");

        AtomicFile.replace(file, out -> out.write('x'));

        assertThat(file).hasContent("x");
    }
}

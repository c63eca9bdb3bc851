package toystore.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.tls.ReloadedFiles;

/** Values that are made from files again. The value here is the text of a file, which must not be "bad". */
class ReloadedFilesTest {
    @TempDir
    private Path folder;

    private Path file;
    private ReloadedFiles<String> value;
    private boolean acceptsAll;

    @BeforeEach
    void open() throws IOException {
        file = Files.writeString(folder.resolve("file"), "first");
        value = ReloadedFiles.open(List.of(file), this::load);
    }

    private String load() throws IOException {
        String text = Files.readString(file);
        if (text.equals("bad") && !acceptsAll) {
            throw new IOException("the file is bad");
        }
        return text;
    }

    @Test
    void noticesContentOfTheSameLengthAndTime() throws Exception {
        assertThat(value.check()).isFalse();
        var time = Files.getLastModifiedTime(file);

        Files.writeString(file, "other");
        Files.setLastModifiedTime(file, time);

        assertThat(value.check()).isTrue();
        assertThat(value.current()).isEqualTo("other");
        assertThat(value.check()).isFalse();
    }

    @Test
    void keepsTheLastValidValue() throws Exception {
        Files.writeString(file, "bad");
        assertThat(value.check()).isFalse();
        assertThat(value.current()).isEqualTo("first");

        Files.delete(file);
        assertThat(value.check()).isFalse();
        assertThat(value.current()).isEqualTo("first");

        Files.writeString(file, "second");
        assertThat(value.check()).isTrue();
        assertThat(value.current()).isEqualTo("second");
    }

    @Test
    void usesRefusedContentOnceItIsValid() throws Exception {
        Files.writeString(file, "bad");
        assertThat(value.check()).isFalse();

        acceptsAll = true;

        assertThat(value.check()).isTrue();
        assertThat(value.current()).isEqualTo("bad");
        assertThat(value.check()).isFalse();
    }

    @Test
    void refusesToOpenWithContentThatIsNotValid() throws Exception {
        Files.writeString(file, "bad");

        assertThatThrownBy(() -> ReloadedFiles.open(List.of(file), this::load)).hasMessage("the file is bad");
    }
}

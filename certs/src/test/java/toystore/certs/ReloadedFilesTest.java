package toystore.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
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
    void logsTheNamesOfTheFiles() throws Exception {
        Path second = Files.writeString(folder.resolve("second"), "other");
        ReloadedFiles<String> two = ReloadedFiles.open(List.of(file, second), this::load);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger logger = (Logger) LoggerFactory.getLogger(ReloadedFiles.class);
        logger.addAppender(lines);
        try {
            Files.writeString(file, "bad");
            two.check();
            Files.writeString(file, "good");
            two.check();
        } finally {
            logger.detachAppender(lines);
        }

        String names = file + ", " + second;
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        names + " changed and are not used; the previous content stays in use: the file is bad",
                        names + " changed and are in use now");
    }

    @Test
    void refusesToOpenWithContentThatIsNotValid() throws Exception {
        Files.writeString(file, "bad");

        assertThatThrownBy(() -> ReloadedFiles.open(List.of(file), this::load)).hasMessage("the file is bad");
    }
}

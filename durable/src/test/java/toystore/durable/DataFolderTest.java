package toystore.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void makesTheFolder() throws Exception {
        Path data = folder.resolve("a/b");

        DataFolder.take(data, "orders").close();

        assertThat(data).isDirectory();
    }

    @Test
    void keepsASecondProcessOfTheSameServiceOut() throws Exception {
        DataFolder first = DataFolder.take(folder, "orders");

        assertThatThrownBy(() -> DataFolder.take(folder, "orders"))
                .hasMessageContaining(folder + " is in use by another orders process");
        DataFolder.take(folder, "catalog").close();

        first.close();
        DataFolder.take(folder, "orders").close();
    }

    @Test
    void saysThatAFileIsNoFolder() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> DataFolder.take(file, "orders")).hasMessage(file + " is not a folder");
    }
}

package toystore.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.durable.testing.FaultyStorage;

class DataFolderTest {
    @TempDir
    Path folder;

    @Test
    void makesTheFolderSoThatAPowerCutLeavesIt() throws Exception {
        FaultyStorage disk = new FaultyStorage();

        DataFolder.take(disk, folder.resolve("a/b"), "orders").close();

        assertThat(folder.resolve("a/b")).isDirectory();
        assertThat(disk.forcedFolders()).containsExactly(folder, folder.resolve("a"));
    }

    @Test
    void keepsASecondProcessOfTheSameServiceOut() throws Exception {
        DataFolder first = DataFolder.take(Storage.DISK, folder, "orders");

        assertThatThrownBy(() -> DataFolder.take(Storage.DISK, folder, "orders"))
                .hasMessageContaining(folder + " is in use by another orders process");
        DataFolder.take(Storage.DISK, folder, "catalog").close();

        first.close();
        DataFolder.take(Storage.DISK, folder, "orders").close();
    }

    @Test
    void saysThatAFileIsNoFolder() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> DataFolder.take(Storage.DISK, file, "orders")).hasMessage(file + " is not a folder");
    }
}

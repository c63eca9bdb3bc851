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
    void createsTheFolderSoThatItSurvivesAPowerCut() throws Exception {
        FaultyStorage disk = new FaultyStorage();

        DataFolder.take(disk, folder.resolve("a/b"), "orders").close();

        assertThat(folder.resolve("a/b")).isDirectory();
        assertThat(disk.forcedFolders()).endsWith(folder, folder.resolve("a"));
    }

    @Test
    void forcesTheFolderAboveAnExistingFolder() throws Exception {
        FaultyStorage disk = new FaultyStorage();

        DataFolder.take(disk, Files.createDirectory(folder.resolve("made")), "orders")
                .close();

        assertThat(disk.forcedFolders()).containsExactly(folder);
    }

    /** Closing a second channel of a locked file releases its lock: POSIX has one lock for the process. */
    @Test
    void keepsItsLockWhenItIsTakenAgainInTheSameProcess() throws Exception {
        DataFolder first = DataFolder.take(Storage.DISK, folder, "orders");
        assertThatThrownBy(() -> DataFolder.take(Storage.DISK, folder, "orders"))
                .hasMessageContaining("is in use by another orders process");

        assertThat(canBeLockedByAnotherProcess(folder.resolve("orders.lock"))).isFalse();

        first.close();
        assertThat(canBeLockedByAnotherProcess(folder.resolve("orders.lock"))).isTrue();
    }

    private static boolean canBeLockedByAnotherProcess(Path file) throws Exception {
        Path program = file.resolveSibling("Lock.java");
        Files.writeString(program, """
                import java.nio.channels.FileChannel;
                import java.nio.file.Path;
                import java.nio.file.StandardOpenOption;

                public class Lock {
                    public static void main(String[] args) throws Exception {
                        FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
                        System.exit(channel.tryLock() == null ? 1 : 0);
                    }
                }
                """);
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(java, program.toString(), file.toString())
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void refusesTheFolderToASecondProcessOfTheSameService() throws Exception {
        DataFolder first = DataFolder.take(Storage.DISK, folder, "orders");

        assertThatThrownBy(() -> DataFolder.take(Storage.DISK, folder, "orders"))
                .hasMessageContaining(folder + " is in use by another orders process");
        DataFolder.take(Storage.DISK, folder, "catalog").close();

        first.close();
        DataFolder.take(Storage.DISK, folder, "orders").close();
    }

    @Test
    void namesItsProcessInTheLockFile() throws Exception {
        Files.writeString(folder.resolve("orders.lock"), "1234567 of a process that has ended\n");

        DataFolder.take(Storage.DISK, folder, "orders").close();

        assertThat(folder.resolve("orders.lock"))
                .hasContent(Long.toString(ProcessHandle.current().pid()));
    }

    @Test
    void refusesAFileInPlaceOfAFolder() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> DataFolder.take(Storage.DISK, file, "orders")).hasMessage(file + " is not a folder");
    }
}

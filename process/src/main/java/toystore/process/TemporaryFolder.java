package toystore.process;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A new folder that is removed with its contents when it is closed. */
public final class TemporaryFolder implements Closeable {
    private final Path path;

    private TemporaryFolder(Path path) {
        this.path = path;
    }

    /**
     * Makes a folder.
     *
     * @param parent null for the system's folder of temporary files
     * @param prefix begins the name
     */
    public static TemporaryFolder create(Path parent, String prefix) throws IOException {
        return new TemporaryFolder(
                parent == null ? Files.createTempDirectory(prefix) : Files.createTempDirectory(parent, prefix));
    }

    /** Makes a folder with this name. */
    public static TemporaryFolder in(Path parent, String name) throws IOException {
        return new TemporaryFolder(Files.createDirectory(parent.resolve(name)));
    }

    public Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}

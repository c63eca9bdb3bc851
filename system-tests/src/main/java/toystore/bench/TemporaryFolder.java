package toystore.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** A folder that is gone afterwards, with all that is in it. */
final class TemporaryFolder implements Closeable {
    private static final String NAME = "toystore-bench";

    private final Path path;

    /** One where the system has such folders. */
    TemporaryFolder() throws IOException {
        path = Files.createTempDirectory(NAME);
    }

    /** One in a folder that is there. */
    TemporaryFolder(Path parent) throws IOException {
        path = Files.createTempDirectory(parent, NAME);
    }

    Path path() {
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

package toystore.db.copy;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import toystore.common.cli.Program;
import toystore.common.cli.Version;
import toystore.sql.DatabaseFlags;
import toystore.sql.DatabaseUrl;

/** Writes a store as JSON lines. */
@Command(
        name = "export",
        description = "Writes a store as JSON lines: from the files of a store that does not run, or from a database.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the whole store was copied",
            "1:it could not be read or written, or --file exists; no incomplete --file is left",
            "2:a flag is wrong"
        })
public final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER = 64 << 10;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_DATA:-data}",
            description = "Folder of the store's files, if there is no --db (TOYSTORE_DATA; now ${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--file", paramLabel = "FILE", description = "New file for the lines; without it, stdout.")
    private Path file;

    @Mixin
    private DatabaseFlags database;

    @Override
    public Integer call() throws IOException {
        Optional<DatabaseUrl> url = database.url();
        CopySource source = url.isPresent() ? DatabaseSource.open(url.get()) : FileSource.open(data);
        try (source) {
            if (file == null) {
                export(source, new FileOutputStream(FileDescriptor.out));
            } else {
                exportToFile(source);
            }
        }
        return Program.OK;
    }

    private void exportToFile(CopySource source) throws IOException {
        OutputStream out = create(file);
        try (out) {
            export(source, out);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file); // it is not complete
            throw e;
        }
    }

    private static OutputStream create(Path file) throws IOException {
        try {
            return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(file + " exists already; expected a new file", e);
        }
    }

    private static void export(CopySource source, OutputStream unbuffered) throws IOException {
        OutputStream out = new BufferedOutputStream(unbuffered, BUFFER);
        source.read(new CopyProgress(new CopyWriter(out), "export", System.err));
        out.flush();
    }
}

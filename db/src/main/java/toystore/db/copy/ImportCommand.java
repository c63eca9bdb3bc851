package toystore.db.copy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import toystore.common.cli.Program;
import toystore.common.cli.Version;
import toystore.sql.DatabaseFlags;
import toystore.sql.DatabaseUrl;

/** Fills an empty store from JSON lines. */
@Command(
        name = "import",
        description = "Reads the JSON lines of an export into an empty store: a data folder without one, or a database"
                + " without orders. All or nothing; then audits it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the whole store was copied",
            "1:it failed; nothing was imported, unless the message is about the commit or a lost connection: see db"
                    + " status",
            "2:a flag is wrong"
        })
public final class ImportCommand implements Callable<Integer> {
    private static final int BUFFER = 64 << 10;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_DATA:-data}",
            description = "Folder for the store's files, if there is no --db (TOYSTORE_DATA; now ${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--file", paramLabel = "FILE", description = "File with the lines; without it, stdin.")
    private Path file;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_KEYS:-1000000}",
            description = "Number of orders whose keys the service remembers, for the audit of files (TOYSTORE_KEYS;"
                    + " now ${DEFAULT-VALUE}).")
    private int keys;

    @Mixin
    private DatabaseFlags database;

    @Override
    public Integer call() throws IOException {
        Optional<DatabaseUrl> url = database.url();
        if (file != null && Files.isDirectory(file)) {
            throw new IOException(file + " is a folder; expected a file");
        }
        InputStream in = new BufferedInputStream(file == null ? System.in : Files.newInputStream(file), BUFFER);
        try (in) {
            CopyTarget target = url.isPresent()
                    ? DatabaseTarget.open(url.get(), System.out)
                    : FileTarget.open(data, keys, System.out);
            try (target) {
                new CopyReader(in, file == null ? "stdin" : file.toString())
                        .read(new CopyProgress(target, "import", System.err));
            }
        }
        return Program.OK;
    }
}

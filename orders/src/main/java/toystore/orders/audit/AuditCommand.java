package toystore.orders.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import toystore.common.cli.Program;
import toystore.common.cli.Version;
import toystore.sql.DatabaseFlags;
import toystore.sql.DatabaseUrl;

/** The command line of the {@link Audit}, and of the {@link DatabaseAudit}. */
@Command(
        name = "audit",
        description =
                "Reads every file of a store, or every row of one in a database, running or not, and checks that they"
                        + " agree. Changes nothing.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:no difference was found",
            "1:a difference was found, or a file or the database could not be read",
            "2:a flag is wrong, or the folder has no store"
        })
public final class AuditCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${env:TOYSTORE_DATA:-data}",
            description = "Folder of the store's files (TOYSTORE_DATA; now ${DEFAULT-VALUE}).")
    private Path data;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "${env:TOYSTORE_KEYS:-1000000}",
            description = "Number of orders whose keys the service remembers: a key with two orders within them is an"
                    + " order placed twice (TOYSTORE_KEYS; now ${DEFAULT-VALUE}).")
    private int keys;

    @Mixin
    private DatabaseFlags database;

    @Option(names = "--all", description = "Print every product, however many there are.")
    private boolean all;

    @Override
    public Integer call() throws IOException {
        CommandLine service = spec.commandLine().getParent();
        if (service != null && !service.getParseResult().matchedOptions().isEmpty()) {
            throw new ParameterException(spec.commandLine(), "the flags of the audit come after the word audit");
        }
        Optional<DatabaseUrl> url = database.url();
        boolean sound = url.isPresent()
                ? DatabaseAudit.run(url.get(), System.out, all)
                : new Audit(new Audit.Options(data, keys, all), System.out).run();
        return sound ? Program.OK : Program.FAILED;
    }
}

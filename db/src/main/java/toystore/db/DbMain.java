package toystore.db;

import picocli.CommandLine.Command;
import toystore.common.cli.Version;

/** The command line for a store in a database. */
@Command(
        name = "db",
        description = "Prepares, checks and copies a store in a database.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class DbMain {
    private DbMain() {}
}

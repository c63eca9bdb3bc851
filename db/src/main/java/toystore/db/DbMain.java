package toystore.db;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import toystore.catalog.CatalogArchive;
import toystore.common.cli.Program;
import toystore.common.cli.Version;
import toystore.db.copy.ExportCommand;
import toystore.db.copy.ImportCommand;
import toystore.db.local.LocalCommand;
import toystore.orders.audit.DatabaseAudit;
import toystore.sql.Database;
import toystore.sql.DatabaseFlags;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;
import toystore.wire.message.Product;

/** The command line for a store in a database. */
@Command(
        name = "db",
        description = "Prepares, checks and copies a store in a database.",
        mixinStandardHelpOptions = true,
        subcommands = {ExportCommand.class, ImportCommand.class, LocalCommand.class},
        versionProvider = Version.class)
public final class DbMain implements Callable<Integer> {
    private static final String COMMANDS = "init, upgrade, status, audit, export, import or local";

    private final Schema schema = new Schema();

    @Spec
    private CommandSpec spec;

    DbMain() {}

    public static void main(String[] args) {
        Program.main(new DbMain(), args);
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "expected a command: " + COMMANDS);
    }

    /** Creates the tables. */
    @Command(
            name = "init",
            description = "Creates the tables of a store and its products. A store that is there stays as it is.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    Integer init(
            @Mixin DatabaseFlags flags,
            @Option(
                            names = "--catalog",
                            paramLabel = "FILE",
                            description = "Starting catalog, as data/toys.json is one; without it, the one in the"
                                    + " program.")
                    Path catalog,
            @Option(
                            names = "--price-digits",
                            paramLabel = "N",
                            defaultValue = "${env:TOYSTORE_PRICE_DIGITS:-2}",
                            description = "Digits that a price may have after the point, 0 to 4 (TOYSTORE_PRICE_DIGITS;"
                                    + " now ${DEFAULT-VALUE}).")
                    int priceDigits)
            throws IOException {
        List<Product> products = CatalogArchive.startingCatalog(catalog, priceDigits);
        return run(flags.required(), (connection, database) -> {
            Optional<Schema.Store> made = schema.init(connection, products);
            Schema.Store store = schema.require(connection, database);
            System.out.println(
                    made.isPresent()
                            ? "made a store with " + products.size() + " products in " + database
                            : database + " has a store already: " + store.id());
        });
    }

    /** Changes the tables to those of this release. */
    @Command(
            name = "upgrade",
            description = "Changes the tables of a store to those that this release needs. Stop all cells before.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    Integer upgrade(@Mixin DatabaseFlags flags) throws IOException {
        return run(flags.required(), (connection, database) -> {
            int before = schema.upgrade(connection, database).version();
            System.out.println(
                    before == schema.version()
                            ? database + " has version " + before + " of the tables, as this release needs"
                            : "changed the tables from version " + before + " to " + schema.version() + " in "
                                    + database);
        });
    }

    /** Prints what is in the database. */
    @Command(
            name = "status",
            description = "Prints the server, its standbys, and the store. Exit code 1 if this release cannot use it.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    Integer status(@Mixin DatabaseFlags flags) throws IOException {
        return run(flags.required(), (connection, database) -> {
            try (Statement statement = connection.createStatement()) {
                System.out.println(database + ": " + connection.getMetaData().getDatabaseProductName() + " "
                        + text(statement, "select current_setting('server_version')"));
                System.out.println("standbys: " + text(statement, "select count(*) from pg_stat_replication")
                        + ", a commit waits for: "
                        + text(
                                statement,
                                "select coalesce(nullif(current_setting('synchronous_standby_names', true), ''),"
                                        + " 'none')"));
                schema.find(connection)
                        .ifPresent(store -> System.out.println(
                                "store: " + store.id() + ", version " + store.version() + " of the tables"));
                schema.require(connection, database);
                System.out.println("products: " + text(statement, "select count(*) from products") + ", orders: "
                        + text(statement, "select n from counter"));
            }
        });
    }

    /** Checks what is in the database. */
    @Command(
            name = "audit",
            description = "Reads every row of a store, running or not, and checks that they agree. Changes nothing.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    Integer audit(
            @Mixin DatabaseFlags flags,
            @Option(names = "--all", description = "Print every product, however many there are.") boolean all)
            throws IOException {
        return DatabaseAudit.run(flags.required(), System.out, all) ? Program.OK : Program.FAILED;
    }

    private interface Work {
        void run(Connection connection, String database) throws IOException, SQLException;
    }

    private static Integer run(DatabaseUrl url, Work work) throws IOException {
        Connection connection = Database.connect(url);
        try (connection) {
            work.run(connection, "the database at " + url.servers());
            return Program.OK;
        } catch (SQLException e) {
            throw Database.failure(url, e);
        }
    }

    private static String text(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}

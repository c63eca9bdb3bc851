package toystore.db.local;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
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
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.postgres.NodeStatus;
import toystore.postgres.NodeStatus.Role;
import toystore.postgres.PostgresNode;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;
import toystore.wire.message.Product;

/** The command line for a throw-away PostgreSQL in the data folder. Its servers run on after the command. */
@Command(
        name = "local",
        description =
                "Runs a throw-away PostgreSQL on this machine, for trying out: one node, or three that replicate.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class LocalCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "expected a command: start, stop, status or failover");
    }

    /** Starts what does not run. */
    @Command(
            name = "start",
            description =
                    "Starts it; a new one gets the tables of a store, and the products of toys.json in the data folder,"
                            + " or else those in the program. Nodes that run are left alone; an"
                            + " old primary that was replaced becomes a standby.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:all nodes run, also if they ran before",
                "1:a node could not be started, or the database not be made",
                "2:a flag is wrong",
            })
    Integer start(
            @Mixin DataFolder data,
            @Option(
                            names = "--nodes",
                            paramLabel = "N",
                            description = "Nodes of a new database: 1 (the default), or 3, of which any one may fail.")
                    Integer nodes,
            @Option(
                            names = "--price-digits",
                            paramLabel = "N",
                            defaultValue = "${env:TOYSTORE_PRICE_DIGITS:-2}",
                            description = "Digits that a price in toys.json may have after the point"
                                    + " (TOYSTORE_PRICE_DIGITS; now ${DEFAULT-VALUE}).")
                    int priceDigits)
            throws IOException {
        List<Product> products = data.startingCatalog(priceDigits);
        FileChannel lock = data.lock();
        try (lock) {
            LocalCluster cluster = data.exists() ? data.open() : data.create(nodes == null ? 1 : nodes);
            int existing = cluster.nodes().size();
            if (nodes != null && nodes != existing) {
                throw new IllegalArgumentException("--nodes is " + nodes + ", but the database in " + data.folder()
                        + " has " + existing + "; stop --delete removes it with all its orders");
            }
            cluster.start();
            createStore(cluster, products);
            print(cluster, System.out);
            System.out.println("The database runs: " + withoutPassword(cluster.url()));
            System.out.println(
                    "Its URL with the password is in " + data.folder().resolve("url"));
        }
        return Program.OK;
    }

    /** Creates the tables and the products, unless they are there. */
    private static void createStore(LocalCluster cluster, List<Product> products) throws IOException {
        DatabaseUrl url = DatabaseUrl.parse(cluster.url());
        try (Connection connection = Database.connect(url)) {
            new Schema().init(connection, products);
        } catch (SQLException e) {
            throw Database.failure(url, e);
        }
    }

    /** Stops all nodes. */
    @Command(
            name = "stop",
            description = "Stops it. Its orders are kept for the next start; --delete deletes them.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:no node runs, also if none ran before or there is no database",
                "1:a node could not be stopped, or the database not be deleted",
                "2:a flag is wrong",
            })
    Integer stop(
            @Mixin DataFolder data,
            @Option(names = "--delete", description = "Also delete it, with all its orders.") boolean delete)
            throws IOException {
        if (!data.exists()) {
            System.out.println("there is no database in " + data.folder());
            return Program.OK;
        }
        FileChannel lock = data.lock();
        try (lock) {
            LocalCluster cluster = data.open();
            List<String> running = cluster.nodes().stream()
                    .filter(PostgresNode::isRunning)
                    .map(PostgresNode::name)
                    .toList();
            if (delete) {
                cluster.delete();
                System.out.println("deleted " + data.folder());
            } else {
                cluster.stop();
                System.out.println(
                        running.isEmpty()
                                ? "no node runs in " + data.folder()
                                : "stopped " + String.join(", ", running));
            }
        }
        return Program.OK;
    }

    /** Prints what each node is. */
    @Command(
            name = "status",
            description = "Prints role, address and process id of each node.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:all nodes run",
                "1:one does not run or does not respond, or there is no database",
                "2:a flag is wrong",
            })
    Integer status(@Mixin DataFolder data) throws IOException {
        if (!data.exists()) {
            System.out.println("there is no database in " + data.folder());
            return Program.FAILED;
        }
        LocalCluster cluster = data.open();
        boolean complete = print(cluster, System.out);
        advice(cluster).ifPresent(System.out::println);
        return complete ? Program.OK : Program.FAILED;
    }

    /** What to do if there is no primary that works. */
    private static Optional<String> advice(LocalCluster cluster) throws IOException {
        List<NodeStatus> nodes = cluster.status();
        if (nodes.stream().anyMatch(node -> node.role() == Role.PRIMARY)) {
            return Optional.empty();
        }
        PostgresNode primary = cluster.primary();
        String problem = "no primary: "
                + (primary.isRunning()
                        ? primary.name() + " runs, but does not respond"
                        : "./toystore db local start starts " + primary.name() + " again");
        boolean standbys = nodes.stream().anyMatch(node -> node.role() == Role.STANDBY);
        return Optional.of(standbys ? problem + "; ./toystore db local failover promotes a standby" : problem);
    }

    /** Replaces the primary. */
    @Command(
            name = "failover",
            description = "Makes the standby that is further on the primary, and the old primary a standby. The old"
                    + " primary may be dead or frozen; no acknowledged order is lost.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:a standby is the primary now",
                "1:there is no standby that may be promoted, or no database",
                "2:a flag is wrong",
            })
    Integer failover(@Mixin DataFolder data) throws IOException {
        if (!data.exists()) {
            throw new IOException("there is no database in " + data.folder());
        }
        FileChannel lock = data.lock();
        try (lock) {
            LocalCluster cluster = data.open();
            PostgresNode old = cluster.primary();
            PostgresNode chosen = cluster.failOver();
            System.out.println(chosen.name() + " is the primary");
            old.rejoin(chosen);
            print(cluster, System.out);
        }
        return Program.OK;
    }

    /** Prints a line for each node; returns whether all run. */
    private static boolean print(LocalCluster cluster, PrintStream out) {
        boolean complete = true;
        for (NodeStatus status : cluster.status()) {
            boolean runs = status.role() == Role.PRIMARY || status.role() == Role.STANDBY;
            complete &= runs;
            out.println(String.format(
                            Locale.ROOT,
                            "%-4s %-8s %-16s %-10s %s",
                            status.node().name(),
                            status.role().name().toLowerCase(Locale.ROOT),
                            status.node().address(),
                            status.pid().isPresent() ? "pid " + status.pid().getAsLong() : "",
                            status.synchronous() ? "synchronous" : "")
                    .stripTrailing());
        }
        return complete;
    }

    private static String withoutPassword(String url) {
        return url.replaceAll("&password=[^&]*", "");
    }

    /** Where the database is. */
    static final class DataFolder {
        @Option(
                names = "--data",
                paramLabel = "DIR",
                defaultValue = "${env:TOYSTORE_DATA:-data}",
                description = "Data folder; the database is in its folder db (TOYSTORE_DATA; now ${DEFAULT-VALUE}).")
        private Path data;

        Path folder() {
            return data.toAbsolutePath().normalize().resolve("db");
        }

        /** The products of toys.json in the data folder, or else those in the program. */
        List<Product> startingCatalog(int priceDigits) throws IOException {
            Path toys = folder().resolveSibling("toys.json");
            return CatalogArchive.startingCatalog(Files.exists(toys) ? toys : null, priceDigits);
        }

        boolean exists() {
            return LocalCluster.exists(folder());
        }

        LocalCluster open() throws IOException {
            return LocalCluster.open(folder(), null);
        }

        LocalCluster create(int nodes) throws IOException {
            if (nodes != 1 && nodes != 3) {
                throw new IllegalArgumentException("--nodes is " + nodes + "; expected 1 or 3");
            }
            return LocalCluster.create(folder(), ClusterOptions.durable(nodes));
        }

        /** Waits until no other command changes the database, and keeps others waiting until the channel is closed. */
        FileChannel lock() throws IOException {
            Path parent = Files.createDirectories(folder().getParent());
            FileChannel channel =
                    FileChannel.open(parent.resolve("db.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.lock();
            return channel;
        }
    }
}

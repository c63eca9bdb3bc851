package toystore.lab.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import toystore.client.http.Origin;
import toystore.common.ResourceStack;
import toystore.lab.shoppers.LabRun;
import toystore.lab.shoppers.Violations;
import toystore.lab.shoppers.Violations.Kind;
import toystore.lab.store.LabCatalog;
import toystore.lab.store.LabStore;
import toystore.lab.store.LabStore.Service;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.postgres.NodeStatus;
import toystore.postgres.PostgresNode;
import toystore.process.TemporaryFolder;
import toystore.sql.Database;
import toystore.sql.DatabaseUrl;
import toystore.sql.Schema;
import toystore.wire.message.Product;

/**
 * The store that a chaos run breaks: one on files, or cells on one database of their own. Thread-safe.
 *
 * <pre>
 *   toystore-chaos-…/cell-1   the folder of a LabStore
 *                    cell-2
 *                    db       that of the LocalCluster
 * </pre>
 *
 * <p>A store on files has just the folder of a LabStore.
 */
final class ChaosStore implements Closeable {
    private static final List<Service> ALL = List.of(Service.values());
    private static final Duration STANDBYS_TIMEOUT = Duration.ofSeconds(60);
    private static final String NODE = "n";

    private final Path folder;
    private final List<LabStore> cells;
    private final LocalCluster database; // null for files
    private final FaultyNetwork network; // null for none
    private final TemporaryFolder temporary; // null for files

    /** A store whose database runs, and whose services are not started yet. */
    ChaosStore(ChaosConfig config) throws IOException {
        LabCatalog catalog = new LabCatalog();
        if (!config.hasDatabase()) {
            temporary = null;
            network = null;
            database = null;
            cells = List.of(new LabStore(config.home(), catalog, config.tls(), Map.of()));
            folder = cells.get(0).folder();
            return;
        }
        LabStore.jars(config.home()); // before a database is made for nothing
        ChaosPlan.Parts parts = config.parts();
        try (ResourceStack opened = new ResourceStack()) {
            temporary = opened.add(TemporaryFolder.create(null, "toystore-chaos-"));
            folder = temporary.path();
            Files.setPosixFilePermissions(
                    folder, PosixFilePermissions.fromString("rwx--x--x")); // for PostgreSQL's user
            network = parts.network() ? FaultyNetwork.open(parts.cells(), parts.nodes()) : null;
            database = opened.add(LocalCluster.createForThisProgram(folder.resolve("db"), options(parts)));
            createTables(catalog);
            cells = new ArrayList<>();
            for (int cell = 0; cell < parts.cells(); cell++) {
                Map<String, String> settings = Map.of("TOYSTORE_DB", url(cell));
                cells.add(opened.add(new LabStore(
                        config.home(), catalog, config.tls(), settings, TemporaryFolder.in(folder, name(cell)))));
            }
            opened.release();
        }
    }

    private static ClusterOptions options(ChaosPlan.Parts parts) {
        List<String> hosts = new ArrayList<>(List.of("127.0.0.1"));
        if (parts.network()) {
            for (int cell = 0; cell < parts.cells(); cell++) {
                int number = cell;
                IntStream.rangeClosed(1, parts.nodes())
                        .forEach(node -> hosts.add(FaultyNetwork.host(number, NODE + node)));
            }
        }
        return ClusterOptions.durable(parts.nodes()).withHosts(hosts);
    }

    /** The URL of the database for a cell, which reaches each node at an address of its own in a faulty network. */
    private String url(int cell) {
        return network == null
                ? database.url()
                : database.url(node -> FaultyNetwork.host(cell, node.name()) + ":" + node.port());
    }

    private void createTables(LabCatalog catalog) throws IOException {
        DatabaseUrl url = DatabaseUrl.parse(database.url());
        List<Product> products = catalog.toys().stream()
                .map(toy -> new Product(toy.name(), toy.price(), toy.quantity(), 1))
                .toList();
        try (Connection connection = Database.connect(url)) {
            new Schema().init(connection, products);
        } catch (SQLException e) {
            throw Database.failure(url, e);
        }
    }

    /** Returns the name of a cell in messages; 0 is the first one. */
    static String name(int cell) {
        return "cell-" + (cell + 1);
    }

    List<LabStore> cells() {
        return cells;
    }

    List<Origin> frontends() {
        return cells.stream().map(LabStore::frontend).toList();
    }

    /** Returns the database; null for a store on files. */
    LocalCluster database() {
        return database;
    }

    /** Returns the network between cells and database; null without faults of it. */
    FaultyNetwork network() {
        return network;
    }

    Path folder() {
        return folder;
    }

    /** Starts all services, and the nodes that do not run; does not wait until the services are ready. */
    void start() throws IOException {
        if (database != null) {
            database.start();
        }
        for (LabStore cell : cells) {
            cell.start(ALL);
        }
    }

    /** Starts the processes that are dead. */
    void repair() throws IOException {
        if (database != null) {
            database.start();
        }
        for (LabStore cell : cells) {
            cell.start(cell.dead());
        }
    }

    /** Waits until a commit waits for the standbys again; otherwise adds a violation. */
    void awaitStandbys(LabRun run) throws IOException, InterruptedException {
        int standbys = database.nodes().size() - 1;
        if (!run.await(
                        STANDBYS_TIMEOUT,
                        () -> database.status().stream()
                                        .filter(NodeStatus::synchronous)
                                        .count()
                                == standbys)
                && !run.hasEnded()) {
            run.violations()
                    .add(
                            Kind.OTHER,
                            "the database",
                            "not all standbys follow after " + STANDBYS_TIMEOUT.toSeconds() + " s");
        }
    }

    /** Kills all processes, those of the database too. */
    void kill() throws IOException {
        cells.forEach(cell -> cell.kill(ALL));
        if (database != null) {
            database.kill();
        }
    }

    /** Terminates all services, those first that use the others. */
    void terminate(Violations violations) throws InterruptedException {
        for (int cell = 0; cell < cells.size(); cell++) {
            terminate(cell, Service.FRONTEND, violations);
            terminate(cell, Service.ORDERS, violations);
            terminate(cell, Service.CATALOG, violations);
        }
    }

    /** Terminates a service; an end other than exit code 0 is a violation. */
    void terminate(int cell, Service service, Violations violations) throws InterruptedException {
        try {
            int exitCode = cells.get(cell).terminate(service);
            if (exitCode != 0) {
                violations.add(Kind.OTHER, name(cell, service), "exit code " + exitCode + " after SIGTERM; expected 0");
            }
        } catch (IOException e) {
            violations.add(Kind.OTHER, name(cell, service), e.getMessage() + " after SIGTERM");
        }
    }

    private String name(int cell, Service service) {
        return (cells.size() == 1 ? "" : name(cell) + " ") + service;
    }

    /** Returns the names of the processes that were started and have ended. */
    Collection<String> dead() {
        List<String> dead = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            int cell = i;
            cells.get(cell).dead().forEach(service -> dead.add(name(cell, service)));
        }
        if (database != null) {
            database.nodes().stream()
                    .filter(node -> !node.isRunning())
                    .map(PostgresNode::name)
                    .forEach(dead::add);
        }
        return dead;
    }

    /** Runs the audit, with its output in {@link #auditLog()}; returns its exit code. */
    int audit() throws IOException, InterruptedException {
        return cells.get(0).audit(auditLog());
    }

    Path auditLog() {
        return cells.get(0).log("audit");
    }

    /** Ends all processes. None can be started after that. */
    @Override
    public void close() {
        cells.forEach(LabStore::close);
        if (database != null) {
            database.close();
        }
    }

    /** Removes the folder of a store that is closed. */
    void delete() throws IOException {
        if (temporary == null) {
            cells.get(0).delete();
        } else {
            temporary.close();
        }
    }
}

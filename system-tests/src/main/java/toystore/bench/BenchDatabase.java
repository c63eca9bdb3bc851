package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.postgres.PostgresNode;
import toystore.process.ProgramJars;
import toystore.process.ServiceProcess;

/** A PostgreSQL of the bench, on this machine, with a database for each store. Commits are forced to disk. */
final class BenchDatabase implements Closeable {
    private final Path home;
    private final LocalCluster cluster;

    /**
     * A database of the cluster.
     *
     * @param url with the user and the password
     */
    record Database(String name, String url) {}

    private BenchDatabase(Path home, LocalCluster cluster) {
        this.home = home;
        this.cluster = cluster;
    }

    /**
     * Starts the servers.
     *
     * @param home the project folder, with the programs built
     * @param nodes 1 or 3
     */
    static BenchDatabase start(Path home, int nodes) throws IOException {
        ProgramJars.find("--home", home, "db"); // before the servers start
        return new BenchDatabase(home, LocalCluster.temporary(ClusterOptions.durable(nodes)));
    }

    /** Makes an empty database. */
    Database create(String name) throws IOException {
        return new Database(name, cluster.createDatabase(name, ""));
    }

    /**
     * Makes a database with the tables of a store, and with products.
     *
     * @param toys the starting catalog
     * @param folder a new folder for it
     */
    Database createStore(String name, String toys, Path folder) throws IOException, InterruptedException {
        Database database = create(name);
        Files.createDirectories(folder);
        Path catalog = Files.writeString(folder.resolve("toys.json"), toys);
        run(database, "init", "--catalog", catalog.toString());
        return database;
    }

    /**
     * Compares the orders of a store with its products. Returns what the audit prints.
     *
     * @throws IOException if they differ
     */
    String audit(Database database) throws IOException, InterruptedException {
        return run(database, "audit");
    }

    /** Runs the program {@code db} to its end; returns its output. */
    private String run(Database database, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(
                List.of("-jar", ProgramJars.find("--home", home, "db").toString()));
        words.addAll(List.of(arguments));
        ProcessBuilder command = ServiceProcess.coldJava(words).redirectErrorStream(true);
        command.environment().put("TOYSTORE_DB", database.url()); // not an argument: every user can read those
        Process process = command.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("db " + arguments[0] + " failed with exit code " + process.exitValue() + ": "
                    + output.replaceAll("\\s*\\n\\s*", "; "));
        }
        return output;
    }

    /** Runs statements in a database. */
    void execute(Database database, String... statements) throws IOException {
        try (Connection connection = cluster.primary().connect(database.name())) {
            for (String sql : statements) {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.execute();
                }
            }
        } catch (SQLException e) {
            throw new IOException(database.name() + ": " + e.getMessage(), e);
        }
    }

    /** Returns the number in the only row of a query. */
    long number(Database database, String query) throws IOException {
        try (Connection connection = cluster.primary().connect(database.name());
                PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IOException(database.name() + ": " + e.getMessage(), e);
        }
    }

    /** Returns those of the keys that no order of the store has. */
    Set<String> missing(Database database, Set<String> keys) throws IOException {
        Set<String> missing = new HashSet<>(keys);
        try (Connection connection = cluster.primary().connect(database.name());
                PreparedStatement statement = connection.prepareStatement("select key from orders");
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                missing.remove(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IOException(database.name() + ": " + e.getMessage(), e);
        }
        return missing;
    }

    LocalCluster cluster() {
        return cluster;
    }

    String version() throws IOException {
        return cluster.primary().query("show server_version");
    }

    /** Returns the processor time that the servers have used, without that of connections that have ended. */
    Duration cpuTime() {
        return cluster.nodes().stream()
                .map(PostgresNode::pid)
                .flatMap(pid -> pid.isPresent() ? ProcessHandle.of(pid.getAsLong()).stream() : Stream.empty())
                .flatMap(first -> Stream.concat(Stream.of(first), first.descendants()))
                .flatMap(process -> process.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    @Override
    public void close() {
        cluster.close();
    }
}

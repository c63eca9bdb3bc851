package toystore.postgres;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.process.FreePorts;
import toystore.process.TemporaryFolder;

/**
 * A throw-away PostgreSQL on this machine: one node, or a primary and two standbys. Thread-safe.
 *
 * <p>Its folder has everything: the data and the log of each node, {@code cluster.properties} with ports and passwords,
 * and {@code url}. The servers listen on loopback addresses only and want a password. With three nodes, a commit returns
 * when one standby has it on its disk too: the cluster survives the loss of any one node, and nothing is lost.
 *
 * <p>The servers of {@link #temporary} end with this program, however it ends. Those of {@link #create} and
 * {@link #open} run on without it, until {@link #stop}, unless they are told to {@link #endWithThisProgram}.
 */
public final class LocalCluster implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(LocalCluster.class);
    private static final String DATABASE = "toystore";
    private static final String SETTINGS = "cluster.properties";

    private final Path folder;
    private final PostgresBinaries binaries;
    private final ServerUser user;
    private final ClusterOptions options;
    private final List<PostgresNode> nodes;
    private final Properties settings; // synchronized by itself
    private volatile boolean creating; // until the standbys are there: a commit would wait for them
    private volatile ClusterGuard guard; // set once
    private volatile boolean closed; // no server is started any more
    private final Object programs = new Object(); // held while one runs

    private LocalCluster(
            Path folder, PostgresBinaries binaries, ServerUser user, ClusterOptions options, Properties settings) {
        this.folder = folder;
        this.binaries = binaries;
        this.user = user;
        this.options = options;
        this.settings = settings;
        this.nodes = IntStream.rangeClosed(1, options.nodes())
                .mapToObj(i -> "n" + i)
                .map(name -> new PostgresNode(this, name, Integer.parseInt(settings.getProperty("port." + name))))
                .toList();
    }

    /**
     * Makes a cluster for a test, and starts it. It ends, and its folder is deleted, when it is closed or when this
     * program ends, however it ends.
     */
    public static LocalCluster temporary(ClusterOptions options) throws IOException {
        Path parent = TemporaryFolder.create(null, "toystore-db-").path().toRealPath();
        ClusterGuard guard = new ClusterGuard(parent.resolve("db"), parent);
        try {
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx--x--x")); // for setpriv
            LocalCluster cluster = create(parent.resolve("db"), options);
            cluster.guard = guard;
            return cluster;
        } catch (IOException | RuntimeException e) {
            guard.close();
            throw e;
        }
    }

    /** Makes a cluster as {@link #create} does, whose servers {@link #endWithThisProgram} from the beginning. */
    public static LocalCluster createForThisProgram(Path folder, ClusterOptions options) throws IOException {
        return create(folder, options, PostgresBinaries.find(options.cache()), true);
    }

    /**
     * Makes a cluster and starts it. If this program ends before that is done, nothing is left of it.
     *
     * @param folder is created; it must not exist, or be empty
     * @throws IOException if there is no PostgreSQL, or it does not start; the folder is as before then
     */
    public static LocalCluster create(Path folder, ClusterOptions options) throws IOException {
        return create(folder, options, PostgresBinaries.find(options.cache()));
    }

    static LocalCluster create(Path folder, ClusterOptions options, PostgresBinaries binaries) throws IOException {
        return create(folder, options, binaries, false);
    }

    private static LocalCluster create(
            Path folder, ClusterOptions options, PostgresBinaries binaries, boolean endWithThisProgram)
            throws IOException {
        Path home = Files.createDirectories(folder).toRealPath();
        try (Stream<Path> files = Files.list(home)) {
            if (files.findAny().isPresent()) {
                throw new FileAlreadyExistsException(home.toString(), null, "exists and is not empty");
            }
        }
        Properties settings = new Properties();
        settings.setProperty("nodes", Integer.toString(options.nodes()));
        settings.setProperty("durable", Boolean.toString(options.durable()));
        settings.setProperty("sharedBuffers", Integer.toString(options.sharedBuffers()));
        settings.setProperty("maxConnections", Integer.toString(options.maxConnections()));
        settings.setProperty("hosts", String.join(",", options.hosts()));
        settings.setProperty("superuserPassword", newPassword());
        settings.setProperty("password", newPassword());
        settings.setProperty("primary", "n1");
        for (int i = 1; i <= options.nodes(); i++) {
            settings.setProperty("port.n" + i, Integer.toString(FreePorts.next()));
        }
        LocalCluster cluster = new LocalCluster(home, binaries, ServerUser.forNew(home), options, settings);
        ClusterGuard whileCreating = new ClusterGuard(home, home);
        try {
            cluster.initialize();
            if (endWithThisProgram) {
                cluster.endWithThisProgram();
            }
        } catch (IOException | RuntimeException e) {
            cluster.kill();
            whileCreating.cancel();
            deleteContents(home);
            throw e;
        }
        whileCreating.cancel();
        return cluster;
    }

    /**
     * Opens a cluster that was made by {@link #create}, whether it runs or not.
     *
     * @param cache see {@link PostgresBinaries#find(Path)}; null for its default
     */
    public static LocalCluster open(Path folder, Path cache) throws IOException {
        Path home = folder.toRealPath(); // the servers know their folders by these paths
        Properties settings = new Properties();
        try (Reader reader = Files.newBufferedReader(home.resolve(SETTINGS))) {
            settings.load(reader);
        }
        ClusterOptions options = new ClusterOptions(
                Integer.parseInt(settings.getProperty("nodes")),
                Boolean.parseBoolean(settings.getProperty("durable")),
                Integer.parseInt(settings.getProperty("sharedBuffers")),
                Integer.parseInt(settings.getProperty("maxConnections")),
                Arrays.asList(settings.getProperty("hosts").split(",")),
                cache);
        return new LocalCluster(home, PostgresBinaries.find(cache), ServerUser.owner(home), options, settings);
    }

    /** Whether the folder has a cluster. */
    public static boolean exists(Path folder) {
        return Files.isRegularFile(folder.resolve(SETTINGS));
    }

    private void initialize() throws IOException {
        log.debug("new PostgreSQL {} in {}", binaries.version(), folder);
        user.write(passwordFile(), "*:*:*:postgres:" + superuserPassword() + "\n");
        PostgresNode first = nodes.get(0);
        Path password = folder.resolve("initdb-password");
        user.write(password, superuserPassword() + "\n");
        List<Object> initdb = new ArrayList<>(
                List.of("-D", first.folder(), "-U", "postgres", "--pwfile=" + password, "--auth=scram-sha-256"));
        initdb.addAll(List.of("--encoding=UTF8", "--locale=C", "--no-sync"));
        run("initdb", initdb.toArray());
        Files.delete(password);

        creating = true;
        first.start();
        first.execute(
                "create role " + DATABASE + " login password '" + settings.getProperty("password") + "'",
                "grant pg_monitor to " + DATABASE, // it may see its standbys
                "create database " + DATABASE + " owner " + DATABASE);
        creating = false;
        if (nodes.size() > 1) {
            first.stop();
            for (PostgresNode standby : nodes.subList(1, nodes.size())) {
                user.run("cp", "-R", first.folder().toString(), standby.folder().toString());
                standby.follow(first);
            }
            start();
        }
        writePrivately(folder.resolve("url"), url() + "\n");
        save(); // Commit: now the folder has a cluster
    }

    /**
     * Returns the JDBC URL with all nodes, the user and the password. The caller adds settings of the driver with
     * {@code &}.
     */
    public String url() {
        return url(PostgresNode::address);
    }

    /** The same, with an address for each node: {@code host:port}. */
    public String url(Function<PostgresNode, String> address) {
        return "jdbc:postgresql://" + nodes.stream().map(address).collect(Collectors.joining(",")) + "/" + DATABASE
                + "?user=" + DATABASE + "&password=" + settings.getProperty("password");
    }

    /**
     * Makes another database of the same user. Returns its URL, as {@link #url()} is one.
     *
     * @param options of {@code create database}; empty for none
     */
    public String createDatabase(String name, String options) throws IOException {
        primary().execute("create database " + name + " owner " + DATABASE + " " + options);
        return url().replaceFirst("/" + DATABASE + "\\?", "/" + name + "?");
    }

    /** Returns the nodes: n1, n2, n3. */
    public List<PostgresNode> nodes() {
        return nodes;
    }

    /** Returns the node with this name. */
    public PostgresNode node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no node " + name));
    }

    /** Returns the node that is the primary, or was it last if it is down. */
    public PostgresNode primary() {
        return node(settings.getProperty("primary"));
    }

    /** Returns the other nodes; an old primary that has not rejoined is one of them. */
    public List<PostgresNode> standbys() {
        return nodes.stream().filter(node -> node != primary()).toList();
    }

    /** Returns the folder of the cluster. */
    public Path folder() {
        return folder;
    }

    public ClusterOptions options() {
        return options;
    }

    public PostgresBinaries binaries() {
        return binaries;
    }

    /**
     * Starts the nodes that do not run. An old primary that was replaced rejoins as a standby, and a standby follows the
     * primary again if a failover was not finished.
     */
    public void start() throws IOException {
        PostgresNode primary = primary();
        primary.start();
        for (PostgresNode standby : standbys()) {
            if (Files.exists(standby.folder().resolve("standby.signal"))) {
                standby.start();
                if (!upstream(standby.name()).equals(primary.name()) && !standby.isFrozen()) {
                    standby.follow(primary);
                }
            } else {
                standby.rejoin(primary);
            }
        }
    }

    /** Stops all nodes in order, the primary first. Those that are down stay down. */
    public void stop() throws IOException {
        primary().stop();
        for (PostgresNode standby : standbys()) {
            standby.stop();
        }
    }

    /** Kills all processes of all nodes. */
    public void kill() throws IOException {
        for (PostgresNode node : nodes) {
            node.kill();
        }
    }

    /** Returns what each node is now. */
    public List<NodeStatus> status() {
        Map<String, String> standbys = Map.of();
        try {
            standbys = Arrays.stream(primary()
                            .query(
                                    "select coalesce(string_agg(application_name || '=' || state || '/' || sync_state, ','),"
                                            + " '') from pg_stat_replication")
                            .split(","))
                    .filter(standby -> standby.contains("="))
                    .map(standby -> standby.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (one, other) -> one));
        } catch (IOException e) {
            log.debug("no primary", e);
        }
        List<NodeStatus> status = new ArrayList<>();
        for (PostgresNode node : nodes) {
            boolean synchronous = standbys.getOrDefault(node.name(), "").matches("streaming/(quorum|sync)");
            status.add(new NodeStatus(node, node.pid(), role(node), synchronous));
        }
        return status;
    }

    private static NodeStatus.Role role(PostgresNode node) {
        if (!node.isRunning()) {
            return NodeStatus.Role.STOPPED;
        }
        if (node.isFrozen()) {
            return NodeStatus.Role.FROZEN;
        }
        try {
            return node.query("select pg_is_in_recovery()::text").equals("true")
                    ? NodeStatus.Role.STANDBY
                    : NodeStatus.Role.PRIMARY;
        } catch (IOException e) {
            return NodeStatus.Role.SILENT;
        }
    }

    /**
     * Replaces the primary: promotes the standby that is further on, and lets the other one follow it. The old primary
     * may be dead, frozen or running: first neither standby receives from it any more, so from then on no commit of the
     * old primary returns, and everything that it acknowledged before is at one of the two.
     *
     * @return the new primary
     * @throws IOException if a standby does not respond: the other one alone may lack what was acknowledged
     */
    public synchronized PostgresNode failOver() throws IOException {
        List<PostgresNode> standbys = standbys();
        if (standbys.isEmpty()) {
            throw new IOException("there is no standby: this cluster has one node");
        }
        Map<PostgresNode, Connection> connections = new LinkedHashMap<>();
        try {
            for (PostgresNode standby : standbys) { // all of them, before anything changes
                connections.put(standby, connectForFailover(standby));
            }
            return failOver(connections);
        } finally {
            connections.values().forEach(LocalCluster::closeQuietly);
        }
    }

    private PostgresNode failOver(Map<PostgresNode, Connection> standbys) throws IOException {
        for (Map.Entry<PostgresNode, Connection> standby : standbys.entrySet()) {
            standby.getKey().stopReceiving(standby.getValue());
        }
        PostgresNode chosen = null;
        long most = -1;
        for (Map.Entry<PostgresNode, Connection> standby : standbys.entrySet()) {
            long received = standby.getKey().receivedLsn(standby.getValue());
            if (received > most) {
                most = received;
                chosen = standby.getKey();
            }
        }
        chosen.promote(standbys.get(chosen));
        settings.setProperty("primary", chosen.name());
        save();
        for (Map.Entry<PostgresNode, Connection> standby : standbys.entrySet()) {
            if (standby.getKey() != chosen) {
                standby.getKey().follow(chosen, standby.getValue());
            }
        }
        return chosen;
    }

    private static Connection connectForFailover(PostgresNode standby) throws IOException {
        try {
            if (standby.isRunning() && !standby.isFrozen()) {
                return standby.connect();
            }
        } catch (SQLException e) {
            log.debug("{} does not respond", standby.name(), e);
        }
        String state = standby.isRunning() ? standby.isFrozen() ? "is frozen" : "does not respond" : "is stopped";
        throw new IOException("no failover: " + standby.name() + " " + state + ", and may be the only standby"
                + " that has the last orders");
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("a connection could not be closed", e);
        }
    }

    /** From now on the servers end when this cluster is closed, or when this program ends, however it ends. */
    public synchronized void endWithThisProgram() throws IOException {
        if (guard == null) {
            guard = new ClusterGuard(folder, null);
        }
    }

    /**
     * Ends the servers of a temporary cluster and deletes its folder; ends those of a cluster that is to {@link
     * #endWithThisProgram}, and none can be started after that; otherwise does nothing.
     */
    @Override
    public void close() {
        if (guard != null) {
            closed = true;
            synchronized (programs) { // pg_ctl is not starting a server now
                guard.close();
            }
        }
    }

    /** Kills all nodes and deletes the folder. */
    public void delete() throws IOException {
        kill();
        deleteContents(folder);
        Files.delete(folder);
    }

    private static void deleteContents(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>)
                    paths.sorted(Comparator.reverseOrder()).filter(path -> !path.equals(folder))::iterator) {
                Files.delete(path);
            }
        }
    }

    String host() {
        return options.hosts().get(0);
    }

    ServerUser user() {
        return user;
    }

    String superuserPassword() {
        return settings.getProperty("superuserPassword");
    }

    Path passwordFile() {
        return folder.resolve("pgpass");
    }

    String synchronousStandbyNames() {
        return creating || nodes.size() == 1
                ? ""
                : "ANY 1 (" + nodes.stream().map(PostgresNode::name).collect(Collectors.joining(", ")) + ")";
    }

    /** Returns the name of the node that a standby follows; empty for none. */
    String upstream(String node) {
        return settings.getProperty("upstream." + node, "");
    }

    void setUpstream(String node, String upstream) throws IOException {
        settings.setProperty("upstream." + node, upstream);
        if (exists(folder)) {
            save();
        }
    }

    /** Runs a program of PostgreSQL as the user of the servers. */
    String run(String program, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(binaries.program(program).toString()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        synchronized (programs) {
            if (closed) {
                throw new IOException("the cluster in " + folder + " is closed");
            }
            return user.run(Map.of("PGPASSFILE", passwordFile().toString()), command);
        }
    }

    private synchronized void save() throws IOException {
        StringWriter text = new StringWriter();
        settings.store(text, null);
        writePrivately(folder.resolve(SETTINGS), text.toString());
    }

    private static void writePrivately(Path file, String content) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        ServerUser.SELF.write(next, content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String newPassword() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}

package toystore.postgres;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One PostgreSQL server of a {@link LocalCluster}. Thread-safe.
 *
 * <p>Its state is what its files and the processes of this machine say, so a node can be opened by another program than
 * the one that started it. Each method returns when its effect is there.
 */
public final class PostgresNode {
    private static final Logger log = LoggerFactory.getLogger(PostgresNode.class);
    private static final int START_SECONDS = 60;
    /** One that has just started replays its log first, and does not say how much it has until it waits for more. */
    private static final String NOTHING_MORE_COMES = "select (current_setting('primary_conninfo') = ''"
            + " and not exists (select from pg_stat_wal_receiver)"
            + " and exists (select from pg_stat_activity where backend_type = 'startup'"
            + " and wait_event in ('RecoveryWalStream', 'RecoveryRetrieveRetryInterval')))::text, pg_sleep(0.02)";

    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(20);
    private static final int LOG_LINES = 5;

    private final LocalCluster cluster;
    private final String name;
    private final int port;
    private final Path folder;
    private final Path logFile;

    PostgresNode(LocalCluster cluster, String name, int port) {
        this.cluster = cluster;
        this.name = name;
        this.port = port;
        this.folder = cluster.folder().resolve(name);
        this.logFile = cluster.folder().resolve(name + ".log");
    }

    /** Returns its name, {@code n1} for example; it is also its {@code cluster_name}. */
    public String name() {
        return name;
    }

    public int port() {
        return port;
    }

    /** Returns where it listens for this program. */
    public String address() {
        return cluster.host() + ":" + port;
    }

    /** Returns the folder with its data. */
    public Path folder() {
        return folder;
    }

    /** Returns the process id of its first process; empty if the node does not run. */
    public OptionalLong pid() {
        return postmaster().map(process -> OptionalLong.of(process.pid())).orElse(OptionalLong.empty());
    }

    /** Whether its first process exists, be it frozen. */
    public boolean isRunning() {
        return postmaster().isPresent();
    }

    /** Whether it runs, but is frozen. */
    public boolean isFrozen() {
        return postmaster().map(process -> state(process.pid()).equals("T")).orElse(false);
    }

    /** Starts it, as a primary or a standby, whichever it was, and waits until it accepts connections. */
    public void start() throws IOException {
        if (isRunning()) {
            return;
        }
        writeSettings();
        Files.deleteIfExists(folder.resolve("postmaster.pid")); // its process has ended, but another may have its pid
        try {
            cluster.run("pg_ctl", "start", "-D", folder, "-l", logFile, "-s", "-w", "-t", START_SECONDS);
        } catch (IOException e) {
            throw new IOException(
                    name + " does not start: " + e.getMessage() + "; its log " + logFile + " ends: " + logEnd(), e);
        }
        log.debug("{} runs on {}", name, address());
    }

    /** Ends it in order. A primary waits until its standbys have everything. */
    public void stop() throws IOException {
        if (!isRunning()) {
            return;
        }
        resume();
        cluster.run("pg_ctl", "stop", "-D", folder, "-s", "-m", "fast", "-w", "-t", START_SECONDS);
    }

    /** Kills all its processes with {@code kill -9}, as if its machine lost power; returns when they are dead. */
    public void kill() throws IOException {
        List<ProcessHandle> processes = freezeAll();
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : processes) {
            awaitEnd(process);
        }
    }

    /** Freezes all its processes: connections stay open and do not respond. */
    public void freeze() throws IOException {
        if (freezeAll().isEmpty()) {
            throw new IOException(name + " does not run");
        }
    }

    /** Lets all its processes continue. */
    public void resume() throws IOException {
        signal("CONT", processes());
    }

    /** The first process stops before the others are listed: it starts no more. */
    private List<ProcessHandle> freezeAll() throws IOException {
        Optional<ProcessHandle> first = postmaster();
        signal("STOP", first.stream().toList());
        for (int tries = 0;
                tries < 1000 && first.isPresent() && state(first.get().pid()).matches("[RSD]");
                tries++) {
            LockSupport.parkNanos(1_000_000); // a signal takes effect soon, but not at once
        }
        List<ProcessHandle> processes = processes();
        signal("STOP", processes);
        return processes;
    }

    /** Returns a new connection as superuser; it gives up when the server does not respond for some seconds. */
    public Connection connect() throws SQLException {
        return connect("postgres");
    }

    /** The same, to the database {@code toystore}, for example. */
    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("password", cluster.superuserPassword());
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("loginTimeout", "10"); // a frozen node accepts a connection, and no more
        properties.setProperty("socketTimeout", Integer.toString(START_SECONDS));
        return new Driver().connect("jdbc:postgresql://" + address() + "/" + database, properties);
    }

    /** Whether it accepts writes; false also if it does not respond. */
    public boolean isPrimary() {
        try {
            return query("select (not pg_is_in_recovery())::text").equals("true");
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether it accepts connections. */
    public boolean responds() {
        try {
            return query("select 'yes'").equals("yes");
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns how much of the write-ahead log this standby has on its disk, in bytes. */
    public long receivedLsn() throws IOException {
        try (Connection connection = connect()) {
            return receivedLsn(connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    long receivedLsn(Connection connection) throws IOException {
        return Long.parseLong(query(
                connection,
                "select (greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0')" + "::text"));
    }

    /** Makes this standby a primary, and waits until it accepts writes. */
    public void promote() throws IOException {
        withConnection(this::promote);
    }

    void promote(Connection connection) throws IOException {
        if (!query(connection, "select pg_promote(true, " + START_SECONDS + ")::text")
                .equals("true")) {
            throw new IOException(name + " was not promoted within " + START_SECONDS + " s; its log " + logFile
                    + " ends: " + logEnd());
        }
        log.debug("{} is the primary", name);
    }

    /**
     * Makes this node a standby of that primary, at once if it runs, and else from its next start on. It must not have
     * anything that the primary does not have: see {@link #rejoin}.
     */
    public void follow(PostgresNode primary) throws IOException {
        if (isRunning()) {
            withConnection(connection -> follow(primary, connection));
        } else {
            follow(primary, null);
        }
    }

    /** The same, with a connection with this node; null if it does not run. */
    void follow(PostgresNode primary, Connection connection) throws IOException {
        cluster.user().write(folder.resolve("standby.signal"), "");
        setPrimary(Optional.of(primary), connection);
    }

    /** Makes this standby receive nothing more, so that its {@link #receivedLsn()} is final. */
    public void stopReceiving() throws IOException {
        withConnection(this::stopReceiving);
    }

    void stopReceiving(Connection connection) throws IOException {
        setPrimary(Optional.empty(), connection);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        for (int times = 0; times < 2; times++) { // its processes learn of the new settings one after the other
            while (!query(connection, NOTHING_MORE_COMES).equals("true")) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException(name + " has not replayed its log within " + START_SECONDS + " s");
                }
                times = 0;
            }
        }
    }

    private void setPrimary(Optional<PostgresNode> primary, Connection connection) throws IOException {
        cluster.setUpstream(name, primary.map(PostgresNode::name).orElse(""));
        writeSettings();
        if (connection != null) {
            query(connection, "select pg_reload_conf()");
        }
    }

    /**
     * Makes an old primary a standby of the new one: kills it, takes back what the new one does not have, and starts it.
     *
     * @throws IOException if these binaries have no {@code pg_rewind}
     */
    public void rejoin(PostgresNode primary) throws IOException {
        if (!cluster.binaries().has("pg_rewind")) {
            throw new IOException(name + " cannot become a standby of " + primary.name + ": the PostgreSQL in "
                    + cluster.binaries().folder() + " has no pg_rewind; install PostgreSQL 15 or newer");
        }
        kill();
        Files.deleteIfExists(folder.resolve("postmaster.pid"));
        Files.deleteIfExists(folder.resolve("standby.signal")); // a crashed server recovers without it
        writeSettings();
        primary.execute("checkpoint"); // without it, pg_rewind may not see the new timeline
        List<Object> rewind = new ArrayList<>(List.of(
                "-D",
                folder,
                "--source-server=host=" + cluster.host() + " port=" + primary.port + " user=postgres dbname=postgres"));
        if (!cluster.options().durable()) {
            rewind.add("--no-sync");
        }
        cluster.run("pg_rewind", rewind.toArray());
        follow(primary);
        start();
    }

    /** Runs statements that return no rows. */
    public void execute(String... statements) throws IOException {
        withConnection(connection -> {
            for (String sql : statements) {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.execute();
                }
            }
        });
    }

    /** Something that is done with a connection. */
    private interface Work {
        void run(Connection connection) throws SQLException, IOException;
    }

    private void withConnection(Work work) throws IOException {
        try (Connection connection = connect()) {
            work.run(connection);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private IOException failure(SQLException e) {
        return new IOException(name + ": " + e.getMessage(), e);
    }

    /** Returns the first column of the only row, as text. */
    public String query(String sql) throws IOException {
        try (Connection connection = connect()) {
            return query(connection, sql);
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private String query(Connection connection, String sql) throws IOException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                throw new IOException(name + ": no row: " + sql);
            }
            return String.valueOf(rows.getString(1));
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Returns the end of its log, in one line. */
    String logEnd() {
        try {
            List<String> lines = Files.readAllLines(logFile);
            return String.join("; ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(cannot be read)";
        }
    }

    /** pg_rewind copies the files of the source, so the settings are written before each start. */
    private void writeSettings() throws IOException {
        ClusterOptions options = cluster.options();
        String upstream = cluster.upstream(name);
        List<String> settings = new ArrayList<>(List.of(
                "listen_addresses = " + quoted(String.join(",", options.hosts())),
                "port = " + port,
                "unix_socket_directories = ''",
                "cluster_name = " + quoted(name),
                "max_connections = " + options.maxConnections(),
                "shared_buffers = " + options.sharedBuffers() + "MB",
                "password_encryption = 'scram-sha-256'",
                "log_line_prefix = '%m [%p] %u '",
                "log_timezone = 'UTC'",
                "timezone = 'UTC'",
                "max_logical_replication_workers = 0",
                "wal_level = replica",
                "max_wal_senders = 8",
                "wal_log_hints = on", // for pg_rewind
                "wal_keep_size = " + (options.nodes() == 1 ? "0" : "1GB"),
                "wal_sender_timeout = 5s",
                "wal_receiver_timeout = 5s",
                "wal_retrieve_retry_interval = 200ms",
                "fsync = " + (options.durable() ? "on" : "off"),
                "synchronous_standby_names = " + quoted(cluster.synchronousStandbyNames())));
        if (!upstream.isEmpty()) {
            settings.add("primary_conninfo = "
                    + quoted("host=" + cluster.host() + " port=" + cluster.node(upstream).port
                            + " user=postgres connect_timeout=2 application_name=" + name + " passfile='"
                            + cluster.passwordFile()
                                    .toString()
                                    .replace("\\", "\\\\")
                                    .replace("'", "\\'") + "'"));
        }
        ServerUser user = cluster.user();
        user.write(folder.resolve("postgresql.conf"), String.join("\n", settings) + "\n");
        user.write(folder.resolve("postgresql.auto.conf"), "");
        user.write(folder.resolve("pg_hba.conf"), """
                host all         all      samenet scram-sha-256
                host replication postgres samenet scram-sha-256
                """);
    }

    private static String quoted(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    private Optional<ProcessHandle> postmaster() {
        try (Stream<String> lines = Files.lines(folder.resolve("postmaster.pid"), StandardCharsets.UTF_8)) {
            return lines.findFirst()
                    .map(Long::valueOf)
                    .flatMap(ProcessHandle::of)
                    .filter(process -> !state(process.pid()).equals("Z"))
                    .filter(process -> process.info()
                            .commandLine()
                            .filter(command -> command.contains(folder.toString()))
                            .isPresent());
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        } catch (IOException e) {
            log.warn("{}: {}", name, e.toString());
            return Optional.empty();
        }
    }

    private List<ProcessHandle> processes() {
        return postmaster().stream()
                .flatMap(first -> Stream.concat(Stream.of(first), first.descendants()))
                .toList();
    }

    private static void signal(String signal, List<ProcessHandle> processes) throws IOException {
        if (processes.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        try {
            ServerUser.SELF.run(Map.of(), command);
        } catch (IOException e) {
            if (processes.stream().anyMatch(ProcessHandle::isAlive)) { // one may have ended in between
                log.debug("kill -{}: {}", signal, e.getMessage());
            }
        }
    }

    /** Waits until a process is dead. One that no other process waits for stays as a zombie. */
    private void awaitEnd(ProcessHandle process) throws IOException {
        long deadline = System.nanoTime() + KILL_TIMEOUT.toNanos();
        while (process.isAlive() && !state(process.pid()).equals("Z")) {
            try {
                process.onExit().get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException(name + ": process " + process.pid() + " does not die", e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted");
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Returns the state of a process on Linux: T is frozen, Z is a zombie; empty if there is none. */
    private static String state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
        } catch (IOException e) {
            return "";
        }
    }
}

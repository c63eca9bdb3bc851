package toystore.lab.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import toystore.certs.CertificateFolder;
import toystore.client.http.ClientTls;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.lab.store.PeerClient.Peer;
import toystore.process.FreePorts;
import toystore.process.ProcessGroup;
import toystore.process.ProgramJars;
import toystore.process.ServiceProcess;
import toystore.process.TemporaryFolder;
import toystore.wire.message.Role;
import toystore.wire.net.PeerTls;
import toystore.wire.net.PeerTransport;

/**
 * A store of three processes in a folder of its own. A service that is started again has the same port. Thread-safe.
 *
 * <pre>
 *   toystore-lab-…/data      the store's data folder
 *                    logs      stderr of each service, and the audit's output
 *                    tls       the certificates of a store with TLS
 *                    jars      hard links to the programs, or copies, which a build does not change
 * </pre>
 */
public final class LabStore implements Closeable {
    /** The processes of a store, in the order in which they are started. They are stopped in reverse. */
    public enum Service {
        CATALOG,
        ORDERS,
        FRONTEND;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The admin token of the stores that this program opens. */
    public static final String ADMIN_TOKEN = newToken();

    /** Twice the time that docs/operations.md gives a service to end. */
    public static final Duration EXIT_TIMEOUT = Duration.ofSeconds(20);

    private static final List<String> JVM =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx128m", "-XX:+DisplayVMOutputToStderr");

    private final TemporaryFolder folder;
    private final Map<Service, Address> addresses = new EnumMap<>(Service.class);
    private final Map<Service, List<String>> archiveFlags = new EnumMap<>(Service.class);
    private final Map<String, String> environment;
    private final Optional<Path> certificates; // of a store with TLS
    private final PeerTransport peers;
    private final Origin frontend;
    private final ProcessGroup group = new ProcessGroup();

    @GuardedBy("this")
    private final Map<Service, ServiceProcess> processes = new EnumMap<>(Service.class);

    /**
     * A store that is not started yet.
     *
     * @param home the project folder, with the services built
     * @param tls whether the frontend serves HTTPS, and services prove their roles to each other
     * @param settings environment variables of the services
     */
    public LabStore(Path home, LabCatalog catalog, boolean tls, Map<String, String> settings) throws IOException {
        this(home, catalog, tls, settings, null);
    }

    /** The same, in this folder, which is empty; null for a new one. */
    public LabStore(Path home, LabCatalog catalog, boolean tls, Map<String, String> settings, TemporaryFolder folder)
            throws IOException {
        environment = new HashMap<>(Map.of("TOYSTORE_ADMIN_TOKEN", ADMIN_TOKEN, "TOYSTORE_SESSION_THREADS", "16"));
        environment.putAll(settings);
        Map<Service, Path> jars = jars(home);
        this.folder = folder == null ? TemporaryFolder.create(null, "toystore-lab-") : folder;
        for (String name : new String[] {"data", "logs", "jars"}) {
            Files.createDirectory(folder().resolve(name));
        }
        for (Service service : Service.values()) {
            linkOrCopy(jars.get(service), jar(service));
            archiveFlags.put(service, ProgramJars.archiveFlags(jars.get(service)));
            addresses.put(service, new Address("127.0.0.1", FreePorts.next()));
        }
        catalog.write(data().resolve("toys.json"));
        Address http = addresses.get(Service.FRONTEND);
        if (tls) {
            Path made = folder().resolve("tls");
            CertificateFolder.make(made, List.of(), Clock.systemUTC());
            certificates = Optional.of(made);
            peers = PeerTls.open(made, Role.FRONTEND);
            frontend = Origin.https(http, ClientTls.trusting(made.resolve("ca.pem")));
        } else {
            certificates = Optional.empty();
            peers = PeerTransport.PLAIN;
            frontend = Origin.http(http);
        }
    }

    /**
     * Returns the programs of the services.
     *
     * @throws IllegalArgumentException if they are not built
     */
    public static Map<Service, Path> jars(Path home) {
        Map<Service, Path> jars = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            jars.put(service, ProgramJars.find("--home", home, service.toString()));
        }
        return jars;
    }

    private static void linkOrCopy(Path from, Path to) throws IOException {
        try {
            Files.createLink(to, from);
        } catch (IOException | UnsupportedOperationException e) { // for example on another file system
            Files.copy(from, to);
        }
    }

    private static String newToken() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    public Address address(Service service) {
        return addresses.get(service);
    }

    /** The frontend, as its clients reach it. */
    public Origin frontend() {
        return frontend;
    }

    /** A service, as other services reach it. */
    public Peer peer(Service service) {
        return new Peer(service, address(service), peers);
    }

    public Path folder() {
        return folder.path();
    }

    /** Starts services; does not wait until they are ready. */
    public synchronized void start(List<Service> services) throws IOException {
        for (Service service : services) {
            ProcessBuilder command = java(service, flags(service));
            command.environment().putAll(environment);
            processes.put(service, group.start(service.toString(), command, log(service.toString())));
        }
    }

    /** Kills services at the same moment with {@code kill -9}; returns when they are dead. */
    public void kill(List<Service> services) {
        ServiceProcess.killAll(services.stream().map(this::process).toList());
    }

    /**
     * Sends SIGTERM, waits, and returns the exit code.
     *
     * @throws IOException if the service does not end in time
     */
    public int terminate(Service service) throws IOException, InterruptedException {
        return process(service).terminate(EXIT_TIMEOUT);
    }

    public void freeze(List<Service> services) throws IOException, InterruptedException {
        for (Service service : services) {
            process(service).signal("STOP");
        }
    }

    public void resume(List<Service> services) throws IOException, InterruptedException {
        for (Service service : services) {
            process(service).signal("CONT");
        }
    }

    /** Returns the newest process of a service; null before the first start. */
    public synchronized ServiceProcess process(Service service) {
        return processes.get(service);
    }

    /** Returns the services that were started and have ended. */
    public List<Service> dead() {
        return Arrays.stream(Service.values())
                .filter(service -> !process(service).isAlive())
                .toList();
    }

    /** Runs the audit over the store's files, with its output in a file; returns its exit code. */
    public int audit(Path output) throws IOException, InterruptedException {
        ProcessBuilder command = java(Service.ORDERS, List.of("audit", "--data", data().toString()));
        command.environment().putAll(environment);
        Files.deleteIfExists(output);
        ServiceProcess audit = group.start("audit", command.redirectOutput(Redirect.appendTo(output.toFile())), output);
        try (audit) {
            return audit.awaitExit();
        }
    }

    public Path log(String name) {
        return folder().resolve("logs").resolve(name + ".log");
    }

    /** Empties every log that has become too long; its service then writes at the beginning of the file. */
    public void trimLogs(long most) {
        for (Service service : Service.values()) {
            try (FileChannel log = FileChannel.open(log(service.toString()), StandardOpenOption.WRITE)) {
                if (log.size() > most) {
                    log.truncate(0);
                }
            } catch (IOException missing) {
                // the service has not been started yet
            }
        }
    }

    /** Kills the services. None can be started after that. */
    @Override
    public void close() {
        group.close();
        peers.close();
    }

    /** Removes the folder of a store that is closed. */
    public void delete() throws IOException {
        folder.close();
    }

    public Path data() {
        return folder().resolve("data");
    }

    private Path jar(Service service) {
        return folder().resolve("jars").resolve(service + ".jar");
    }

    private List<String> flags(Service service) {
        String port = Integer.toString(address(service).port());
        String catalog = address(Service.CATALOG).toString();
        String orders = address(Service.ORDERS).toString();
        String flags = switch (service) {
            case CATALOG ->
                "--restock-every 1s --restock-to " + LabCatalog.RESTOCK_UNITS
                        + " --checkpoint-orders 200 --checkpoint-every 1s";
            case ORDERS -> "--catalog " + catalog;
            case FRONTEND -> "--catalog " + catalog + " --orders " + orders;
        };
        List<String> all = new ArrayList<>(List.of("--port", port));
        if (service != Service.FRONTEND) {
            all.addAll(List.of("--data", data().toString()));
        }
        all.addAll(List.of(flags.split(" ", -1)));
        certificates.ifPresent(made -> all.addAll(tlsFlags(service, made)));
        return all;
    }

    private static List<String> tlsFlags(Service service, Path certificates) {
        List<String> flags = new ArrayList<>(List.of("--peer-tls", certificates.toString()));
        if (service == Service.FRONTEND) {
            flags.addAll(
                    List.of("--tls-cert", certificates.resolve("frontend.pem").toString()));
            flags.addAll(List.of(
                    "--tls-key", certificates.resolve("frontend-key.pem").toString()));
        }
        return flags;
    }

    private ProcessBuilder java(Service service, List<String> arguments) {
        List<String> all = new ArrayList<>(JVM);
        all.addAll(archiveFlags.get(service));
        all.add("-Djava.io.tmpdir=" + folder()); // a service that is killed while it warms up leaves a folder
        all.addAll(List.of("-jar", jar(service).toString()));
        all.addAll(arguments);
        return ServiceProcess.java(all);
    }
}

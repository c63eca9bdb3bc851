package toystore.chaos;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import toystore.common.Address;

/**
 * A store of three processes in a folder of its own. A service that is started again has the port that it had. Signals
 * go to processes that this object started, and to no others; none is left when it is closed. Thread-safe.
 *
 * <pre>
 *   toystore-chaos-…/data      the store's data folder
 *                    logs      what each service logs, and how it ended
 *                    jars      the programs as they were at the start: links, as a build makes new files, or copies
 * </pre>
 */
final class ChaosStore implements Closeable {
    static final String ADMIN_TOKEN = "chaos";
    /** What {@link #terminate} returns for a service that ended as it should. */
    static final String CLEAN_END = "exit code 0";

    private static final Duration END = Duration.ofSeconds(20);
    private static final List<String> QUICK_START =
            List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:+UseSerialGC", "-Xmx128m");

    private final Path folder;
    private final Map<Service, Address> addresses = new EnumMap<>(Service.class);
    private final Map<Service, List<String>> archives = new EnumMap<>(Service.class);

    @GuardedBy("this")
    private final Map<Service, Process> processes = new EnumMap<>(Service.class);

    @GuardedBy("this")
    private boolean closed;

    /** A store that does not run yet, with a catalog to begin with. */
    ChaosStore(ChaosConfig config, TestCatalog assortment) throws IOException {
        List<Path> jars = Arrays.stream(Service.values()).map(config::jar).toList();
        folder = Files.createTempDirectory("toystore-chaos-");
        for (String name : new String[] {"data", "logs", "jars"}) {
            Files.createDirectory(folder.resolve(name));
        }
        for (Path jar : jars) {
            linkOrCopy(jar, folder.resolve("jars").resolve(jar.getFileName()));
        }
        for (Service service : Service.values()) {
            archives.put(service, ClassArchive.flags(config.jar(service)));
        }
        assortment.write(data().resolve("toys.json"));
        for (Service service : Service.values()) {
            addresses.put(service, new Address("127.0.0.1", FreePorts.next()));
        }
    }

    private static void linkOrCopy(Path jar, Path place) throws IOException {
        try {
            Files.createLink(place, jar);
        } catch (IOException | UnsupportedOperationException e) { // on another file system, say
            Files.copy(jar, place);
        }
    }

    Address address(Service service) {
        return addresses.get(service);
    }

    Path folder() {
        return folder;
    }

    Path data() {
        return folder.resolve("data");
    }

    /** Starts a service; does not wait until it serves. */
    synchronized void start(Service service) throws IOException {
        if (!closed) {
            Path log = folder.resolve("logs").resolve(service + ".log");
            ProcessBuilder builder = new ProcessBuilder(command(service))
                    .redirectOutput(Redirect.appendTo(log.toFile()))
                    .redirectError(Redirect.appendTo(log.toFile()));
            builder.environment().keySet().removeIf(name -> name.startsWith("TOYSTORE_"));
            builder.environment().put("TOYSTORE_ADMIN_TOKEN", ADMIN_TOKEN);
            processes.put(service, builder.start());
        }
    }

    void start(List<Service> services) throws IOException {
        for (Service service : services) {
            start(service);
        }
    }

    /** {@code kill -9} of all of them at once; returns when they are dead. */
    void kill(List<Service> services) throws InterruptedException {
        List<Process> killed = services.stream().map(this::process).toList();
        killed.forEach(Process::destroyForcibly);
        for (Process process : killed) {
            process.waitFor();
        }
    }

    /** SIGTERM; returns how it ended, or says that it did not. */
    String terminate(Service service) throws InterruptedException {
        Process process = process(service);
        process.destroy();
        if (process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
            return "exit code " + process.exitValue();
        }
        process.destroyForcibly().waitFor();
        return "no end within " + END.toSeconds() + " s";
    }

    void freeze(List<Service> services) throws IOException, InterruptedException {
        signal("-STOP", services);
    }

    void thaw(List<Service> services) throws IOException, InterruptedException {
        signal("-CONT", services);
    }

    /** Services that were started and are dead. */
    List<Service> dead() {
        return Arrays.stream(Service.values())
                .filter(service -> !process(service).isAlive())
                .toList();
    }

    /** Runs the audit over the store's files; returns its exit code. */
    int audit(Path output) throws IOException, InterruptedException {
        Process audit = new ProcessBuilder(java(Service.ORDERS, "audit", "--data", data().toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            return audit.waitFor();
        } finally {
            audit.destroyForcibly();
        }
    }

    /** Kills whatever runs; nothing is started any more. */
    @Override
    public synchronized void close() {
        closed = true;
        processes.values().forEach(Process::destroyForcibly);
        try {
            for (Process process : processes.values()) {
                process.waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Removes the folder of a store that is closed. */
    void delete() throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }

    private synchronized Process process(Service service) {
        return processes.get(service);
    }

    private void signal(String signal, List<Service> services) throws IOException, InterruptedException {
        for (Service service : services) {
            String pid = Long.toString(process(service).pid());
            new ProcessBuilder("kill", signal, pid).start().waitFor();
        }
    }

    private List<String> command(Service service) {
        String port = Integer.toString(address(service).port());
        String catalog = address(Service.CATALOG).toString();
        String orders = address(Service.ORDERS).toString();
        return switch (service) {
            case CATALOG ->
                java(
                        service,
                        "--port",
                        port,
                        "--data",
                        data().toString(),
                        "--restock-every",
                        "1s",
                        "--restock-to",
                        Integer.toString(TestCatalog.CRATE),
                        "--checkpoint-orders",
                        "200",
                        "--checkpoint-every",
                        "1s");
            case ORDERS -> java(service, "--port", port, "--data", data().toString(), "--catalog", catalog);
            case FRONTEND ->
                java(service, "--port", port, "--catalog", catalog, "--orders", orders, "--session-threads", "16");
        };
    }

    /** On the JVM that runs this program. */
    private List<String> java(Service service, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(QUICK_START);
        command.addAll(archives.get(service));
        command.add("-jar");
        command.add(folder.resolve("jars").resolve(service + ".jar").toString());
        command.addAll(List.of(arguments));
        return command;
    }
}

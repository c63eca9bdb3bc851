package toystore.lab.weak;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import toystore.common.Address;
import toystore.lab.store.LabStore.Service;
import toystore.process.FreePorts;
import toystore.process.ProcessGroup;
import toystore.process.ProgramJars;
import toystore.process.ServiceProcess;
import toystore.process.TemporaryFolder;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;
import toystore.wire.net.MessageClient;
import toystore.wire.net.UnavailableException;

/**
 * A store of three processes: the real catalog and the real frontend, and {@link WeakOrders}. Thread-safe.
 *
 * <p>The catalog writes no checkpoint, so that a kill at any time finds it with all orders to apply again. A service
 * that is started again has the same port.
 */
final class WeakStore implements Closeable {
    static final int STOCK = 100; // of each product

    static final List<String> PRODUCTS =
            List.of("Tux", "Fox", "Whale", "Python", "Dolphin", "Kite", "Drum", "Tractor", "Elephant", "Marbles");

    private static final List<String> JVM = List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=5",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-XX:+DisplayVMOutputToStderr");

    private static final String PRICE = "15.99";

    private final Path home;
    private final List<String> weakness;
    private final TemporaryFolder folder = TemporaryFolder.create(null, "toystore-lab-weak-");
    private final Map<Service, Address> addresses = new EnumMap<>(Service.class);
    private final ProcessGroup group = new ProcessGroup();

    @GuardedBy("this")
    private final Map<Service, ServiceProcess> processes = new EnumMap<>(Service.class);

    @GuardedBy("this")
    private OrdersConsole console; // of the newest orders process

    @GuardedBy("this")
    private boolean closed;

    /**
     * A store that is not started yet.
     *
     * @param home the project folder, with the programs built
     * @param weakness the first arguments of {@link WeakOrders}
     */
    WeakStore(Path home, List<String> weakness) throws IOException {
        this.home = home;
        this.weakness = weakness;
        Files.createDirectory(data());
        for (Service service : Service.values()) {
            addresses.put(service, new Address("127.0.0.1", FreePorts.next()));
        }
        Files.writeString(
                data().resolve("toys.json"),
                PRODUCTS.stream()
                        .map(name -> String.format(
                                Locale.ROOT, "{\"name\":\"%s\",\"price\":%s,\"quantity\":%d}", name, PRICE, STOCK))
                        .collect(Collectors.joining(",\n", "{\"products\":[\n", "\n]}\n")));
    }

    Address address(Service service) {
        return addresses.get(service);
    }

    Path data() {
        return folder.path().resolve("data");
    }

    synchronized OrdersConsole console() {
        return console;
    }

    /**
     * Starts all services, and waits until orders can be placed.
     *
     * @param catalogOfFrontend the address at which the frontend finds the catalog
     */
    void start(Address catalogOfFrontend, List<String> frontendFlags) throws IOException, InterruptedException {
        beginCatalog();
        beginOrders();
        List<String> flags = new ArrayList<>(frontendFlags);
        flags.addAll(List.of("--catalog", catalogOfFrontend.toString()));
        flags.addAll(List.of("--orders", address(Service.ORDERS).toString()));
        begin(Service.FRONTEND, flags.toArray(String[]::new));
        process(Service.CATALOG).awaitReady();
        process(Service.FRONTEND).awaitReady();
        console().await(1, "ready");
        console().await(1, "epoch");
    }

    /** Kills a service with {@code kill -9}; returns when it is dead. */
    void kill(Service service) {
        process(service).kill();
    }

    /** Starts the catalog again, and waits until orders can be placed, or the catalog refuses the log. */
    void startCatalog() throws IOException, InterruptedException {
        int epochs = console().reported("epoch").size();
        beginCatalog();
        process(Service.CATALOG).awaitReady();
        console().await(epochs + 1, "epoch", "refused");
    }

    /** The same for orders. */
    void startOrders() throws IOException, InterruptedException {
        beginOrders();
        console().await(1, "ready");
        console().await(1, "epoch", "refused");
    }

    /** Sends a signal to a service: {@code STOP} freezes it, {@code CONT} lets it continue. */
    void signal(Service service, String name) throws IOException, InterruptedException {
        process(service).signal(name);
    }

    /** Asks a service over its message port. */
    <R extends Reply> R call(Service service, ServiceRequest<R> request) throws IOException {
        try (MessageClient client =
                new MessageClient(new MessageClient.Options(service.toString(), address(service), 1))) {
            return client.call(request);
        } catch (UnavailableException | RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Runs {@code ./toystore audit}; returns its output. The store may run. */
    List<String> audit() throws IOException, InterruptedException {
        Path output = folder.path().resolve("audit.log");
        ProcessBuilder command = ServiceProcess.java(jar("orders", "audit", "--data", data().toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        group.start("audit", command, output).awaitExit();
        return Files.readAllLines(output);
    }

    /** Kills the services, and removes the folder. If two threads close the store, one does it, and the other waits. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            try (folder) {
                group.close();
            }
        }
    }

    /** It writes no checkpoint while the store runs. */
    private void beginCatalog() throws IOException {
        begin(
                Service.CATALOG,
                "--checkpoint-orders",
                "1000000",
                "--checkpoint-every",
                "1h",
                "--data",
                data().toString());
    }

    /** Starts orders from its own jar, which has a class archive, and the lab's behind it. */
    private void beginOrders() throws IOException {
        Path jar = ProgramJars.find("--home", home, "orders");
        List<String> arguments = new ArrayList<>(JVM);
        arguments.addAll(ProgramJars.archiveFlags(jar));
        arguments.addAll(List.of("-cp", jar + File.pathSeparator + ProgramJars.find("--home", home, "lab")));
        arguments.add(WeakOrders.class.getName());
        arguments.addAll(weakness);
        arguments.add(Integer.toString(address(Service.ORDERS).port()));
        arguments.add(data().toString());
        arguments.add(address(Service.CATALOG).toString());
        begin(Service.ORDERS, arguments);
        synchronized (this) {
            console = OrdersConsole.of(processes.get(Service.ORDERS));
        }
    }

    private void begin(Service service, String... flags) throws IOException {
        List<String> all = new ArrayList<>(
                List.of("--port", Integer.toString(address(service).port()), "--warm-up", "off"));
        all.addAll(List.of(flags));
        begin(service, jar(service.toString(), all.toArray(String[]::new)));
    }

    private synchronized void begin(Service service, List<String> arguments) throws IOException {
        Path log = folder.path().resolve(service + ".log");
        processes.put(service, group.start(service.toString(), ServiceProcess.java(arguments), log));
    }

    private List<String> jar(String program, String... arguments) {
        Path jar = ProgramJars.find("--home", home, program);
        List<String> all = new ArrayList<>(JVM);
        all.addAll(ProgramJars.archiveFlags(jar));
        all.addAll(List.of("-jar", jar.toString()));
        all.addAll(List.of(arguments));
        return all;
    }

    private synchronized ServiceProcess process(Service service) {
        return processes.get(service);
    }
}

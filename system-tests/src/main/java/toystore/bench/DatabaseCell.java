package toystore.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.process.ProcessGroup;
import toystore.process.ProgramJars;
import toystore.process.ServiceProcess;

/** The three processes of a cell on a database, with the flags that the launcher gives them. */
final class DatabaseCell implements Closeable {
    /**
     * Enough for the most connections of a load, as Tomcat has enough for it in the reference store: a frontend lets four
     * fifths of its threads call a service at the same time.
     */
    static final int SESSION_THREADS = 80;

    private final ProcessGroup group;
    private final Path home;
    private final String url;
    private final Path folder;
    private final List<ServiceProcess> processes = new ArrayList<>();
    private final Origin origin;

    private DatabaseCell(ProcessGroup group, Path home, String url, Path folder) throws IOException {
        this.group = group;
        this.home = home;
        this.url = url;
        this.folder = Files.createDirectories(folder);
        List<String> data = List.of("--data", folder.toString());
        Address catalog = start("catalog", data);
        Address orders = start("orders", "--catalog", catalog.toString(), "--data", folder.toString());
        this.origin = Origin.http(start(
                "frontend",
                "--catalog",
                catalog.toString(),
                "--orders",
                orders.toString(),
                "--session-threads",
                String.valueOf(SESSION_THREADS)));
    }

    private Address start(String service, String... flags) throws IOException {
        return start(service, List.of(flags));
    }

    /** Starts a service, and waits until it is ready. */
    private Address start(String service, List<String> flags) throws IOException {
        List<String> arguments = new ArrayList<>(BenchCluster.JVM);
        if (service.equals("orders")) {
            arguments.add(BenchCluster.ORDERS_HEAP);
        }
        String jar = ProgramJars.find("--home", home, service).toString();
        arguments.addAll(List.of("-jar", jar, "--host", "127.0.0.1", "--port", "0", "--access-log", "off"));
        arguments.addAll(flags);
        ProcessBuilder command = ServiceProcess.coldJava(arguments);
        if (!service.equals("frontend")) {
            command.environment().put("TOYSTORE_DB", url); // not an argument: every user can read those
        }
        ServiceProcess process = group.start(service, command, folder.resolve(service + ".log"));
        processes.add(process);
        return process.awaitReady().address();
    }

    /**
     * Starts a cell.
     *
     * @param home the project folder, with the services built
     * @param url of the database, which has the tables
     * @param folder receives the logs
     */
    static DatabaseCell start(ProcessGroup group, Path home, String url, Path folder) throws IOException {
        return new DatabaseCell(group, home, url, folder);
    }

    /** Where shoppers reach the cell. */
    Origin origin() {
        return origin;
    }

    /** Returns the processor time that the three processes have used. */
    Duration cpuTime() {
        return processes.stream().map(ServiceProcess::cpuTime).reduce(Duration.ZERO, Duration::plus);
    }

    /** Kills the processes. */
    @Override
    public void close() {
        ServiceProcess.killAll(processes);
    }
}

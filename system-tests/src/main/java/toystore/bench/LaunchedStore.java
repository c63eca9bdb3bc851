package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import toystore.common.Address;
import toystore.process.FreePorts;
import toystore.process.ServiceProcess;

/** A store that {@code ./toystore up} opens, as a user does. Not thread-safe, except for {@link #close}. */
final class LaunchedStore implements Closeable {
    /** The services, in the order in which the launcher starts them. */
    enum Service {
        CATALOG("catalog"),
        ORDERS("orders"),
        FRONTEND("frontend");

        private final String label;

        Service(String label) {
            this.label = label;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    /**
     * The processor time of threads, in seconds.
     *
     * @param used how long they ran
     * @param waited how long they were ready to run, but had no processor
     */
    record ProcessorTime(double used, double waited) {
        ProcessorTime plus(ProcessorTime other) {
            return new ProcessorTime(used + other.used, waited + other.waited);
        }
    }

    private final Path home;
    private final Path data;
    private final String javaOptions;
    private final Map<Service, Integer> ports = new EnumMap<>(Service.class);

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private Process running; // the last command

    /**
     * A store that is not open yet.
     *
     * @param home the project folder, with the programs built
     * @param data the data folder; it may contain a {@code toys.json}
     * @param javaOptions of the services, in addition to those that the launcher chooses
     */
    LaunchedStore(Path home, Path data, String javaOptions) throws IOException {
        this.home = home;
        this.data = data;
        this.javaOptions = javaOptions;
        for (Service service : Service.values()) {
            ports.put(service, FreePorts.next());
        }
    }

    /** Opens the store, and waits until it is ready. */
    void up() throws IOException, InterruptedException {
        run("up");
    }

    Address address() {
        return new Address("127.0.0.1", ports.get(Service.FRONTEND));
    }

    /** Runs {@code ./toystore client} with these arguments. Returns its output. */
    String client(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("client"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    /** Returns the time from the start of a process, which writes its id then, until it printed that it is ready. */
    Duration startTime(Service service) throws IOException {
        return Duration.between(
                Files.getLastModifiedTime(runFile(service, "pid")).toInstant(),
                Files.getLastModifiedTime(runFile(service, "out")).toInstant());
    }

    /** Returns the largest resident memory of all services so far, in MiB. */
    long peakMemory() throws IOException {
        long sum = 0;
        for (Service service : Service.values()) {
            sum += ServiceProcess.peakMemory(pid(service));
        }
        return sum;
    }

    /** Returns the processor time of all threads of the services with such names, from the start of each until now. */
    ProcessorTime processorTime(Pattern threads) throws IOException {
        ProcessorTime sum = new ProcessorTime(0, 0);
        for (Service service : Service.values()) {
            try (Stream<Path> tasks = Files.list(proc(service, "task"))) {
                for (Path task : tasks.toList()) {
                    sum = sum.plus(processorTime(task, threads));
                }
            }
        }
        return sum;
    }

    /** The first two fields of {@code schedstat} (Documentation/scheduler/sched-stats.rst). */
    private static ProcessorTime processorTime(Path task, Pattern threads) throws IOException {
        try {
            if (threads.matcher(Files.readString(task.resolve("comm")).strip()).matches()) {
                String[] fields = Files.readString(task.resolve("schedstat")).split(" ", -1);
                return new ProcessorTime(Long.parseLong(fields[0]) / 1e9, Long.parseLong(fields[1]) / 1e9);
            }
        } catch (NoSuchFileException ended) {
            // the thread has no time any more
        }
        return new ProcessorTime(0, 0);
    }

    /** Runs a command of the launcher; returns its output. */
    private String run(String... arguments) throws IOException, InterruptedException {
        Process process = start(command(arguments));
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("./toystore " + arguments[0] + " failed with exit code " + process.exitValue() + ": "
                    + (output + Files.readString(log())).strip());
        }
        return output;
    }

    private ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(home.resolve("toystore").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", data.toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("TOYSTORE_") && !name.equals("TOYSTORE_WARM_UP"));
        environment.put("TOYSTORE_NO_BUILD", "1");
        environment.put("TOYSTORE_JAVA_OPTS", javaOptions);
        environment.put("TOYSTORE_PORT", ports.get(Service.FRONTEND).toString());
        environment.put("TOYSTORE_ORDERS_PORT", ports.get(Service.ORDERS).toString());
        environment.put("TOYSTORE_CATALOG_PORT", ports.get(Service.CATALOG).toString());
        return builder.redirectError(Redirect.appendTo(log().toFile()));
    }

    /** What the commands write to stderr. */
    private Path log() {
        return data.resolveSibling(data.getFileName() + ".log");
    }

    private long pid(Service service) throws IOException {
        return Long.parseLong(Files.readString(runFile(service, "pid")).strip());
    }

    private Path proc(Service service, String file) throws IOException {
        return Path.of("/proc", Long.toString(pid(service)), file);
    }

    private Path runFile(Service service, String extension) {
        return data.resolve("run").resolve(service + "." + extension);
    }

    /** Starts a command, unless the store is closed. */
    private synchronized Process start(ProcessBuilder command) throws IOException {
        if (closed) {
            throw new IOException("the bench ends");
        }
        running = command.start();
        return running;
    }

    /** Ends a command that runs, and stops the services; a second call has no effect. */
    @Override
    public void close() throws IOException {
        try {
            Process last = endCommands();
            if (last != null) {
                last.waitFor();
                command("down").redirectOutput(Redirect.DISCARD).start().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the last command; {@code null} if there was none, or the store is closed already. */
    private synchronized Process endCommands() {
        Process last = closed ? null : running;
        closed = true;
        if (last != null) {
            last.destroy();
        }
        return last;
    }
}

package toystore.process;

import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import toystore.common.Address;

/**
 * A service that runs as a child process of this program. Thread-safe, except for {@link #awaitReady}.
 *
 * <p>Every process of a service is started here. Signals reach this process only. When this program ends, also by
 * {@code kill -9}, its services that still run are killed; see {@link ProcessGuard}.
 */
public final class ServiceProcess implements Closeable {
    private static final Duration EXIT_TIMEOUT = Duration.ofMinutes(2);

    private final String service;
    private final Path log;
    private final Process process;
    private final long started = System.nanoTime();
    private Address address; // awaitReady sets this field and the next one
    private Duration startTime;

    private ServiceProcess(String service, Path log, Process process) {
        this.service = service;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a service. {@link #awaitReady} waits for it.
     *
     * @param service its name in the line {@code ready <service> <host>:<port>}, which it prints when it is ready
     * @param log receives its stderr at the end
     */
    public static ServiceProcess start(String service, ProcessBuilder command, Path log) throws IOException {
        Process process = command.redirectError(Redirect.appendTo(log.toFile())).start();
        ProcessGuard.watch(process);
        return new ServiceProcess(service, log, process);
    }

    /** Returns a command that runs this program's JVM, without the environment variables that configure a store. */
    public static ProcessBuilder java(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("TOYSTORE_"));
        return builder;
    }

    /** The same, for a service that does not warm up. */
    public static ProcessBuilder coldJava(List<String> arguments) {
        ProcessBuilder builder = java(arguments);
        builder.environment().put("TOYSTORE_WARM_UP", "off"); // not a flag: a build that is compared may not know it
        return builder;
    }

    /**
     * Waits until the service is ready.
     *
     * @throws IOException if it prints another line or ends; it is killed then
     */
    public ServiceProcess awaitReady() throws IOException {
        String line = process.inputReader().readLine();
        startTime = Duration.ofNanos(System.nanoTime() - started);
        String prefix = "ready " + service + " ";
        if (line == null || !line.startsWith(prefix)) {
            process.destroyForcibly();
            String text = log().strip();
            throw new IOException(service + " did not start: "
                    + (line == null ? "" : "it printed \"" + line + "\"; ")
                    + (text.isEmpty() ? "it does not say why" : text));
        }
        address = Address.parse(line.substring(prefix.length()), 0);
        return this;
    }

    /**
     * Returns the next line that the process prints; null at its end. Instead of {@link #awaitReady}, for a process that
     * prints more than one line.
     */
    public String readLine() throws IOException {
        return process.inputReader().readLine();
    }

    /** Sends a line to the stdin of the process. */
    public void send(String line) throws IOException {
        Writer stdin = process.outputWriter();
        stdin.write(line + "\n");
        stdin.flush();
    }

    /** Returns where the service listens, once it is ready. */
    public Address address() {
        return address;
    }

    /** Returns the time from the start of the process until it was ready. */
    public Duration startTime() {
        return startTime;
    }

    /** Returns everything that the service has written to its log. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    public long pid() {
        return process.pid();
    }

    /** Returns the {@link System#nanoTime()} at which the process was started. */
    public long started() {
        return started;
    }

    /** Returns the exit code; empty while the process runs. */
    public OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Throws an exception with the last line of the log if the process has ended. */
    public void checkAlive() throws IOException {
        if (!process.isAlive()) {
            String last = log().lines().filter(line -> !line.startsWith("\t")).reduce("", (before, line) -> line);
            throw new IOException(service + " has ended with exit code " + process.exitValue() + "; it said: " + last);
        }
    }

    /** Returns the processor time that the process has used; zero where the system does not tell. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Returns the largest resident memory of the process so far in MiB; -1 where the system does not tell. */
    public long peakMemory() throws IOException {
        return peakMemory(process.pid());
    }

    /** Returns the same for any process. */
    public static long peakMemory(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (Files.notExists(status)) {
            return -1;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(-1);
    }

    /** Sends a signal: {@code STOP} freezes the process, {@code CONT} lets it continue. */
    public void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + name + " of " + service + " failed");
        }
    }

    /** Sends SIGTERM, waits up to 2 minutes, and returns the exit code; see {@link #terminate(Duration)}. */
    public int terminate() throws IOException, InterruptedException {
        return terminate(EXIT_TIMEOUT);
    }

    /**
     * Sends SIGTERM, waits, and returns the exit code.
     *
     * @throws IOException if the process does not end in time; it is killed then
     */
    public int terminate(Duration timeout) throws IOException, InterruptedException {
        process.destroy();
        return awaitExit(timeout);
    }

    /**
     * Waits until the process ends, and returns its exit code.
     *
     * @throws IOException if it does not end within 2 minutes; it is killed then
     */
    public int awaitExit() throws IOException, InterruptedException {
        return awaitExit(EXIT_TIMEOUT);
    }

    private int awaitExit(Duration timeout) throws IOException, InterruptedException {
        if (!process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new IOException(service + " did not end within " + timeout.toSeconds() + " s");
        }
        return process.exitValue();
    }

    /** Kills the process with {@code kill -9}, and waits until it is dead. */
    public void kill() {
        killAll(List.of(this));
    }

    /** Kills all of these at the same moment with {@code kill -9}, and waits until they are dead. */
    public static void killAll(Collection<ServiceProcess> services) {
        services.forEach(service -> service.process.destroyForcibly());
        try {
            for (ServiceProcess service : services) {
                service.process.waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same as {@link #kill}. */
    @Override
    public void close() {
        kill();
    }
}

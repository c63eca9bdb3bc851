package toystore.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import toystore.common.Address;

/** A program that runs as a process of its own, on a port of its own choice, and says so when it is ready. */
final class RunningService implements Closeable {
    private final String program;
    private final Path log;
    private final Process process;
    private final long launched = System.nanoTime();
    private Address address; // this one and the next are set when it is ready
    private Duration startUp;

    private RunningService(String program, Path log, Process process) {
        this.program = program;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a service from its jar, and waits until it is ready.
     *
     * @param home the folder of the project, which was built
     * @param jvm flags of the JVM
     * @param folder takes what it writes to stderr
     */
    static RunningService start(Path home, String service, List<String> jvm, Path folder, String... flags)
            throws IOException {
        List<String> arguments = new ArrayList<>(jvm);
        arguments.addAll(List.of("-jar", BenchConfig.jar(home, service).toString(), "--port", "0"));
        arguments.addAll(List.of(flags));
        RunningService running = launch(service, arguments, folder.resolve(service + ".stderr"));
        running.awaitReady();
        return running;
    }

    /**
     * Starts a program; {@link #awaitReady} waits for it. What the environment says to the programs of a store does not
     * reach it.
     *
     * @param program what its line begins with: {@code ready <program> <host>:<port>}
     * @param arguments of {@code java}
     * @param log takes what it writes to stderr
     */
    static RunningService launch(String program, List<String> arguments, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(name -> name.startsWith("TOYSTORE_"));
        return new RunningService(program, log, builder.start());
    }

    /** Waits until it is ready; one that will never be is killed. */
    void awaitReady() throws IOException {
        String ready = process.inputReader().readLine();
        startUp = Duration.ofNanos(System.nanoTime() - launched);
        String prefix = "ready " + program + " ";
        if (ready == null || !ready.startsWith(prefix)) {
            process.destroyForcibly();
            throw new IOException(program + " did not start: " + said());
        }
        address = Address.parse(ready.substring(prefix.length()), 0);
    }

    Address address() {
        return address;
    }

    /** From the start of its JVM to the line that says that it is ready. */
    Duration startUp() {
        return startUp;
    }

    /** Complains if it has ended. */
    void checkAlive() throws IOException {
        if (!process.isAlive()) {
            String last = said().lines().filter(line -> !line.startsWith("\t")).reduce("", (before, line) -> line);
            throw new IOException(program + " has ended with exit code " + process.exitValue() + "; it said: " + last);
        }
    }

    /** The processor time that it has taken so far; zero where the system does not tell. */
    Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The most memory that was ever its own, in MiB. */
    long peakMemory() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (Files.notExists(status)) {
            return -1;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .findFirst()
                .orElse(-1);
    }

    /** {@code kill -9}; does not wait until it is dead. */
    void kill() {
        process.destroyForcibly();
    }

    void awaitEnd() throws InterruptedException {
        process.waitFor();
    }

    /** Ends it by SIGTERM. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String said() throws IOException {
        String text = Files.readString(log).strip();
        return text.isEmpty() ? "it does not say why" : text;
    }
}

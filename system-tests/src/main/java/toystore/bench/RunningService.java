package toystore.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import toystore.wire.net.Address;

/** A service that runs from its jar as a process of its own, on a port of its own choice. */
final class RunningService implements Closeable {
    private final Process process;
    private final Address address;
    private final Duration startUp;

    private RunningService(Process process, Address address, Duration startUp) {
        this.process = process;
        this.address = address;
        this.startUp = startUp;
    }

    /**
     * Starts it, and waits until it is ready.
     *
     * @param home the folder of the project, which was built
     * @param jvm flags of the JVM
     */
    static RunningService start(Path home, String service, List<String> jvm, Path data, String... flags)
            throws IOException {
        Path log = data.resolve(service + ".stderr");
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(jvm);
        command.addAll(List.of(
                "-jar", home.resolve(service + "/target/" + service + ".jar").toString()));
        command.addAll(List.of("--port", "0", "--data", data.toString()));
        command.addAll(List.of(flags));
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader stdout = process.inputReader();
        String ready = stdout.readLine();
        Duration startUp = Duration.ofNanos(System.nanoTime() - start);
        String prefix = "ready " + service + " ";
        if (ready == null || !ready.startsWith(prefix)) {
            process.destroyForcibly();
            throw new IOException(
                    service + " did not start: " + Files.readString(log).strip());
        }
        return new RunningService(process, Address.parse(ready.substring(prefix.length()), 0), startUp);
    }

    Address address() {
        return address;
    }

    /** From the start of its JVM to the line that says that it is ready. */
    Duration startUp() {
        return startUp;
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
}

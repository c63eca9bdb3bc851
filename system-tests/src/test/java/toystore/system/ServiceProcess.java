package toystore.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import toystore.wire.net.Address;

/** A service, started from its real jar as a process of its own. */
final class ServiceProcess implements AutoCloseable {
    private final String service;
    private final Process process;
    private final Path log;
    private final Address address;

    private ServiceProcess(String service, Process process, Path log, Address address) {
        this.service = service;
        this.process = process;
        this.log = log;
        this.address = address;
    }

    /** Starts it and waits until it says that it serves. What it logs goes to the folder's {@code <service>.log}. */
    static ServiceProcess start(Path folder, String service, String... arguments) throws IOException {
        return start(folder.resolve(service + ".log"), service, new ProcessBuilder(Jars.command(service, arguments)));
    }

    static ServiceProcess start(Path log, String service, ProcessBuilder command) throws IOException {
        Process process = command.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader stdout = process.inputReader();
        String ready = stdout.readLine();
        String prefix = "ready " + service + " ";
        if (ready == null || !ready.startsWith(prefix)) {
            process.destroyForcibly();
            throw new IOException(service + " did not start but said " + ready + ": " + Files.readString(log));
        }
        return new ServiceProcess(service, process, log, Address.parse(ready.substring(prefix.length()), 0));
    }

    Address address() {
        return address;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    /** {@code kill -9}, and waits until it is dead. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** {@code STOP} freezes it, connections and all; {@code CONT} lets it go on. */
    void signal(String name) throws IOException {
        if (Program.run(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())))
                        .exitCode()
                != 0) {
            throw new IOException("kill -" + name + " of " + service + " failed");
        }
    }

    /** SIGTERM; returns its exit code. */
    int terminate() {
        process.destroy();
        return awaitExit();
    }

    /** Waits until it ends by itself, or was told to; returns its exit code. */
    int awaitExit() {
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                throw new AssertionError(service + " did not end within 30 s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}

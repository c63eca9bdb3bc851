package toystore.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Services that end together. Once the group is closed, none of them runs and none can be started. Thread-safe. */
public final class ProcessGroup implements Closeable {
    @GuardedBy("this")
    private final List<ServiceProcess> services = new ArrayList<>();

    @GuardedBy("this")
    private boolean closed;

    /**
     * Starts a service; see {@link ServiceProcess#start}.
     *
     * @throws IOException if it cannot be started, or the group is closed
     */
    public synchronized ServiceProcess start(String service, ProcessBuilder command, Path log) throws IOException {
        if (closed) {
            throw new IOException(service + " is not started: this program is ending");
        }
        ServiceProcess process = ServiceProcess.start(service, command, log);
        services.add(process);
        return process;
    }

    /** Throws an exception if one of the services has ended. */
    public synchronized void checkAlive() throws IOException {
        for (ServiceProcess service : services) {
            service.checkAlive();
        }
    }

    /** Returns the processor time that all services have used. */
    public synchronized Duration cpuTime() {
        return services.stream().map(ServiceProcess::cpuTime).reduce(Duration.ZERO, Duration::plus);
    }

    /** Kills all services and waits until they are dead. */
    @Override
    public synchronized void close() {
        closed = true;
        ServiceProcess.killAll(services);
    }
}

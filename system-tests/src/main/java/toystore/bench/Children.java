package toystore.bench;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The processes that the bench has started. None is left when it is closed, and none is started after that. Thread-safe. */
final class Children implements Closeable {
    @GuardedBy("this")
    private final Map<ProcessRole, List<RunningService>> children = new EnumMap<>(ProcessRole.class);

    @GuardedBy("this")
    private boolean closed;

    /** Starts one; see {@link RunningService#launch}. */
    synchronized RunningService launch(ProcessRole part, String program, List<String> arguments, Path log)
            throws IOException {
        if (closed) {
            throw new IOException("the bench is stopped");
        }
        RunningService child = RunningService.launch(program, arguments, log);
        children.computeIfAbsent(part, any -> new ArrayList<>()).add(child);
        return child;
    }

    /** Complains if one has ended. */
    synchronized void checkAlive() throws IOException {
        for (List<RunningService> some : children.values()) {
            for (RunningService child : some) {
                child.checkAlive();
            }
        }
    }

    /** The processor time that those of each part have taken so far. */
    synchronized Map<ProcessRole, Duration> cpuTimes() {
        Map<ProcessRole, Duration> times = new EnumMap<>(ProcessRole.class);
        children.forEach((part, some) ->
                times.put(part, some.stream().map(RunningService::cpuTime).reduce(Duration.ZERO, Duration::plus)));
        return times;
    }

    /** Kills them: what they have is thrown away. */
    @Override
    public synchronized void close() {
        closed = true;
        children.values().forEach(some -> some.forEach(RunningService::kill));
        try {
            for (List<RunningService> some : children.values()) {
                for (RunningService child : some) {
                    child.awaitEnd();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package toystore.lab.room;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import toystore.client.http.Origin;
import toystore.lab.room.RoomState.ProcessState;
import toystore.lab.store.LabStore.Service;
import toystore.lab.store.PeerClient.Peer;

/** The processes of the store that a control room shows. Thread-safe. */
interface ObservedStore {

    /**
     * A process of a service.
     *
     * @param pid null if it is not known
     * @param started the {@link System#nanoTime()} of its start
     * @param exitCode null while it runs, or if it is not known
     */
    record SeenProcess(Long pid, long started, boolean alive, Integer exitCode) {
        /** No process at all. */
        static final SeenProcess NONE = new SeenProcess(null, 0, false, null);
    }

    /** What the system says of a process: a letter for its state, and its resident memory. */
    record SystemStatus(char state, long mib) {
        private static final char STOPPED = 'T';

        /** Reads {@code /proc/PID/status}; empty if the process is gone, or the system has no such file. */
        static Optional<SystemStatus> of(long pid) {
            char state = '?';
            long mib = 0;
            try {
                for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                    if (line.startsWith("State:")) {
                        state = line.substring("State:".length()).strip().charAt(0);
                    } else if (line.startsWith("VmRSS:")) {
                        mib = Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
                    }
                }
                return Optional.of(new SystemStatus(state, mib));
            } catch (IOException | RuntimeException gone) {
                return Optional.empty();
            }
        }

        boolean isFrozen() {
            return state == STOPPED;
        }
    }

    /** Returns the newest process of a service. */
    SeenProcess process(Service service);

    /** Returns the frontend, as its clients reach it; empty if that is not known. */
    Optional<Origin> frontend();

    /** Returns a service, as other services reach it; empty if that is not known. */
    Optional<Peer> peer(Service service);

    /** Returns the name of the database that has orders and stock; empty if they are in files, or it is not known. */
    default Optional<String> database() {
        return Optional.empty();
    }

    /**
     * The state of a service has changed.
     *
     * @param t when, in milliseconds since the start
     */
    void changed(Service service, ProcessState before, ProcessState now, SeenProcess process, long t);
}

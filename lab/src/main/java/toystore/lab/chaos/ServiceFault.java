package toystore.lab.chaos;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import toystore.lab.store.LabStore.Service;

/**
 * A fault of the services of one store.
 *
 * @param targets the services, all at the same moment
 * @param before the pause before it
 * @param down how long a target stays dead or frozen
 */
public record ServiceFault(FaultKind kind, List<Service> targets, Duration before, Duration down) {

    /** A kind of fault. */
    public enum FaultKind {
        /** Like a crash. */
        KILL("kill -9"),
        /** Like a machine that hangs for a while. */
        FREEZE("SIGSTOP"),
        /** Like a shutdown. */
        TERMINATE("SIGTERM");

        private final String signal;

        FaultKind(String signal) {
            this.signal = signal;
        }
    }

    public ServiceFault {
        targets = List.copyOf(targets);
    }

    /** The signal and the number of services, by which outages are grouped. */
    String category() {
        return kind.signal + (targets.size() > 1 ? " of " + targets.size() : "");
    }

    /** The fault, with a prefix for the names of its targets. */
    String toString(String prefix) {
        String names = targets.stream().map(Service::toString).collect(Collectors.joining("+"));
        String time =
                down.isZero() ? "" : (kind == FaultKind.FREEZE ? " for " : ", down for ") + down.toMillis() + " ms";
        return kind.signal + " " + prefix + names + time;
    }

    @Override
    public String toString() {
        return toString("");
    }
}

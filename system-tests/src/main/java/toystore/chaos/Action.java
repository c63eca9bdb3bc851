package toystore.chaos;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is done to the store next.
 *
 * @param victims whom it is done to, all at once
 * @param before pause before it
 * @param down how long a victim is left dead or frozen
 */
record Action(Kind kind, List<Service> victims, Duration before, Duration down) {

    /** How it is done. */
    enum Kind {
        /** Like a crash. */
        KILL("kill -9"),
        /** Like a machine that hangs, and then goes on as if nothing had been. */
        FREEZE("SIGSTOP"),
        /** Like a shutdown. */
        TERMINATE("SIGTERM");

        private final String signal;

        Kind(String signal) {
            this.signal = signal;
        }
    }

    Action {
        victims = List.copyOf(victims);
    }

    /** What kind of it is compared with what: a kill of three is another thing than a kill of one. */
    String sort() {
        return kind.signal + (victims.size() > 1 ? " of " + victims.size() : "");
    }

    @Override
    public String toString() {
        String whom = victims.stream().map(Service::toString).collect(Collectors.joining("+"));
        String time = down.isZero() ? "" : (kind == Kind.FREEZE ? " for " : ", down for ") + down.toMillis() + " ms";
        return kind.signal + " " + whom + time;
    }
}

package toystore.lab.room;

import java.util.List;
import java.util.Locale;
import toystore.lab.room.Modes.ModeName;
import toystore.lab.store.LabStore.Service;

/**
 * The state of a store as the page shows it: the JSON of {@code GET /api/state} and of a recording. Immutable.
 *
 * <p>A state in a reply has the samples, names of epochs and events that are new; a recording has all. Every time is in
 * milliseconds since {@code started}.
 *
 * @param kind {@code lab}, {@code watch} or {@code recording}
 * @param url of the store's own page; null if it is not known
 * @param seed of the shoppers and of the random faults
 * @param started as RFC 3339 writes it
 * @param period between two samples
 * @param next the {@code since} of the next request
 * @param more whether more samples wait, so that the page asks again at once
 * @param samples their values in the order of the columns; null where a value is not known
 * @param epochsFrom index of the first name in {@code epochs}
 * @param epochs names, in the order in which they were opened
 * @param recovery what the last start of orders found; null if it is not known
 * @param database of a store that is not in files; null for files, and before it is known
 * @param score null without shoppers
 * @param check null before the first check
 * @param mode the last weak mode that was run from the page; null before the first one
 * @param modes the weak modes that the page can run
 * @param traces orders of the probe that can be traced
 * @param actions whether the page has buttons
 */
record RoomState(
        String kind,
        String title,
        String url,
        String folder,
        Long seed,
        String started,
        long now,
        long period,
        long next,
        boolean more,
        List<String> columns,
        List<List<Object>> samples,
        int epochsFrom,
        List<String> epochs,
        List<ServiceView> services,
        RecoveryView recovery,
        DatabaseView database,
        List<RoomEvent> events,
        ScoreView score,
        RandomView random,
        CheckView check,
        ModeView mode,
        List<ModeName> modes,
        List<TracedOrder> traces,
        boolean actions) {

    /** The state of a process. */
    enum ProcessState {
        /** It runs, and has not replied yet. */
        STARTING,
        /** It replies. */
        UP,
        /** It runs, has replied before, and does not reply now. */
        SILENT,
        /** SIGSTOP has stopped it. */
        FROZEN,
        /** It does not run. */
        DEAD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The kind of an event. */
    enum EventKind {
        KILL,
        FREEZE,
        THAW,
        STOP,
        START,
        READY,
        OUTAGE,
        EPOCH,
        CIRCUIT,
        TORN_TAIL,
        DATABASE,
        CHECK,
        RANDOM,
        MODE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A service now.
     *
     * @param pid null if it is not known
     * @param since when this state began; null for a service that never ran
     * @param exitCode null while it runs, or if it is not known
     * @param mib resident memory; null if it is not known
     */
    record ServiceView(Service name, ProcessState state, Long pid, Long since, Integer exitCode, Long mib) {}

    /** What orders found in its log when it was started last. */
    record RecoveryView(long orders, long tornBytes, long ms) {}

    /**
     * The database of a store.
     *
     * @param orders of all cells; null if the services do not reply
     * @param problem why it cannot be used; null if it can, or if the services do not reply
     */
    record DatabaseView(String name, Long orders, String problem) {}

    /**
     * Something that happened.
     *
     * @param n its number; an event that changes is sent again under its number
     * @param end when its effect was over; null while it lasts
     */
    record RoomEvent(int n, long t, Long end, EventKind kind, List<Service> services, String text) {
        RoomEvent {
            services = List.copyOf(services);
        }

        RoomEvent until(long newEnd, String newText) {
            return new RoomEvent(n, t, newEnd, kind, services, newText);
        }
    }

    /**
     * The promises, counted since the start.
     *
     * @param other violations that are none of these three, such as a failed audit
     */
    record ScoreView(long acknowledged, long sentAgain, int lost, int doubled, int oversold, int other) {}

    /** The random faults. */
    record RandomView(boolean on, long seed) {}

    /** A check of the promises; the counts are null unless it is done. */
    record CheckView(
            Progress state,
            long t,
            List<String> lines,
            Integer lost,
            Integer doubled,
            Integer oversold,
            Integer other) {
        /** How far a check is. */
        enum Progress {
            RUNNING,
            DONE,
            /** It could not be finished. */
            FAILED;

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        CheckView {
            lines = List.copyOf(lines);
        }

        /** A check without counts. */
        static CheckView without(Progress state, long t, List<String> lines) {
            return new CheckView(state, t, lines, null, null, null, null);
        }
    }

    /** A run of a weak mode. */
    record ModeView(String name, boolean correct, long seed, boolean running, List<String> lines, Integer exitCode) {
        ModeView {
            lines = List.copyOf(lines);
        }
    }

    /** An order that the logs of the services trace. */
    record TracedOrder(String id, long t, double ms) {}
}

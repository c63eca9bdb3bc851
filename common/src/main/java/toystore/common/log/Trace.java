package toystore.common.log;

/**
 * The id of the request that a thread works on, from {@link #begin} to {@link #close}, both called by that thread; and
 * its {@link Phases}, if its log line has them.
 *
 * <p>The id is part of the thread's log lines and of its messages to other services. It is not in the MDC of the
 * logger, which costs several times as much. Its characters have no special meaning in JSON, logs or shells, so it
 * needs no escaping.
 */
public final class Trace implements AutoCloseable {
    /** Characters in an id. */
    public static final int MAX_LENGTH = 128;

    private static final String MARKS = "._~:/+=@-";
    private static final ThreadLocal<String> CURRENT = new ThreadLocal<>();
    private static final ThreadLocal<Phases> PHASES = ThreadLocal.withInitial(() -> Phases.NONE);

    private final String outer; // null if there is none
    private final Phases outerPhases;

    private Trace(String outer, Phases outerPhases) {
        this.outer = outer;
        this.outerPhases = outerPhases;
    }

    /** Starts to work on a request whose phases are not measured. */
    public static Trace begin(String id) {
        return begin(id, Phases.NONE);
    }

    /**
     * Starts to work on a request.
     *
     * @param id {@code null} if the request has none
     * @throws IllegalArgumentException if the id is not {@linkplain #isValid valid}
     */
    public static Trace begin(String id, Phases phases) {
        if (id != null && !isValid(id)) {
            throw new IllegalArgumentException("a trace must have 1 to " + MAX_LENGTH + " letters, digits and " + MARKS
                    + ", beginning with a letter or digit");
        }
        Trace trace = new Trace(current(), phases());
        CURRENT.set(id);
        PHASES.set(phases);
        return trace;
    }

    /** The id of the current request of this thread, or {@code null}. */
    public static String current() {
        return CURRENT.get();
    }

    /** The phases of the current request of this thread; {@link Phases#NONE} if they are not measured. */
    public static Phases phases() {
        return PHASES.get();
    }

    /**
     * Returns whether it is an id: 1 to 128 ASCII letters, digits and {@code ._~:/+=@-}, the first a letter or digit.
     */
    public static boolean isValid(String id) {
        if (id == null || id.isEmpty() || id.length() > MAX_LENGTH || MARKS.indexOf(id.charAt(0)) >= 0) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            if (!isAllowed(id.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAllowed(char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || MARKS.indexOf(c) >= 0;
    }

    /** Returns to the request that the thread worked on before. */
    @Override
    public void close() {
        CURRENT.set(outer);
        PHASES.set(outerPhases);
    }
}

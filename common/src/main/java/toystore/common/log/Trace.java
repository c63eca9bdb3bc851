package toystore.common.log;

/**
 * The id of the request that a thread works on, from {@link #begin} to {@link #close}, both called by that thread.
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

    private final String outer; // null if there is none

    private Trace(String outer) {
        this.outer = outer;
    }

    /**
     * Starts to work on a request.
     *
     * @param id {@code null} if the request has none
     * @throws IllegalArgumentException if the id is not {@linkplain #isValid valid}
     */
    public static Trace begin(String id) {
        if (id != null && !isValid(id)) {
            throw new IllegalArgumentException("a trace must have 1 to " + MAX_LENGTH + " letters, digits and " + MARKS
                    + ", beginning with a letter or digit");
        }
        Trace trace = new Trace(current());
        CURRENT.set(id);
        return trace;
    }

    /** The id of the current request of this thread, or {@code null}. */
    public static String current() {
        return CURRENT.get();
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
    }
}

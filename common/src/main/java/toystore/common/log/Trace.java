package toystore.common.log;

/**
 * The id of the request that a thread works on, from {@link #begin} to {@link #close}: whatever the thread logs meanwhile
 * carries the id, and so does whatever it asks another service. Begun and closed by the same thread. It is not in the MDC
 * of the logger, which costs several times as much.
 *
 * <p>An id is made of characters that mean nothing to JSON, to a log or to a shell: it is written as it is everywhere.
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
     * From now on this thread works on that request.
     *
     * @param id {@code null} if it has none
     * @throws IllegalArgumentException if that is no {@linkplain #isValid valid} id
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

    /** The id of the request that this thread works on; {@code null} if it works on none, or on one without an id. */
    public static String current() {
        return CURRENT.get();
    }

    /**
     * Whether it can be an id: 1 to 128 ASCII letters, digits and {@code ._~:/+=@-}, beginning with a letter or digit.
     * {@code null} is none.
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

    /** The thread works on what it did before. */
    @Override
    public void close() {
        CURRENT.set(outer);
    }
}

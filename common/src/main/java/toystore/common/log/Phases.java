package toystore.common.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * The phases of one request, one after the other, for its line in the log: {@code : parse 0.301, orders 3.311, reply
 * 0.112}, in milliseconds. Thread-safe, because the threads that work on a request hand it over.
 */
public final class Phases {
    /** The phases of a request without a line in the log. They are not measured: {@link #end} has no effect. */
    public static final Phases NONE = new Phases(0);

    private final long start;

    @GuardedBy("this")
    private StringBuilder text; // null before the first phase has ended

    @GuardedBy("this")
    private long last; // when it ended

    /** @param start of the first phase, on the clock of {@link System#nanoTime()} */
    public Phases(long start) {
        this.start = start;
        this.last = start;
    }

    /** Whether the phases are measured. */
    public boolean areMeasured() {
        return this != NONE;
    }

    /** Ends a phase now. It began when the one before it ended. */
    public void end(String name) {
        if (this != NONE) {
            end(name, System.nanoTime());
        }
    }

    /** Ends a phase at a moment on the clock of {@link System#nanoTime()}, not before the end of the previous one. */
    public synchronized void end(String name, long moment) {
        if (this != NONE) {
            text = text == null ? new StringBuilder(": ") : text.append(", ");
            append(text, name, moment);
            last = Math.max(last, moment);
        }
    }

    /**
     * The text for the log line; empty if no phase has ended.
     *
     * @param name of the phase that is not over yet
     * @param nanos from the start of the first phase until the end of that one
     */
    public synchronized String text(String name, long nanos) {
        return text == null
                ? ""
                : append(new StringBuilder(text).append(", "), name, start + nanos)
                        .toString();
    }

    @GuardedBy("this")
    private StringBuilder append(StringBuilder to, String name, long moment) {
        return to.append(name).append(' ').append(Millis.of(Math.max(0, moment - last)));
    }
}

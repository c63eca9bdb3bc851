package toystore.testing;

import java.time.Duration;

/**
 * For tests in which something must take longer than a deadline, and something else must not: which span of time tells the
 * two apart depends on how busy the machine is.
 */
public final class TimeSpans {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private TimeSpans() {}

    /** A test for a span of time. */
    @FunctionalInterface
    public interface Check {
        void holdsFor(Duration span) throws Exception;
    }

    /**
     * Passes if the check holds for the first span, or twice the span, or four times … up to a minute. A fault that does
     * not depend on the speed of the machine fails all of them.
     */
    public static void growing(Duration first, Check check) throws Exception {
        Duration span = first;
        while (true) {
            try {
                check.holdsFor(span);
                return;
            } catch (Exception | AssertionError e) {
                span = span.multipliedBy(2);
                if (span.compareTo(LONGEST) > 0) {
                    throw e;
                }
            }
        }
    }
}

package toystore.testing;

import java.time.Duration;

/**
 * Repeats checks that depend on time with growing spans of time.
 *
 * <p>It is for tests in which one thing must take longer than a deadline and another must not. The span of time that
 * separates the two depends on the load of the machine.
 */
public final class TimeSpans {
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private TimeSpans() {}

    /** A check for a span of time. */
    @FunctionalInterface
    public interface Check {
        void holdsFor(Duration span) throws Exception;
    }

    /**
     * Passes if the check holds for the first span, twice the span, four times the span … up to a minute. A defect
     * that does not depend on the speed of the machine fails all of them.
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

package toystore.loadtest.load;

import java.time.Duration;

/**
 * How long a step goes on: until every client has made its rounds and the time is over, or so many requests were sent.
 *
 * @param rounds of each client, at least
 * @param time at least; of an open loop, exactly
 * @param requests of all clients together, at most
 */
public record StopCondition(long rounds, Duration time, long requests) {
    private static final Duration LONGEST = Duration.ofHours(24);

    public StopCondition {
        require(!time.isZero() || rounds > 0, "a duration of 0; expected at least 1ms");
        require(time.compareTo(LONGEST) <= 0, "a duration of " + time.toHours() + "h; expected at most 24h");
        require(requests > 0, requests + " requests; expected 1 or more");
        require(rounds >= 0, rounds + " rounds; expected 1 or more");
    }

    /** For so long. */
    public static StopCondition lasting(Duration time) {
        return new StopCondition(0, time, Long.MAX_VALUE);
    }

    /** So many requests. */
    public static StopCondition ofRequests(long requests) {
        return new StopCondition(Long.MAX_VALUE, Duration.ZERO, requests);
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }

    /** So many rounds of each client, and at least so long. */
    public static StopCondition ofRounds(long rounds, Duration atLeast) {
        return new StopCondition(rounds, atLeast, Long.MAX_VALUE);
    }

    /** Whether it ends by the clock, if nothing else keeps it. */
    public boolean isTimed() {
        return requests == Long.MAX_VALUE;
    }
}

package toystore.loadtest.load;

import java.math.BigDecimal;
import java.time.Duration;
import toystore.loadtest.scenario.Scenario;

/**
 * One load that is measured: a scenario with a number of clients.
 *
 * @param clients that send at the same time, each with a connection and a thread
 * @param timeout for each response
 * @param keep the units of stock that this step leaves for later steps, after its minimum number of rounds
 */
public record Step(Scenario scenario, int clients, LoadModel model, StopCondition stop, Duration timeout, long keep) {
    private static final int MAX_CLIENTS = 1000;
    private static final Duration MAX_TIME = Duration.ofHours(24);

    public Step {
        require(clients >= 1 && clients <= MAX_CLIENTS, clients + " clients; expected 1 to " + MAX_CLIENTS);
        require(!timeout.isZero(), "a timeout of 0; expected at least 1ms");
        require(timeout.compareTo(MAX_TIME) <= 0, "a timeout of " + timeout.toHours() + "h; expected at most 24h");
    }

    /**
     * When a step ends: after a time and a number of rounds, or after a number of requests.
     *
     * @param rounds of each client, at least
     * @param time at least; of an open loop, exactly
     * @param requests of all clients together, at most
     */
    public record StopCondition(long rounds, Duration time, long requests) {
        public StopCondition {
            require(!time.isZero() || rounds > 0, "a duration of 0; expected at least 1ms");
            require(time.compareTo(MAX_TIME) <= 0, "a duration of " + time.toHours() + "h; expected at most 24h");
            require(requests > 0, requests + " requests; expected 1 or more");
            require(rounds >= 0, rounds + " rounds; expected 1 or more");
        }

        public static StopCondition lasting(Duration time) {
            return new StopCondition(0, time, Long.MAX_VALUE);
        }

        public static StopCondition ofRequests(long requests) {
            return new StopCondition(Long.MAX_VALUE, Duration.ZERO, requests);
        }

        public static StopCondition ofRounds(long rounds, Duration atLeast) {
            return new StopCondition(rounds, atLeast, Long.MAX_VALUE);
        }

        /** Returns whether the step ends after its time and rounds, and not after a number of requests. */
        public boolean isTimed() {
            return requests == Long.MAX_VALUE;
        }
    }

    /** A name that is different for each step of a load test: {@code mixed 0.75, 3 clients}. */
    public String name() {
        String name = scenario.name();
        if (scenario.probability() != null) {
            name += " "
                    + BigDecimal.valueOf(scenario.probability())
                            .stripTrailingZeros()
                            .toPlainString();
        }
        name += ", " + clients + (clients == 1 ? " client" : " clients");
        return model instanceof LoadModel.Open open ? name + ", " + LoadModel.perSecond(open.rate()) : name;
    }

    /** The same step with another number of units to leave. */
    public Step keeping(long units) {
        return new Step(scenario, clients, model, stop, timeout, units);
    }

    /** The same step with another load model and stop condition. */
    public Step with(LoadModel otherModel, StopCondition otherStop) {
        return new Step(scenario, clients, otherModel, otherStop, timeout, keep);
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }
}

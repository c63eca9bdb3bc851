package toystore.loadtest.load;

import java.math.BigDecimal;
import java.time.Duration;
import toystore.loadtest.scenario.Scenario;

/**
 * One setting that is measured.
 *
 * @param clients at once, each with a connection and a thread
 * @param timeout how long a client waits for an answer
 * @param keep units that this step leaves to later ones, once its rounds are made
 */
public record Step(Scenario scenario, int clients, LoadModel pace, StopCondition extent, Duration timeout, long keep) {
    private static final int MOST_CLIENTS = 1000;
    private static final Duration LONGEST = Duration.ofHours(24);

    public Step {
        require(clients >= 1 && clients <= MOST_CLIENTS, clients + " clients; expected 1 to " + MOST_CLIENTS);
        require(!timeout.isZero(), "a timeout of 0; expected at least 1ms");
        require(timeout.compareTo(LONGEST) <= 0, "a timeout of " + timeout.toHours() + "h; expected at most 24h");
    }

    /** For a person, and different for each step of a run: {@code mixed 0.75, 3 clients}. */
    public String name() {
        String name = scenario.name();
        if (scenario.probability() != null) {
            name += " " + plain(scenario.probability());
        }
        name += ", " + clients + (clients == 1 ? " client" : " clients");
        return pace instanceof LoadModel.Open open ? name + ", " + LoadModel.perSecond(open.rate()) : name;
    }

    /** The same, leaving so many units. */
    public Step keeping(long units) {
        return new Step(scenario, clients, pace, extent, timeout, units);
    }

    private static void require(boolean rule, String message) {
        if (!rule) {
            throw new IllegalArgumentException(message);
        }
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }
}

package toystore.loadtest.scenario;

import toystore.client.http.HttpConnection.Answer;
import toystore.loadtest.result.RequestOutcome;

/** One simulated client's way through a scenario: what it asks for next may depend on the last answer. For one thread. */
public interface VirtualUser {
    /** What to ask for now; null if there is nothing left to ask for. */
    ScenarioRequest next();

    /** What became of the request, by its answer. It is told of every one that came. */
    Verdict judge(ScenarioRequest request, Answer answer);

    /** Whether a round is complete: a round is what the scenario is made of, a query, say, and perhaps an order. */
    default boolean isBetweenRounds() {
        return true;
    }

    /**
     * An outcome.
     *
     * @param why in a sentence, if it is a failure; else null
     */
    record Verdict(RequestOutcome outcome, String why) {
        static final Verdict OK = new Verdict(RequestOutcome.OK, null);
        static final Verdict SOLD_OUT = new Verdict(RequestOutcome.SOLD_OUT, null);
    }
}

package toystore.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.common.Abbreviated;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;

/** The requests that the clients of a step send. Thread-safe. */
public interface Scenario {
    /** Used in names of steps and files. */
    String name();

    /** The server that the requests are sent to. */
    Origin target();

    /** The kinds of its requests. */
    List<Kind> kinds();

    /** The probability of buying the product that was queried last; null if there is none. */
    default Double probability() {
        return null;
    }

    /** The user of one client. */
    VirtualUser newUser(RandomGenerator random);

    default boolean buys() {
        return kinds().contains(Kind.BUY);
    }

    /**
     * A request to send.
     *
     * @param product its number; 0 if the request is not about a product
     */
    record ScenarioRequest(Kind kind, HttpRequest http, int product) {}

    /** Chooses the requests of one client; a choice may depend on the last response. Not thread-safe. */
    interface VirtualUser {
        /** The next request; null if everything is sold out. */
        ScenarioRequest next();

        /** Determines the outcome of a request. Called for every response. */
        Classification classify(ScenarioRequest request, Response response);

        /** Returns whether a round is complete. A round is a query, an order, or a query and perhaps an order. */
        default boolean isBetweenRounds() {
            return true;
        }
    }

    /**
     * The outcome of a request.
     *
     * @param reason a clause, if the outcome is a failure; else null
     */
    record Classification(RequestOutcome outcome, String reason) {
        static final Classification OK = new Classification(RequestOutcome.OK, null);
        static final Classification SOLD_OUT = new Classification(RequestOutcome.SOLD_OUT, null);

        private static final int UNAVAILABLE = 503;
        private static final int MAX_BODY = 120;

        /** The outcome that follows from the status alone. */
        static Classification byStatus(Response response) {
            int status = response.status();
            if (status < 400) {
                return OK;
            }
            return failure(
                    status < 500 || status == UNAVAILABLE ? RequestOutcome.REFUSED : RequestOutcome.ERROR, response);
        }

        static Classification failure(RequestOutcome outcome, Response response) {
            String body = Abbreviated.of(new String(response.body(), UTF_8).strip(), MAX_BODY);
            return new Classification(outcome, "status " + response.status() + (body.isEmpty() ? "" : ": " + body));
        }
    }
}

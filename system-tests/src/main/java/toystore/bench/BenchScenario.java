package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.common.Abbreviated;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.scenario.Scenario;
import toystore.loadtest.scenario.Scenario.Classification;
import toystore.loadtest.scenario.Scenario.ScenarioRequest;
import toystore.loadtest.scenario.Scenario.VirtualUser;

/**
 * Sends any of a list of requests. Only one status counts as answered, so that quick refusals do not look like speed.
 *
 * @param status of the expected responses
 */
record BenchScenario(Origin target, List<HttpRequest> requests, int status) implements Scenario {
    private static final Classification ANSWERED = new Classification(RequestOutcome.OK, null);
    private static final int MAX_BODY_SHOWN = 120;

    BenchScenario {
        requests = List.copyOf(requests);
    }

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public List<Kind> kinds() {
        return List.of(Kind.REQUEST);
    }

    @Override
    public VirtualUser newUser(RandomGenerator random) {
        List<ScenarioRequest> all = requests.stream()
                .map(http -> new ScenarioRequest(Kind.REQUEST, http, 0))
                .toList();
        return new VirtualUser() {
            @Override
            public ScenarioRequest next() {
                return all.get(all.size() == 1 ? 0 : random.nextInt(all.size()));
            }

            @Override
            public Classification classify(ScenarioRequest request, Response response) {
                return response.status() == status ? ANSWERED : unexpected(response);
            }
        };
    }

    private Classification unexpected(Response response) {
        String body = Abbreviated.of(new String(response.body(), UTF_8).strip(), MAX_BODY_SHOWN);
        return new Classification(
                RequestOutcome.ERROR, "status " + response.status() + " instead of " + status + ": " + body);
    }
}

package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpRequest;
import toystore.common.Abbreviated;
import toystore.common.Address;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.scenario.Scenario;
import toystore.loadtest.scenario.Scenario.Classification;
import toystore.loadtest.scenario.Scenario.ScenarioRequest;
import toystore.loadtest.scenario.Scenario.VirtualUser;

/**
 * Requests that are answered alike, each time any of them. Only one status is an answer: a quick refusal must not make
 * anything look quick.
 */
record RequestCycle(Address target, List<HttpRequest> requests, int status) implements Scenario {
    private static final Classification OK = new Classification(RequestOutcome.OK, null);
    private static final int SHOWN = 120;

    RequestCycle {
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
            public Classification classify(ScenarioRequest request, Response answer) {
                return answer.status() == status ? OK : refused(answer);
            }
        };
    }

    private Classification refused(Response answer) {
        String body = Abbreviated.of(new String(answer.body(), UTF_8).strip(), SHOWN);
        return new Classification(
                RequestOutcome.ERROR, "status " + answer.status() + " and not " + status + ": " + body);
    }
}

package toystore.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Answer;
import toystore.client.http.HttpRequest;
import toystore.common.Abbreviated;
import toystore.common.Address;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.RequestOutcome;
import toystore.loadtest.scenario.Scenario;
import toystore.loadtest.scenario.ScenarioRequest;
import toystore.loadtest.scenario.VirtualUser;

/**
 * Sends any of a list of requests. Only one status counts as answered, so that quick refusals do not look like speed.
 *
 * @param status of the expected responses
 */
record BenchScenario(Address target, List<HttpRequest> requests, int status) implements Scenario {
    private static final VirtualUser.Verdict ANSWERED = new VirtualUser.Verdict(RequestOutcome.OK, null);
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
    public VirtualUser visitor(RandomGenerator random) {
        List<ScenarioRequest> all = requests.stream()
                .map(http -> new ScenarioRequest(Kind.REQUEST, http, 0))
                .toList();
        return new VirtualUser() {
            @Override
            public ScenarioRequest next() {
                return all.get(all.size() == 1 ? 0 : random.nextInt(all.size()));
            }

            @Override
            public Verdict judge(ScenarioRequest request, Answer response) {
                return response.status() == status ? ANSWERED : unexpected(response);
            }
        };
    }

    private VirtualUser.Verdict unexpected(Answer response) {
        String body = Abbreviated.of(new String(response.body(), UTF_8).strip(), MAX_BODY_SHOWN);
        return new VirtualUser.Verdict(
                RequestOutcome.ERROR, "status " + response.status() + " instead of " + status + ": " + body);
    }
}

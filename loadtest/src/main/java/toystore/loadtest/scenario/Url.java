package toystore.loadtest.scenario;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Response;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.loadtest.result.Results.Kind;

/** One request to any HTTP service, repeated. Every status below 400 is OK. */
public record Url(Origin target, HttpRequest request) implements Scenario {
    @Override
    public String name() {
        return "url";
    }

    @Override
    public List<Kind> kinds() {
        return List.of(Kind.REQUEST);
    }

    @Override
    public VirtualUser newUser(RandomGenerator random) {
        ScenarioRequest only = new ScenarioRequest(Kind.REQUEST, request, 0);
        return new VirtualUser() {
            @Override
            public ScenarioRequest next() {
                return only;
            }

            @Override
            public Classification classify(ScenarioRequest sent, Response response) {
                return Classification.byStatus(response);
            }
        };
    }
}

package toystore.loadtest.scenario;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Answer;
import toystore.client.http.HttpRequest;
import toystore.common.Address;
import toystore.loadtest.result.Kind;

/** The same request again and again, to any HTTP service; every status below 400 is as asked. A round is one of them. */
public record Url(Address target, HttpRequest request) implements Scenario {
    @Override
    public String name() {
        return "url";
    }

    @Override
    public List<Kind> kinds() {
        return List.of(Kind.REQUEST);
    }

    @Override
    public VirtualUser visitor(RandomGenerator random) {
        ScenarioRequest only = new ScenarioRequest(Kind.REQUEST, request, 0);
        return new VirtualUser() {
            @Override
            public ScenarioRequest next() {
                return only;
            }

            @Override
            public Verdict judge(ScenarioRequest sent, Answer answer) {
                return ResponseClassifier.byStatus(answer);
            }
        };
    }
}

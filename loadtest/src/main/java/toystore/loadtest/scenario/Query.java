package toystore.loadtest.scenario;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Answer;
import toystore.common.Address;
import toystore.loadtest.result.Kind;

/** Queries for products. A round is one of them. */
public record Query(Shop shop) implements Scenario {
    @Override
    public String name() {
        return "query";
    }

    @Override
    public Address target() {
        return shop.address();
    }

    @Override
    public List<Kind> kinds() {
        return List.of(Kind.QUERY);
    }

    @Override
    public VirtualUser visitor(RandomGenerator random) {
        return new VirtualUser() {
            @Override
            public ScenarioRequest next() {
                return shop.query(random);
            }

            @Override
            public Verdict judge(ScenarioRequest request, Answer answer) {
                return StoreResponseClassifier.ofQuery(answer);
            }
        };
    }
}

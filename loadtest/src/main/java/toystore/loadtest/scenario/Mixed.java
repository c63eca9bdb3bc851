package toystore.loadtest.scenario;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Answer;
import toystore.common.Address;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.RequestOutcome;

/** The round of the exercise: a query, and then, if there is something left, with a probability an order of one unit. */
public record Mixed(Shop shop, Double probability) implements Scenario {
    @Override
    public String name() {
        return "mixed";
    }

    @Override
    public Address target() {
        return shop.address();
    }

    @Override
    public List<Kind> kinds() {
        return List.of(Kind.QUERY, Kind.BUY);
    }

    @Override
    public VirtualUser visitor(RandomGenerator random) {
        return new VirtualUser() {
            private ScenarioRequest wanted; // an order that the last query has led to

            @Override
            public ScenarioRequest next() {
                if (wanted == null) {
                    return shop.query(random);
                }
                ScenarioRequest order = wanted;
                wanted = null;
                return order;
            }

            @Override
            public Verdict judge(ScenarioRequest request, Answer answer) {
                if (request.kind() == Kind.BUY) {
                    return StoreResponseClassifier.ofBuy(request, answer, shop.stock());
                }
                Verdict verdict = StoreResponseClassifier.ofQuery(answer);
                if (verdict.outcome() == RequestOutcome.OK
                        && StoreResponseClassifier.quantity(answer) > 0
                        && random.nextDouble() < probability) {
                    wanted = shop.buy(request.product());
                }
                return verdict;
            }

            @Override
            public boolean isBetweenRounds() {
                return wanted == null;
            }
        };
    }
}

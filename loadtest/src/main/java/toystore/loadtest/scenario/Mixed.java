package toystore.loadtest.scenario;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Answer;
import toystore.common.Address;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.Outcome;

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
    public Visitor visitor(RandomGenerator random) {
        return new Visitor() {
            private Request wanted; // an order that the last query has led to

            @Override
            public Request next() {
                if (wanted == null) {
                    return shop.query(random);
                }
                Request order = wanted;
                wanted = null;
                return order;
            }

            @Override
            public Verdict judge(Request request, Answer answer) {
                if (request.kind() == Kind.BUY) {
                    return ShopJudge.ofBuy(request, answer, shop.stock());
                }
                Verdict verdict = ShopJudge.ofQuery(answer);
                if (verdict.outcome() == Outcome.OK
                        && ShopJudge.quantity(answer) > 0
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

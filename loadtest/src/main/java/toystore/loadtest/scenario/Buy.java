package toystore.loadtest.scenario;

import java.util.List;
import java.util.random.RandomGenerator;
import toystore.client.http.HttpConnection.Answer;
import toystore.common.Address;
import toystore.loadtest.result.Kind;

/** Orders of one unit each, of what is not sold out. A round is one of them; when nothing is left it is over. */
public record Buy(Shop shop) implements Scenario {
    @Override
    public String name() {
        return "buy";
    }

    @Override
    public Address target() {
        return shop.address();
    }

    @Override
    public List<Kind> kinds() {
        return List.of(Kind.BUY);
    }

    @Override
    public VirtualUser visitor(RandomGenerator random) {
        return new VirtualUser() {
            @Override
            public ScenarioRequest next() {
                return shop.buyWhatIsLeft(random);
            }

            @Override
            public Verdict judge(ScenarioRequest request, Answer answer) {
                return StoreResponseClassifier.ofBuy(request, answer, shop.stock());
            }
        };
    }
}

package toystore.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import toystore.client.http.HttpConnection.Answer;
import toystore.loadtest.result.RequestOutcome;
import toystore.loadtest.scenario.VirtualUser.Verdict;

/** What a toy store's answers mean. */
final class StoreResponseClassifier {
    private static final int CONFLICT = 409;
    private static final byte[] QUANTITY = "\"quantity\":".getBytes(UTF_8);
    private static final byte[] ORDER_NUMBER = "\"order_number\":".getBytes(UTF_8);

    private StoreResponseClassifier() {}

    /** A product has a quantity. */
    static Verdict ofQuery(Answer answer) {
        Verdict verdict = ResponseClassifier.byStatus(answer);
        return verdict.outcome() == RequestOutcome.OK && quantity(answer) < 0
                ? ResponseClassifier.failure(RequestOutcome.ERROR, answer)
                : verdict;
    }

    /** An order has a number. The stock is told what was bought, and what is sold out. */
    static Verdict ofBuy(ScenarioRequest request, Answer answer, RemainingStock stock) {
        if (answer.status() == CONFLICT) {
            stock.soldOut(request.product());
            return Verdict.SOLD_OUT;
        }
        Verdict verdict = ResponseClassifier.byStatus(answer);
        if (verdict.outcome() != RequestOutcome.OK) {
            return verdict;
        }
        if (ResponseClassifier.number(answer.body(), ORDER_NUMBER) < 1) {
            return ResponseClassifier.failure(RequestOutcome.ERROR, answer);
        }
        stock.bought(request.product());
        return verdict;
    }

    static long quantity(Answer answer) {
        return ResponseClassifier.number(answer.body(), QUANTITY);
    }
}

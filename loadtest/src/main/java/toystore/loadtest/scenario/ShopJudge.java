package toystore.loadtest.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import toystore.client.http.HttpConnection.Answer;
import toystore.loadtest.result.Outcome;
import toystore.loadtest.scenario.Visitor.Verdict;

/** What a toy store's answers mean. */
final class ShopJudge {
    private static final int CONFLICT = 409;
    private static final byte[] QUANTITY = "\"quantity\":".getBytes(UTF_8);
    private static final byte[] ORDER_NUMBER = "\"order_number\":".getBytes(UTF_8);

    private ShopJudge() {}

    /** A product has a quantity. */
    static Verdict ofQuery(Answer answer) {
        Verdict verdict = Judge.byStatus(answer);
        return verdict.outcome() == Outcome.OK && quantity(answer) < 0 ? Judge.failure(Outcome.ERROR, answer) : verdict;
    }

    /** An order has a number. The stock is told what was bought, and what is sold out. */
    static Verdict ofBuy(Request request, Answer answer, Stock stock) {
        if (answer.status() == CONFLICT) {
            stock.soldOut(request.product());
            return Verdict.SOLD_OUT;
        }
        Verdict verdict = Judge.byStatus(answer);
        if (verdict.outcome() != Outcome.OK) {
            return verdict;
        }
        if (Judge.number(answer.body(), ORDER_NUMBER) < 1) {
            return Judge.failure(Outcome.ERROR, answer);
        }
        stock.bought(request.product());
        return verdict;
    }

    static long quantity(Answer answer) {
        return Judge.number(answer.body(), QUANTITY);
    }
}

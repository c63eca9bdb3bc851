package toystore.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import toystore.chaos.FinalState.Shelf;
import toystore.chaos.Violations.Kind;
import toystore.client.StoreClient.Receipt;

/** Each fault is there once, so that a verdict that cannot see it fails. */
class VerdictTest {
    private static final Receipt ONE = receipt(1, 5);
    private static final Receipt TWO = receipt(2, 3);

    private final Violations faults = new Violations();
    private final AcknowledgedOrders ledger = new AcknowledgedOrders(faults);

    VerdictTest() {
        ledger.acknowledged(new Purchase("a", "Tux", 5), ONE);
        ledger.acknowledged(new Purchase("b", "Tux", 3), TWO);
        ledger.restocked("Tux", TestCatalog.CRATE);
    }

    @Test
    void findsNothingWrongWithAStoreThatKeptItsPromises() {
        judge(62, ONE, TWO);
        judge(112, ONE, TWO); // a crate of which nobody knows

        assertThat(faults.isEmpty()).isTrue();
    }

    @Test
    void findsALostOrder() {
        judge(65, ONE);

        assertOnly(Kind.LOST, "LOST: order 2: was acknowledged as " + TWO + " and is gone");
    }

    @Test
    void findsAChangedOrder() {
        Receipt changed = new Receipt(2, "Tux", 3, new BigDecimal("16.99"), TWO.time());
        judge(62, ONE, changed);

        assertOnly(Kind.LOST, "LOST: order 2: was acknowledged as " + TWO + " and is now " + changed);
    }

    @Test
    void findsAnOrderThatIsThereTwice() {
        Receipt again = receipt(3, 3);
        judge(59, ONE, TWO, again);

        assertOnly(Kind.DOUBLED, "DOUBLED: order 3: is in the store as " + again + ", but is the order of no purchase");
    }

    @Test
    void findsStockThatWasSoldTwiceOrIsMissing() {
        judge(64, ONE, TWO);
        assertOnly(Kind.OVERSOLD, "OVERSOLD: Tux: 20 at the start, 8 ordered, 64 left: so 52 came in");
    }

    @Test
    void findsACrateThatWasForgotten() {
        judge(12, ONE, TWO);
        assertOnly(
                Kind.OVERSOLD, "OVERSOLD: Tux: 20 at the start, 8 ordered, 12 left: so 0 came in, which should be 50");
    }

    @Test
    void findsStockBelowZero() {
        judge(-38, ONE, TWO);
        assertThat(faults.count(Kind.OVERSOLD)).isEqualTo(1);
    }

    @Test
    void findsAPurchaseWithTwoNumbersWhoeverSaysSo() {
        ledger.acknowledged(new Purchase("b", "Tux", 3), TWO);
        assertThat(faults.isEmpty()).isTrue();

        Receipt again = receipt(3, 3);
        ledger.acknowledged(new Purchase("b", "Tux", 3), again);
        judge(59, ONE, TWO, again);

        assertOnly(Kind.DOUBLED, "DOUBLED: order 3: Purchase[key=b, name=Tux, quantity=3] is order 2 already");
    }

    @Test
    void findsANumberThatStandsForTwoPurchases() {
        ledger.acknowledged(new Purchase("c", "Tux", 3), TWO);

        assertOnly(Kind.DOUBLED, "DOUBLED: order 2: was acknowledged for two keys, b and c");
    }

    @Test
    void findsAnAnswerThatChangesAndOneThatIsForSomethingElse() {
        ledger.acknowledged(
                new Purchase("b", "Tux", 3),
                new Receipt(2, "Tux", 3, TWO.price(), TWO.time().plusMillis(1)));
        ledger.acknowledged(new Purchase("c", "Fox", 4), receipt(4, 4));

        assertThat(faults.count(Kind.LOST)).isEqualTo(2);
    }

    private void judge(int left, Receipt... orders) {
        Map<Long, Receipt> byNumber =
                Arrays.stream(orders).collect(Collectors.toMap(Receipt::orderNumber, Function.identity()));
        new Verdict(ledger, new FinalState(byNumber, List.of(new Shelf("Tux", 20, left))), faults).judge();
    }

    private void assertOnly(Kind kind, String line) {
        assertThat(faults.lines()).singleElement().asString().startsWith(line);
        assertThat(faults.count(kind)).isEqualTo(1);
    }

    private static Receipt receipt(long number, int quantity) {
        return new Receipt(number, "Tux", quantity, new BigDecimal("15.99"), Instant.ofEpochSecond(1_800_000_000));
    }
}

package toystore.lab.shoppers;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import toystore.client.StoreClient.Receipt;
import toystore.lab.shoppers.FinalState.ProductState;
import toystore.lab.shoppers.KeyedClient.KeyedOrder;
import toystore.lab.shoppers.Violations.Kind;
import toystore.lab.store.LabCatalog;

/** Each test has one violation, which the check must find. */
class FinalStateTest {
    private static final Receipt ONE = receipt(1, 5);
    private static final Receipt TWO = receipt(2, 3);

    private final Violations violations = new Violations();
    private final AcknowledgedOrders acknowledged = new AcknowledgedOrders(violations);

    FinalStateTest() {
        acknowledged.add(new KeyedOrder("a", "Tux", 5), ONE);
        acknowledged.add(new KeyedOrder("b", "Tux", 3), TWO);
        acknowledged.addRestock("Tux", LabCatalog.RESTOCK_UNITS);
    }

    @Test
    void findsNothingInAStoreThatKeptItsPromises() {
        check(62, ONE, TWO);
        check(112, ONE, TWO); // a restock that was made and not acknowledged

        assertThat(violations.isEmpty()).isTrue();
    }

    @Test
    void countsOrdersOfOtherClientsApart() {
        acknowledged.addOther(new KeyedOrder("by-hand", "Tux", 1), receipt(3, 1));

        check(61, ONE, TWO, receipt(3, 1));
        assertThat(violations.isEmpty()).isTrue();
        assertThat(acknowledged.count()).isEqualTo(2);
        assertThat(acknowledged.others()).isEqualTo(1);
        check(62, ONE, TWO);
        assertThat(violations.count(Kind.LOST)).isEqualTo(1);
    }

    @Test
    void allowsForUnitsThatMayHaveBeenTaken() {
        acknowledged.addUnknownRestock("Tux", -LabCatalog.RESTOCK_UNITS);
        acknowledged.addUnknownRestock("Tux", LabCatalog.RESTOCK_UNITS);
        check(12, ONE, TWO);
        check(62, ONE, TWO);
        check(112, ONE, TWO);

        assertThat(violations.isEmpty()).isTrue();
    }

    @Test
    void countsUnitsThatWereTaken() {
        acknowledged.addRestock("Tux", LabCatalog.RESTOCK_UNITS);
        acknowledged.addRestock("Tux", -LabCatalog.RESTOCK_UNITS);

        check(62, ONE, TWO);
        assertThat(violations.isEmpty()).isTrue();
        check(12, ONE, TWO);
        assertThat(violations.count(Kind.OVERSOLD)).isEqualTo(1);
    }

    @Test
    void findsALostOrder() {
        check(65, ONE);

        assertOnly(Kind.LOST, "LOST: order 2: was acknowledged as " + TWO + " and is gone");
    }

    @Test
    void findsAChangedOrder() {
        Receipt changed = new Receipt(2, "Tux", 3, new BigDecimal("16.99"), TWO.time());
        check(62, ONE, changed);

        assertOnly(Kind.LOST, "LOST: order 2: was acknowledged as " + TWO + " and is now " + changed);
    }

    @Test
    void findsAnOrderThatExistsTwice() {
        Receipt again = receipt(3, 3);
        check(59, ONE, TWO, again);

        assertOnly(Kind.DOUBLED, "DOUBLED: order 3: is in the store as " + again + ", but no shopper has placed it");
    }

    @Test
    void findsStockThatWasSoldTwiceOrIsMissing() {
        check(64, ONE, TWO);
        assertOnly(Kind.OVERSOLD, "OVERSOLD: Tux: 20 at the start, 8 ordered, 64 left: so 52 were restocked");
    }

    @Test
    void findsALostRestock() {
        check(12, ONE, TWO);
        assertOnly(
                Kind.OVERSOLD, "OVERSOLD: Tux: 20 at the start, 8 ordered, 12 left: so 0 were restocked; expected 50");
    }

    @Test
    void findsStockBelowZero() {
        check(-38, ONE, TWO);
        assertThat(violations.count(Kind.OVERSOLD)).isEqualTo(1);
    }

    @Test
    void findsAnOrderThatWasAcknowledgedWithTwoNumbers() {
        acknowledged.add(new KeyedOrder("b", "Tux", 3), TWO);
        assertThat(violations.isEmpty()).isTrue();

        Receipt again = receipt(3, 3);
        acknowledged.add(new KeyedOrder("b", "Tux", 3), again);
        check(59, ONE, TWO, again);

        assertOnly(Kind.DOUBLED, "DOUBLED: order 3: KeyedOrder[key=b, name=Tux, quantity=3] is order 2 already");
    }

    @Test
    void findsANumberThatWasAcknowledgedForTwoOrders() {
        acknowledged.add(new KeyedOrder("c", "Tux", 3), TWO);

        assertOnly(Kind.DOUBLED, "DOUBLED: order 2: was acknowledged for two keys, b and c");
    }

    @Test
    void findsAcknowledgementsThatChangeOrDifferFromTheOrder() {
        acknowledged.add(
                new KeyedOrder("b", "Tux", 3),
                new Receipt(2, "Tux", 3, TWO.price(), TWO.time().plusMillis(1)));
        acknowledged.add(new KeyedOrder("c", "Fox", 4), receipt(4, 4));

        assertThat(violations.count(Kind.LOST)).isEqualTo(2);
    }

    private void check(int left, Receipt... orders) {
        Map<Long, Receipt> byNumber =
                Arrays.stream(orders).collect(Collectors.toMap(Receipt::orderNumber, Function.identity()));
        new FinalState(byNumber, List.of(new ProductState("Tux", 20, left))).check(acknowledged, violations);
    }

    private void assertOnly(Kind kind, String line) {
        assertThat(violations.lines()).singleElement().asString().startsWith(line);
        assertThat(violations.count(kind)).isEqualTo(1);
    }

    private static Receipt receipt(long number, int quantity) {
        return new Receipt(number, "Tux", quantity, new BigDecimal("15.99"), Instant.ofEpochSecond(1_800_000_000));
    }
}

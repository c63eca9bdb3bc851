package toystore.lab.weak;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import toystore.client.StoreClient.Receipt;
import toystore.lab.shoppers.KeyedClient.KeyedOrder;
import toystore.lab.weak.Experiment.Purchase;

/** Each test has one difference between what the shoppers were told and what the store has. */
class OutcomeCheckTest {
    private static final Receipt ONE = receipt(1, 60);
    private static final Receipt TWO = receipt(2, 30);

    @Test
    void isCleanIfTheStoreHasWhatItAcknowledged() {
        OutcomeCheck check = check(List.of(bought(ONE), bought(TWO)), ONE, TWO);

        assertThat(check.isClean()).isTrue();
        assertThat(check.lines()).isEmpty();
        assertThat(check.left()).isEqualTo(10);
        assertThat(check.counts()).isEqualTo("0 lost, 0 doubled, 0 oversold");
    }

    @Test
    void findsAnOrderThatIsGoneAndOneThatIsAnother() {
        OutcomeCheck gone = check(List.of(bought(ONE), bought(TWO)), ONE);
        assertThat(gone.loss()).contains("LOST 1 order (records and look-ups)");
        assertThat(gone.lines()).containsExactly("order 2 (30 Tux) of shopper-2 is gone");
        assertThat(gone.isClean()).isFalse();

        OutcomeCheck another = check(List.of(bought(ONE)), receipt(1, 5));
        assertThat(another.lost()).containsExactly("order 1 (60 Tux) of shopper-1 is now order 1 (5 Tux)");
        assertThat(another.counts()).isEqualTo("1 lost, 1 doubled, 0 oversold");
    }

    @Test
    void findsAnOrderThatWasPlacedTwice() {
        OutcomeCheck check = check(List.of(bought(TWO)), receipt(1, 30), TWO);

        assertThat(check.doubling()).contains("DOUBLED 1 order (records and look-ups)");
        assertThat(check.invention()).isEmpty();
        assertThat(check.isClean()).isFalse();
    }

    @Test
    void findsAnOrderThatNobodyHasSent() {
        OutcomeCheck check = check(List.of(bought(ONE), withoutReceipt(30, true)), ONE, receipt(2, 31));

        assertThat(check.invention()).contains("INVENTED 1 order (records and look-ups)");
        assertThat(check.doubling()).isEmpty();
        assertThat(check.isClean()).isFalse();
    }

    @Test
    void findsMoreUnitsThanThereWere() {
        OutcomeCheck check = check(List.of(bought(ONE), bought(receipt(2, 61))), ONE, receipt(2, 61));

        assertThat(check.overselling()).contains("OVERSOLD by 21");
        assertThat(check.counts()).isEqualTo("0 lost, 0 doubled, 21 oversold");
        assertThat(check.isClean()).isFalse();
    }

    @Test
    void allowsOneOrderOfWhichAShopperDoesNotKnowTheOutcome() {
        Purchase unknown = withoutReceipt(30, false);

        assertThat(check(List.of(bought(ONE), unknown), ONE).isClean()).isTrue();
        assertThat(check(List.of(bought(ONE), unknown), ONE, TWO).isClean()).isTrue();
        assertThat(check(List.of(bought(ONE), unknown), ONE, TWO, receipt(3, 30))
                        .doubling())
                .isPresent();
    }

    private static OutcomeCheck check(List<Purchase> purchases, Receipt... orders) {
        Map<Long, Receipt> byNumber =
                Arrays.stream(orders).collect(Collectors.toMap(Receipt::orderNumber, Function.identity()));
        return OutcomeCheck.of(purchases, byNumber, 100);
    }

    private static Purchase bought(Receipt receipt) {
        String shopper = "shopper-" + receipt.orderNumber();
        KeyedOrder order = new KeyedOrder(shopper, receipt.name(), receipt.quantity());
        return new Purchase(shopper, order, Optional.of(receipt), null, false);
    }

    private static Purchase withoutReceipt(int quantity, boolean refused) {
        return new Purchase("late", new KeyedOrder("late", "Tux", quantity), Optional.empty(), "", refused);
    }

    private static Receipt receipt(long number, int quantity) {
        return new Receipt(number, "Tux", quantity, new BigDecimal("15.99"), Instant.ofEpochSecond(1_800_000_000));
    }
}

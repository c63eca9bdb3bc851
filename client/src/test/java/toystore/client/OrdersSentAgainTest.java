package toystore.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import toystore.client.Latencies.Kind;
import toystore.client.ScriptedStore.Fate;
import toystore.client.StoreClient.Toy;
import toystore.common.cli.Interrupt;
import toystore.testing.TimeSpans;

/** Orders with keys, in a store that loses requests or responses. */
class OrdersSentAgainTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Resender.Limits QUICK = new Resender.Limits(5, LONG, Duration.ofMillis(1), LONG);

    private ScriptedStore store;

    @BeforeEach
    void open() throws IOException {
        store = new ScriptedStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void givesEveryOrderAKeyOfItsOwnAlsoInTheNextRunWithTheSameSeed() {
        shop(true, 2, 10, QUICK);
        List<String> first = List.copyOf(store.orders);
        shop(true, 2, 10, QUICK);

        assertThat(store.keysSent).hasSize(40).doesNotHaveDuplicates().allMatch(key -> key.matches("[!-~]{20,255}"));
        assertThat(store.orders.subList(20, 40)).containsExactlyInAnyOrderElementsOf(first);
    }

    @Test
    void hasNoKeysAndSendsNothingAgainByDefault() {
        store.fates.add(Fate.UNAVAILABLE);

        Summary summary = shop(false, 1, 3, QUICK);

        assertThat(store.keysSent).containsExactly("", "", "");
        assertThat(summary.orders()).isEqualTo(2);
        assertThat(summary.overall().failed()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fate.class,
            names = {"UNAVAILABLE", "LOST", "PLACED_AND_LOST", "NO_RESPONSE"})
    void sendsAnOrderWithoutAResponseAgainAndCountsItOnce(Fate fate) throws Exception {
        TimeSpans.growing(fate == Fate.NO_RESPONSE ? Duration.ofMillis(100) : LONG, timeout -> {
            close();
            open();
            store.fates.addAll(List.of(fate, fate));

            Summary summary = shop(true, 1, 4, new Resender.Limits(5, LONG, Duration.ofMillis(1), timeout));

            String first = store.keysSent.get(0);
            assertThat(store.keysSent).hasSize(6).startsWith(first, first, first);
            assertThat(Collections.frequency(store.keysSent, first)).isEqualTo(3);
            assertThat(store.orders).hasSize(4);
            assertThat(summary.orders()).isEqualTo(4);
            assertThat(summary.overall().count(Kind.ORDER)).isEqualTo(4);
            assertThat(summary.overall().failed()).isZero();
            assertThat(summary.sentAgain()).isEqualTo(1);
            assertThat(summary.allOrdersMatch()).isTrue();
        });
    }

    @Test
    void measuresTheLatencyFromTheFirstAttempt() {
        store.fates.add(Fate.UNAVAILABLE);

        Summary summary = shop(true, 1, 1, new Resender.Limits(5, LONG, Duration.ofMillis(200), LONG));

        assertThat(summary.overall().percentile(Kind.ORDER, 100)).isGreaterThan(199);
    }

    @Test
    void givesUpAfterSomeAttemptsAndCountsOneFailure() {
        store.fates.addAll(Collections.nCopies(5, Fate.UNAVAILABLE));

        Summary summary = shop(true, 1, 2, QUICK);

        assertThat(store.keysSent).hasSize(6);
        assertThat(summary.orders()).isEqualTo(1);
        assertThat(summary.overall().failed()).isEqualTo(1);
        assertThat(summary.overall().firstFailure().orElseThrow())
                .startsWith("an order was sent 5 times without a response; the last attempt: status 503: {\"error\"");
    }

    @Test
    void givesUpWhenTheTimeIsOver() {
        store.fates.add(Fate.UNAVAILABLE);

        Summary summary = shop(true, 1, 1, new Resender.Limits(5, Duration.ofSeconds(1), LONG, LONG));

        assertThat(store.keysSent).hasSize(1);
        assertThat(summary.sentAgain()).isZero();
        assertThat(summary.overall().firstFailure().orElseThrow())
                .startsWith("an order was sent once without a response");
    }

    @Test
    void doesNotSendASoldOutOrderAgain() {
        store.fates.add(Fate.SOLD_OUT);

        Summary summary = shop(true, 1, 2, QUICK);

        assertThat(store.keysSent).hasSize(2).doesNotHaveDuplicates();
        assertThat(summary.sentAgain()).isZero();
        assertThat(summary.overall().count(Kind.SOLD_OUT)).isEqualTo(1);
    }

    private Summary shop(boolean keys, int clients, int iterations, Resender.Limits limits) {
        ClientConfig config =
                new ClientConfig(store.origin(), clients, 1, iterations, Duration.ZERO, Duration.ZERO, keys, 7);
        List<Toy> toys = List.of(new Toy("Rubber Duck", null, 100));
        return new Shopping(config, toys, limits, new ShoppingProgress(1, 1), new Interrupt("client", LONG), LONG)
                .run();
    }
}

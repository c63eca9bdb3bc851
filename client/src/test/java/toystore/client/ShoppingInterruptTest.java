package toystore.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import toystore.client.ScriptedStore.Fate;
import toystore.client.StoreClient.Toy;
import toystore.common.cli.Interrupt;

/** Shoppers that are interrupted. */
class ShoppingInterruptTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Interrupt interrupt = new Interrupt("client", HOUR);
    private Duration grace = HOUR;
    private final AtomicInteger seen = new AtomicInteger();
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
    void finishesTheCurrentRoundAndReadsNothingBack() {
        store.onOrder = () -> interruptAt(10);

        Summary summary = shop(1, Duration.ZERO);

        assertThat(summary.cutShort()).isTrue();
        assertThat(summary.rounds()).isEqualTo(10);
        assertThat(summary.orders()).isEqualTo(10);
        assertThat(summary.readBack()).isZero();
        assertThat(summary.waiting()).isZero();
        assertThat(text(summary)).endsWith("""


                cut short after 10 of 100 rounds: 10 of 10 orders were not read back
                0 orders read back, 0 mismatches
                """);
    }

    @Test
    void countsOrdersReadBackBeforeTheInterrupt() {
        store.onLookUp = () -> interruptAt(10);

        Summary summary = shop(1, Duration.ZERO);

        assertThat(text(summary)).endsWith("""


                cut short after 100 of 100 rounds: 90 of 100 orders were not read back
                10 orders read back, 0 mismatches
                """);
    }

    @Test
    void doesNotWaitForAShopperWithoutAResponseAndKeepsItsResults() {
        grace = Duration.ofMillis(100);
        store.onOrder = () -> {
            if (seen.incrementAndGet() == 3) {
                store.fates.add(Fate.NO_RESPONSE); // to the fourth
            } else if (seen.get() == 4) {
                interrupt.request();
            }
        };

        Summary summary = shop(1, Duration.ZERO);

        assertThat(summary.waiting()).isEqualTo(1);
        assertThat(summary.orders()).isEqualTo(3);
        assertThat(text(summary)).contains("1 shoppers were waiting for a response, which is not counted\n");
    }

    @Test
    void endsAThinkTime() {
        store.onOrder = () -> interruptAt(1);

        assertThat(shop(1, HOUR).rounds()).isEqualTo(1);
    }

    @Test
    void endsThePauseBeforeAnOrderIsSentAgain() {
        store.fates.add(Fate.UNAVAILABLE);
        store.onOrder = () -> interruptAt(1);

        Summary summary = shop(1, Duration.ZERO);

        assertThat(store.keysSent).hasSize(1);
        assertThat(summary.waiting()).isZero();
        assertThat(summary.overall().failed()).isEqualTo(1);
    }

    private void interruptAt(int request) {
        if (seen.incrementAndGet() == request) {
            interrupt.request();
        }
    }

    private Summary shop(int clients, Duration thinkTime) {
        ClientConfig config = new ClientConfig(store.origin(), clients, 1, 100, Duration.ZERO, thinkTime, true, 7);
        Resender.Limits limits = new Resender.Limits(5, HOUR, Duration.ofMinutes(10), HOUR);
        List<Toy> toys = List.of(new Toy("Rubber Duck", null, 100));
        return new Shopping(config, toys, limits, new ShoppingProgress(1, 1), interrupt, grace).run();
    }

    private static String text(Summary summary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        summary.print(new PrintStream(bytes, true, UTF_8));
        return bytes.toString(UTF_8).replace("\n0 orders were sent again\n", "\n");
    }
}

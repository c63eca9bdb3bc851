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

/** Shoppers who are told to go home early. */
class InterruptTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private Interrupt cutShort = new Interrupt(HOUR);
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
    void shoppersFinishTheirRoundAndNothingIsReadBack() {
        store.onOrder = () -> tellAt(10);

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
    void whatWasReadBackUntilThenCounts() {
        store.onLookUp = () -> tellAt(10);

        Summary summary = shop(1, Duration.ZERO);

        assertThat(text(summary)).endsWith("""


                cut short after 100 of 100 rounds: 90 of 100 orders were not read back
                10 orders read back, 0 mismatches
                """);
    }

    @Test
    void aShopperWhoGetsNoAnswerIsLeftBehindWithWhatHeFoundBefore() {
        cutShort = new Interrupt(Duration.ofMillis(100));
        store.onOrder = () -> {
            if (seen.incrementAndGet() == 3) {
                store.fates.add(Fate.NEVER_ANSWERED); // to the fourth
            } else if (seen.get() == 4) {
                cutShort.tell();
            }
        };

        Summary summary = shop(1, Duration.ZERO);

        assertThat(summary.waiting()).isEqualTo(1);
        assertThat(summary.orders()).isEqualTo(3);
        assertThat(text(summary)).contains("1 shoppers were waiting for an answer, which is not counted\n");
    }

    @Test
    void nobodyGoesOnThinking() {
        store.onOrder = () -> tellAt(1);

        assertThat(shop(1, HOUR).rounds()).isEqualTo(1);
    }

    @Test
    void nobodyPausesToSendAnOrderAgain() {
        store.fates.add(Fate.UNAVAILABLE);
        store.onOrder = () -> tellAt(1);

        Summary summary = shop(1, Duration.ZERO);

        assertThat(store.keysSent).hasSize(1);
        assertThat(summary.waiting()).isZero();
        assertThat(summary.overall().failed()).isEqualTo(1);
    }

    private void tellAt(int request) {
        if (seen.incrementAndGet() == request) {
            cutShort.tell();
        }
    }

    private Summary shop(int clients, Duration thinkTime) {
        ClientConfig config = new ClientConfig(store.address(), clients, 1, 100, Duration.ZERO, thinkTime, true, 7);
        Resender.Limits limits = new Resender.Limits(5, HOUR, Duration.ofMinutes(10), HOUR);
        List<Toy> toys = List.of(new Toy("Rubber Duck", null, 100));
        return new Shopping(config, toys, limits, new LiveTotals(1, 1), cutShort).run();
    }

    private static String text(Summary summary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new SummaryText(summary, new PrintStream(bytes, true, UTF_8)).print();
        return bytes.toString(UTF_8).replace("\n0 orders were sent again\n", "\n");
    }
}

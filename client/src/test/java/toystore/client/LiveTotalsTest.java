package toystore.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is seen of shoppers while they shop. */
class LiveTotalsTest {

    @Test
    void countsForAllTimeButTimesTheLastLooksOnly() {
        LiveTotals tally = new LiveTotals(10, 2);
        tally.warm();
        round(tally, 50);
        tally.look();
        round(tally, 5);
        tally.look();
        round(tally, 3);

        ProgressSnapshot glance = tally.look();

        assertThat(glance.rounds()).isEqualTo(3);
        assertThat(glance.orders()).isEqualTo(3);
        assertThat(glance.p50()).isCloseTo(3, withinPercentage(1));
        assertThat(glance.p99()).isCloseTo(5, withinPercentage(1));
        assertThat(glance.perSecond()).isPositive();
    }

    @Test
    void tellsInALineHowFarItIs() {
        assertThat(new ProgressSnapshot(true, 0, 500, 0, 0, 0, 0, 0, 0).text())
                .isEqualTo("warm-up, no answers, 0 orders, 0 failed");
        assertThat(new ProgressSnapshot(false, 260, 500, 193, 0, 1, 1234.4, 2.34, 12.36).text())
                .isEqualTo("rounds 260/500, 1234 req/s, p50 2.3 p99 12.4 ms, 193 orders, 1 failed");
        assertThat(new ProgressSnapshot(false, 500, 500, 374, 120, 1, 1234.4, 2.34, 12.36).text())
                .isEqualTo("read back 120/374, 1234 req/s, p50 2.3 p99 12.4 ms, 374 orders, 1 failed");
        assertThat(new ProgressSnapshot(false, 500, 500, 0, 0, 0, 1234.4, 2.34, 12.36))
                .satisfies(nothingBought -> assertThat(nothingBought.share()).isEqualTo(1))
                .extracting(ProgressSnapshot::text)
                .isEqualTo("rounds 500/500, 1234 req/s, p50 2.3 p99 12.4 ms, 0 orders, 0 failed");
    }

    @Test
    void fillsALineOfATerminalWithABarWhereThereIsRoom() {
        ProgressSnapshot half = new ProgressSnapshot(false, 250, 500, 193, 0, 1, 1234, 2.3, 12.4);

        assertThat(TerminalProgress.line(half, half.text().length() + 23))
                .isEqualTo(half.text() + " [##########----------]");
        assertThat(TerminalProgress.line(half, 79))
                .isEqualTo(half.text() + " ".repeat(79 - half.text().length()));
        assertThat(TerminalProgress.line(half, 10)).isEqualTo(half.text());
    }

    @Test
    void writesALineNowAndThenUntilItIsClosed() {
        LiveTotals tally = new LiveTotals(10, ProgressLines.WINDOW);
        tally.warm();
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (ProgressView live = new ProgressLines(tally, new PrintStream(log, true, UTF_8), Duration.ofMillis(5))) {
            assertThat(live).isNotNull();
            await().until(() -> log.toString(UTF_8).lines().count() >= 2);
        }
        String written = log.toString(UTF_8);

        assertThat(written.lines()).allMatch("client: rounds 0/10, no answers, 0 orders, 0 failed"::equals);
        tally.roundDone();
        assertThat(log.toString(UTF_8)).isEqualTo(written);
    }

    private static void round(LiveTotals tally, int millis) {
        tally.answered(Duration.ofMillis(millis).toNanos());
        tally.ordered();
        tally.roundDone();
    }
}

package toystore.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import toystore.client.ShoppingProgress.Snapshot;
import toystore.common.cli.Terminal;

/** The live counters of shoppers, and their display. */
class ShoppingProgressTest {

    @Test
    void countsFromTheStartButMeasuresRecentLatencies() {
        ShoppingProgress progress = new ShoppingProgress(10, 2);
        progress.endWarmUp();
        round(progress, 50);
        progress.snapshot();
        round(progress, 5);
        progress.snapshot();
        round(progress, 3);

        Snapshot snapshot = progress.snapshot();

        assertThat(snapshot.rounds()).isEqualTo(3);
        assertThat(snapshot.orders()).isEqualTo(3);
        assertThat(snapshot.p50()).isCloseTo(3, withinPercentage(1));
        assertThat(snapshot.p99()).isCloseTo(5, withinPercentage(1));
        assertThat(snapshot.perSecond()).isPositive();
    }

    @Test
    void describesTheProgressInOneLine() {
        assertThat(new Snapshot(true, 0, 500, 0, 0, 0, 0, 0, 0).text())
                .isEqualTo("warm-up, no successful responses, 0 orders, 0 failed");
        assertThat(new Snapshot(false, 260, 500, 0, 0, 260, 0, 0, 0).text())
                .isEqualTo("rounds 260/500, no successful responses, 0 orders, 260 failed");
        assertThat(new Snapshot(false, 260, 500, 193, 0, 1, 1234.4, 2.34, 12.36).text())
                .isEqualTo("rounds 260/500, 1234 req/s, p50 2.3 p99 12.4 ms, 193 orders, 1 failed");
        assertThat(new Snapshot(false, 500, 500, 374, 120, 1, 1234.4, 2.34, 12.36).text())
                .isEqualTo("read back 120/374, 1234 req/s, p50 2.3 p99 12.4 ms, 374 orders, 1 failed");
        assertThat(new Snapshot(false, 500, 500, 0, 0, 0, 1234.4, 2.34, 12.36))
                .satisfies(noOrders -> assertThat(noOrders.share()).isEqualTo(1))
                .extracting(Snapshot::text)
                .isEqualTo("rounds 500/500, 1234 req/s, p50 2.3 p99 12.4 ms, 0 orders, 0 failed");
    }

    @Test
    void fillsALineWithABarIfThereIsRoom() {
        Snapshot half = new Snapshot(false, 250, 500, 193, 0, 1, 1234, 2.3, 12.4);

        assertThat(Terminal.line(half.text(), half.share(), half.text().length() + 23))
                .isEqualTo(half.text() + " [##########----------]");
        assertThat(Terminal.line(half.text(), half.share(), 79))
                .isEqualTo(half.text() + " ".repeat(79 - half.text().length()));
        assertThat(Terminal.line(half.text(), half.share(), 10)).isEqualTo(half.text());
    }

    @Test
    void logsALinePerPeriodUntilItIsClosed() {
        ShoppingProgress progress = new ShoppingProgress(10, 1);
        progress.endWarmUp();
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (ShoppingProgress.Display display =
                progress.logTo(new PrintStream(log, true, UTF_8), Duration.ofMillis(5))) {
            assertThat(display).isNotNull();
            await().until(() -> log.toString(UTF_8).lines().count() >= 2);
        }
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("client-progress")));
        String written = log.toString(UTF_8);

        assertThat(written.lines())
                .allMatch("client: rounds 0/10, no successful responses, 0 orders, 0 failed"::equals);
        progress.addRound();
        assertThat(log.toString(UTF_8)).isEqualTo(written);
    }

    private static void round(ShoppingProgress progress, int millis) {
        progress.addResponse(Duration.ofMillis(millis).toNanos());
        progress.addOrder();
        progress.addRound();
    }
}

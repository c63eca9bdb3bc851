package toystore.lab.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import toystore.lab.room.Probe.Percentiles;
import toystore.lab.room.RoomState.TracedOrder;

class ProbeTest {
    private final CountDownLatch answered = new CountDownLatch(1);

    @Test
    void countsTheRequestsThatAStallKeepsFromBeingSent() {
        try (Probe probe = new Probe(start -> {
            start.run();
            answered.await();
            return Optional.of("order-1");
        })) {
            assertThat(probe.percentiles().p99()).isNaN();
            probe.start();

            await().until(() -> probe.percentiles().p99() > 400);
            Percentiles stalled = probe.percentiles();
            assertThat(stalled.p50()).isBetween(stalled.p99() * 0.3, stalled.p99() * 0.7);

            answered.countDown();
            RoomTimeline timeline = new RoomTimeline(1);
            await().until(() -> !probe.traces(timeline).isEmpty());
            assertThat(probe.percentiles().p99()).isGreaterThan(400);
            assertThat(probe.traces(timeline)).extracting(TracedOrder::id).contains("order-1");
            assertThat(probe.traces(timeline).get(0).ms()).isGreaterThan(400);
        }
    }

    @Test
    void forgetsARequestThatWasGivenUp() {
        CountDownLatch sent = new CountDownLatch(3);
        try (Probe probe = new Probe(start -> {
            start.run();
            sent.countDown();
            return Optional.empty();
        })) {
            probe.start();

            await().until(() -> sent.getCount() == 0);
            assertThat(probe.traces(new RoomTimeline(1))).isEmpty();
        }
    }
}

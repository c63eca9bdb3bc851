package toystore.lab.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import toystore.lab.room.RoomState.EventKind;
import toystore.lab.room.RoomState.RoomEvent;
import toystore.lab.shoppers.AvailabilityMonitor;
import toystore.lab.store.LabStore.Service;

class OutageMonitorTest {
    private static final long MILLI = Duration.ofMillis(1).toNanos();

    private final RoomTimeline timeline = new RoomTimeline(10);
    private final AvailabilityMonitor availability = new AvailabilityMonitor();
    private final OutageMonitor monitor = new OutageMonitor(availability, timeline);
    private final long start = System.nanoTime();

    @Test
    void measuresAnOutageFromTheLastAcknowledgementToTheNext() {
        monitor.resume();
        monitor.acknowledged(start, start, start + 199 * MILLI);
        assertThat(events()).isEmpty();

        monitor.acknowledged(start, start + 199 * MILLI, start + 699 * MILLI);

        RoomEvent outage = events().get(0);
        assertThat(outage.kind()).isEqualTo(EventKind.OUTAGE);
        assertThat(outage.t()).isEqualTo(timeline.millis(start + 199 * MILLI));
        assertThat(outage.end()).isEqualTo(outage.t() + 500);
        assertThat(outage.text()).isEqualTo("no orders for 500 ms");
    }

    @Test
    void showsAnOutageWhileItLasts() {
        monitor.resume();
        await().until(() -> {
            monitor.look();
            return !events().isEmpty();
        });
        monitor.look();
        assertThat(events()).extracting(RoomEvent::end).containsOnlyNulls().hasSize(1);

        availability.listen(monitor);
        availability.orderAcknowledged(System.nanoTime());

        assertThat(events()).hasSize(1);
        assertThat(events().get(0).end()).isGreaterThanOrEqualTo(events().get(0).t() + 200);
    }

    @Test
    void measuresWhatChaosMeasures() throws Exception {
        availability.listen(monitor);
        monitor.resume();
        availability.orderAcknowledged(System.nanoTime());
        availability.startWatch(); // as chaos does before a fault
        await().until(() -> {
            monitor.look();
            return !events().isEmpty();
        });
        CompletableFuture<Duration> measured = CompletableFuture.supplyAsync(this::awaitOrder);

        await().until(() -> {
            availability.orderAcknowledged(System.nanoTime());
            return measured.isDone();
        });

        RoomEvent outage = events().get(0);
        assertThat(outage.end() - outage.t()).isCloseTo(measured.get().toMillis(), within(50L));
    }

    private Duration awaitOrder() {
        try {
            return availability.awaitOrder(Duration.ofMinutes(2)).orElseThrow();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void endsAFaultWithAnOrderThatWasSentAfterIt() {
        int kill = timeline.begin(EventKind.KILL, List.of(Service.ORDERS), "kill -9 orders", 0);
        long before = System.nanoTime();
        monitor.faultIsEffective(kill);

        monitor.acknowledged(before, before, before + MILLI);
        assertThat(events().get(0).end()).isNull();

        long after = System.nanoTime();
        monitor.acknowledged(after, after, after + MILLI);
        assertThat(events().get(0).end()).isEqualTo(timeline.millis(after + MILLI));
    }

    @Test
    void seesNoOutageWhileTheLoadPauses() {
        monitor.resume();
        monitor.pause();
        monitor.acknowledged(start, start, start + 900 * MILLI);

        assertThat(events()).isEmpty();
    }

    private List<RoomEvent> events() {
        return timeline.all().events();
    }
}

package toystore.lab.room;

import static org.assertj.core.api.Assertions.assertThat;
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
    void countsAnOutageOnceIfItsAcknowledgementsComeInAnotherOrder() {
        monitor.resume();
        monitor.look();
        long first = start + 500 * MILLI;
        long second = first + MILLI;

        monitor.acknowledged(start, start, second); // as if the one before it had not come yet
        monitor.acknowledged(start, start, first);

        assertThat(events()).hasSize(1);
        monitor.acknowledged(start, second, second + 300 * MILLI);
        assertThat(events()).hasSize(2);
    }

    @Test
    void endsAllThatLastsWithTheLoad() {
        monitor.resume();
        monitor.faultIsEffective(timeline.begin(EventKind.KILL, List.of(Service.ORDERS), "kill -9 orders", 0));
        await().until(() -> {
            monitor.look();
            return events().size() == 2;
        });

        monitor.endLoad();
        monitor.resume(); // after a check
        monitor.acknowledged(start, start, start + 900 * MILLI);
        monitor.faultIsEffective(timeline.begin(EventKind.KILL, List.of(Service.ORDERS), "kill -9 orders", 0));

        assertThat(events()).hasSize(3).extracting(RoomEvent::end).doesNotContainNull();
    }

    /** The times are taken around the two acknowledgements, so that they are no part of what is tested. */
    @Test
    void measuresWhatChaosMeasures() throws Exception {
        availability.listen(monitor);
        monitor.resume();
        long beforeLast = System.nanoTime();
        availability.orderAcknowledged(beforeLast);
        availability.startWatch(); // as chaos does before a fault
        long afterLast = System.nanoTime();
        await().until(() -> {
            monitor.look();
            return !events().isEmpty();
        });
        CompletableFuture<Duration> measured = CompletableFuture.supplyAsync(this::awaitOrder);

        long beforeFirst = System.nanoTime();
        availability.orderAcknowledged(beforeFirst);
        long afterFirst = System.nanoTime();
        await().until(() -> {
            availability.orderAcknowledged(System.nanoTime());
            return measured.isDone();
        });

        RoomEvent outage = events().get(0);
        long least = (beforeFirst - afterLast) / MILLI;
        long most = (afterFirst - beforeLast) / MILLI;
        assertThat(outage.end() - outage.t()).isBetween(least - 1, most + 1); // rounded to milliseconds
        assertThat(measured.get().toMillis()).isBetween(least, most);
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

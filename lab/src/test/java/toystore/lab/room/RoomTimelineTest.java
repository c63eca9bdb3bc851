package toystore.lab.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import toystore.lab.room.RoomState.EventKind;
import toystore.lab.room.RoomState.RoomEvent;
import toystore.lab.store.LabStore.Service;

class RoomTimelineTest {
    private static final List<Service> ORDERS = List.of(Service.ORDERS);

    private final RoomTimeline timeline = new RoomTimeline(100);

    @Test
    void hasEverythingInPagesOf8Kilobytes() {
        fill(300);

        List<List<Object>> samples = new ArrayList<>();
        TreeMap<Integer, RoomEvent> events = new TreeMap<>();
        TreeMap<Integer, String> epochs = new TreeMap<>();
        RoomState page;
        long since = 0;
        int pages = 0;
        do {
            page = RoomJson.fit(timeline, since, RoomServer.MAX_STATE, TestStates::state);
            assertThat(RoomJson.bytes(page)).hasSizeLessThanOrEqualTo(RoomServer.MAX_STATE);
            samples.addAll(page.samples());
            page.events().forEach(event -> events.put(event.n(), event));
            for (int i = 0; i < page.epochs().size(); i++) {
                epochs.put(page.epochsFrom() + i, page.epochs().get(i));
            }
            since = page.next();
            pages++;
        } while (page.more());

        RoomTimeline.Part all = timeline.all();
        assertThat(pages).isGreaterThan(1);
        assertThat(samples).hasSize(100).isEqualTo(all.samples());
        assertThat(List.copyOf(events.values())).isEqualTo(all.events());
        assertThat(List.copyOf(epochs.values())).isEqualTo(all.epochs());
        assertThat(epochs.firstKey()).isEqualTo(all.epochsFrom()).isEqualTo(66);
        assertThat(epochs).containsEntry(99, "e-99");
    }

    /** Three samples for each epoch, and two events for each sample, one of which lasts for two samples. */
    private void fill(int count) {
        int lasting = 0;
        for (int i = 0; i < count; i++) {
            timeline.add(EventKind.READY, ORDERS, "orders is ready, the time " + i, i);
            if (i % 2 == 0) {
                lasting = timeline.begin(EventKind.KILL, ORDERS, "kill -9 orders", i);
            } else {
                timeline.end(lasting, i);
            }
            timeline.add(TestStates.sample(i, i, (long) timeline.epoch("e-" + i / 3)));
        }
    }

    @Test
    void sendsAnEventAgainWhenItEnds() {
        int kill = timeline.begin(EventKind.KILL, ORDERS, "kill -9 orders", 5);
        timeline.add(TestStates.sample(10, 1, null));
        RoomTimeline.Part first = timeline.since(0, 10_000, item -> 1);
        timeline.add(TestStates.sample(20, 1, null));
        RoomTimeline.Part second = timeline.since(first.next(), 10_000, item -> 1);
        timeline.end(kill, 25);
        timeline.end(kill, 26);
        RoomTimeline.Part third = timeline.since(second.next(), 10_000, item -> 1);

        assertThat(first.events())
                .extracting(RoomEvent::end)
                .containsOnlyNulls()
                .hasSize(1);
        assertThat(second.events()).isEmpty();
        assertThat(third.events()).extracting(RoomEvent::end).containsExactly(25L);
        assertThat(third.samples()).isEmpty();
    }

    @Test
    void forgetsEventsWithTheirSamplesUnlessTheyLast() {
        timeline.add(EventKind.START, ORDERS, "start orders", 0);
        timeline.begin(EventKind.OUTAGE, ORDERS, "no orders", 0);
        for (int i = 0; i < 101; i++) {
            timeline.add(TestStates.sample(i, 1, null));
        }

        RoomTimeline.Part all = timeline.all();
        assertThat(all.samples()).hasSize(100);
        assertThat(all.samples().get(0).get(0)).isEqualTo(1L);
        assertThat(all.events()).extracting(RoomEvent::kind).containsExactly(EventKind.OUTAGE);
    }

    @Test
    void beginsAgainForAPageOfAnotherTimeline() {
        timeline.add(TestStates.sample(1, 1, null));

        assertThat(timeline.since(12_345, 10_000, item -> 1).samples()).hasSize(1);
    }
}

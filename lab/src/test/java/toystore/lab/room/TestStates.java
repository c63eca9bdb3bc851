package toystore.lab.room;

import java.util.List;
import toystore.lab.room.Modes.ModeName;
import toystore.lab.room.RoomState.CheckView;
import toystore.lab.room.RoomState.CheckView.Progress;
import toystore.lab.room.RoomState.ProcessState;
import toystore.lab.room.RoomState.RandomView;
import toystore.lab.room.RoomState.RecoveryView;
import toystore.lab.room.RoomState.ScoreView;
import toystore.lab.room.RoomState.ServiceView;
import toystore.lab.room.StoreSample.Column;
import toystore.lab.store.LabStore.Service;

/** States of a lab. */
final class TestStates {
    private TestStates() {}

    static RoomState state(RoomTimeline.Part part) {
        return new RoomState(
                "lab",
                "LAB",
                "http://127.0.0.1:15001/",
                "/tmp/toystore-lab-1",
                7L,
                "2026-11-28T23:00:00.000Z",
                61_250,
                250,
                part.next(),
                part.more(),
                Column.NAMES,
                part.samples(),
                part.epochsFrom(),
                part.epochs(),
                List.of(new ServiceView(Service.ORDERS, ProcessState.DEAD, 4711L, 60_000L, 137, null)),
                new RecoveryView(1234, 0, 4),
                null,
                part.events(),
                new ScoreView(9123, 41, 0, 0, 0, 0),
                new RandomView(false, 7),
                new CheckView(Progress.DONE, 60_000, List.of("audit: </script><b>"), 0, 0, 0, 0),
                null,
                List.of(new ModeName("no-keys", "a key is looked up")),
                List.of(),
                true);
    }

    /** A sample in which little is known. */
    static List<Object> sample(long t, int orders, Long epoch) {
        StoreSample sample = new StoreSample();
        sample.set(Column.T, t);
        sample.set(Column.ORDERS, orders);
        sample.setTenths(Column.P99, orders / 7.0);
        sample.set(Service.ORDERS, ProcessState.UP);
        if (epoch != null) {
            sample.set(Column.EPOCH, epoch);
        }
        return sample.row();
    }
}

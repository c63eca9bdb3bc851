package toystore.lab.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.client.http.Origin;
import toystore.common.Address;
import toystore.lab.room.StoreReading.Moment;
import toystore.lab.shoppers.FinalState;
import toystore.lab.shoppers.FinalState.ProductState;
import toystore.lab.shoppers.LabRun;

class StoreReadingTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Moment SETTLED = new Moment(true, "e-1", "e-1", 1, 40, 40, 0);

    private final LabRun run = new LabRun(Origin.http(new Address("127.0.0.1", 1)));
    private final TestSource source = new TestSource();
    private final StoreReading reading = new StoreReading(source);

    /** Each reading of the stock finds one unit less. */
    private static final class TestSource implements StoreReading.Source {
        private final Deque<Moment> moments = new ArrayDeque<>(); // the last one stays
        private int readings;

        @Override
        public Moment moment() {
            return moments.size() > 1 ? moments.remove() : moments.element();
        }

        @Override
        public FinalState read() {
            readings++;
            return new FinalState(Map.of(), List.of(new ProductState("Tux", 20, 20 - readings)));
        }
    }

    @Test
    void readsAStoreThatIsSettledOnce() throws Exception {
        source.moments.add(SETTLED);

        assertThat(reading.read(run, LONG).products()).containsExactly(new ProductState("Tux", 20, 19));
        assertThat(source.readings).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "false, e-1, e-1, 1, 40, 40, 0",
        "true, , , 0, 40, 40, 0",
        "true, e-2, e-1, 2, 40, 40, 0",
        "true, e-1, e-1, 1, 0, 40, 0",
        "true, e-1, e-1, 1, 40, 40, 1"
    })
    void waitsUntilTheCatalogHasAppliedAllOrders(
            boolean ready, String epoch, String ordersEpoch, long epochs, long asOf, long orders, int reservations)
            throws Exception {
        source.moments.add(new Moment(ready, epoch, ordersEpoch, epochs, asOf, orders, reservations));
        source.moments.add(SETTLED);

        reading.read(run, LONG);

        assertThat(source.readings).isEqualTo(1);
    }

    @Test
    void readsAgainIfAnOrderWasPlacedMeanwhile() throws Exception {
        source.moments.add(SETTLED);
        source.moments.add(new Moment(true, "e-1", "e-1", 1, 41, 41, 0));

        assertThat(reading.read(run, LONG).products()).containsExactly(new ProductState("Tux", 20, 18));
    }

    @Test
    void readsAgainIfTheCatalogWasStartedMeanwhile() throws Exception {
        source.moments.add(SETTLED);
        source.moments.add(new Moment(true, "e-2", "e-2", 1, 40, 40, 0));

        assertThat(reading.read(run, LONG).products()).containsExactly(new ProductState("Tux", 20, 18));
    }

    @Test
    void saysWhatItWaitedFor() {
        source.moments.add(new Moment(true, "e-1", "e-1", 1, 38, 40, 0));

        assertThatThrownBy(() -> reading.read(run, Duration.ZERO))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ready in epoch e-1 with 38 orders applied");
    }
}

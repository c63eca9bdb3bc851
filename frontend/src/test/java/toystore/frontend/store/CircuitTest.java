package toystore.frontend.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import toystore.frontend.store.Circuit.Closed;
import toystore.frontend.store.Circuit.Open;

/** A circuit opens and closes, whatever the results of late calls. */
class CircuitTest {
    private static final Open FIRST = new Open(Instant.EPOCH, "first");
    private static final Open SECOND = new Open(Instant.EPOCH, "second");

    private final Circuit circuit = new Circuit();

    @Test
    void opensOnceForAllCallsThatFindTheBackendDown() {
        Closed admitted = (Closed) circuit.state();

        assertThat(circuit.open(admitted, FIRST)).isTrue();
        assertThat(circuit.open(admitted, SECOND)).isFalse();

        assertThat(circuit.state()).isSameAs(FIRST);
    }

    @Test
    void staysClosedForACallThatBeganBeforeItClosed() {
        Closed admitted = (Closed) circuit.state();
        circuit.open(admitted, FIRST);
        closeAfter(FIRST);

        assertThat(circuit.open(admitted, SECOND)).isFalse();

        assertThat(circuit.state()).isInstanceOf(Closed.class).isNotSameAs(admitted);
    }

    @Test
    void opensAgainForACallThatBeganAfterItClosed() {
        circuit.open(circuit.state(), FIRST);
        closeAfter(FIRST);

        assertThat(circuit.open(circuit.state(), SECOND)).isTrue();
    }

    @Test
    void admitsOneCallAfterAProbeSucceeds() {
        circuit.open(circuit.state(), FIRST);
        assertThat(circuit.admit(true)).isSameAs(FIRST);
        circuit.halfOpen(FIRST);

        Circuit.State trial = circuit.admit(true);
        assertThat(trial).isEqualTo(new Circuit.HalfOpen(FIRST, true));
        assertThat(circuit.admit(true)).isSameAs(FIRST);

        circuit.open(trial, SECOND);
        assertThat(circuit.admit(true)).isSameAs(SECOND);
        circuit.halfOpen(SECOND);
        assertThat(circuit.close(circuit.admit(true))).isTrue();
        assertThat(circuit.admit(true)).isInstanceOf(Closed.class);
    }

    /** The reply to a health check proves no more than the probe. */
    @Test
    void takesNoCallLikeAProbeForItsTrial() {
        circuit.open(circuit.state(), FIRST);
        assertThat(circuit.admit(false)).isSameAs(FIRST);
        circuit.halfOpen(FIRST);

        for (int i = 0; i < 3; i++) {
            Circuit.State admitted = circuit.admit(false);
            assertThat(admitted).isInstanceOf(Closed.class);
            assertThat(circuit.close(admitted)).isFalse();
            assertThat(circuit.open(admitted, SECOND)).isFalse();
        }

        assertThat(circuit.admit(true)).isEqualTo(new Circuit.HalfOpen(FIRST, true));
    }

    private void closeAfter(Open outage) {
        circuit.halfOpen(outage);
        circuit.close(circuit.admit(true));
    }
}

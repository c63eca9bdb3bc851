package toystore.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PhasesTest {
    private static final long START = -5_000_000; // the clock may be at any value

    private final Phases phases = new Phases(START);

    @Test
    void followEachOther() {
        phases.end("parse", START + 301_999);
        phases.end("orders", START + 3_712_000);

        assertThat(phases.text("reply", 4_005_000)).isEqualTo(": parse 0.301, orders 3.410, reply 0.293");
    }

    @Test
    void areNeverNegative() {
        phases.end("reserve", START + 2_000_000);
        phases.end("queue", START + 1_000_000);
        phases.end("write", START + 3_000_000);

        assertThat(phases.text("reply", 3_000_000)).isEqualTo(": reserve 2.000, queue 0.000, write 1.000, reply 0.000");
    }

    @Test
    void haveNoTextBeforeOneHasEnded() {
        assertThat(phases.text("reply", 1_000_000)).isEmpty();
    }

    @Test
    void endNow() {
        Phases now = new Phases(System.nanoTime());
        now.end("check");

        assertThat(now.text("reply", 0)).matches(": check \\d+\\.\\d{3}, reply 0\\.000");
    }

    @Test
    void areNotMeasuredForARequestWithoutALine() {
        Phases.NONE.end("check");
        Phases.NONE.end("write", 1_000_000);

        assertThat(Phases.NONE.text("reply", 2_000_000)).isEmpty();
        assertThat(Phases.NONE.areMeasured()).isFalse();
        assertThat(phases.areMeasured()).isTrue();
    }
}

package toystore.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OutageTest {
    private final Outage outage = new Outage();

    @Test
    void eachReasonIsNewOnceAlsoIfTheyAlternate() {
        assertThat(IntStream.range(0, 6).filter(i -> outage.isNew(i % 2 == 0 ? "a" : "b")))
                .containsExactly(0, 1);
        assertThat(outage.end()).isTrue();
        assertThat(outage.end()).isFalse();
        assertThat(outage.isNew("a")).isTrue();
    }

    @Test
    void reasonsThatGrowEndToBeNew() {
        assertThat(IntStream.range(0, 100).filter(ms -> outage.isNew("no reply for " + ms + " ms")))
                .hasSize(3);
    }
}

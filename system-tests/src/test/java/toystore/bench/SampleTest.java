package toystore.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SampleTest {
    @Test
    void turnsTogetherAreOneSample() {
        Sample together = Sample.together(List.of(
                sample(100, 0, null, 1, 0.2, 0.5),
                sample(400, 2, "no answer", 1.5, 0.1, 0.3),
                sample(200, 1, "status 500", 1.5, 0.9, 0.8)));

        assertThat(together.answered()).isEqualTo(700);
        assertThat(together.failed()).isEqualTo(3);
        assertThat(together.example()).isEqualTo("no answer");
        assertThat(together.rate()).isEqualTo(175);
        assertThat(together.p50()).isEqualTo(0.2);
        assertThat(together.p99()).isEqualTo(2.0);
        assertThat(together.lag()).isEqualTo(0.02);
        assertThat(together.cpu()).containsEntry(ProcessRole.GENERATOR, 0.5).containsEntry(ProcessRole.CATALOG, 0.0);
    }

    private static Sample sample(long answered, long failed, String example, double seconds, double p50, double busy) {
        return new Sample(
                answered, failed, example, seconds, p50, 10 * p50, p50 / 10, Map.of(ProcessRole.GENERATOR, busy));
    }
}

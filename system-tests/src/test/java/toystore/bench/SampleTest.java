package toystore.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import toystore.bench.Sample.Role;

class SampleTest {
    @Test
    void combinesTurnsIntoOneSample() {
        Sample combined = Sample.combine(List.of(
                sample(100, 0, null, 1, 0.2, 0.5),
                sample(400, 2, "no answer", 1.5, 0.1, 0.3),
                sample(200, 1, "status 500", 1.5, 0.9, 0.8)));

        assertThat(combined.answered()).isEqualTo(700);
        assertThat(combined.failed()).isEqualTo(3);
        assertThat(combined.example()).isEqualTo("no answer");
        assertThat(combined.rate()).isEqualTo(175);
        assertThat(combined.p50()).isEqualTo(0.2);
        assertThat(combined.p99()).isEqualTo(2.0);
        assertThat(combined.lag()).isEqualTo(0.02);
        assertThat(combined.cpu())
                .containsEntry(Role.GENERATOR, (0.5 + 1.5 * 0.3 + 1.5 * 0.8) / 4)
                .containsEntry(Role.CATALOG, 0.0);
    }

    private static Sample sample(long answered, long failed, String example, double seconds, double p50, double busy) {
        return new Sample(answered, failed, example, seconds, p50, 10 * p50, p50 / 10, Map.of(Role.GENERATOR, busy));
    }
}

package toystore.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ThinkTimeTest {

    @Test
    void isExponentiallyDistributed() {
        List<Duration> pauses = pauses(Duration.ofMillis(100), 1, 20_000);

        assertThat(pauses.stream().mapToLong(Duration::toNanos).average().orElseThrow())
                .isCloseTo(100e6, withinPercentage(3));
        // of an exponential distribution, 63 % are below the average
        assertThat(pauses.stream().filter(pause -> pause.toMillis() < 100).count() / 20_000.0)
                .isCloseTo(0.63, withinPercentage(3));
    }

    @Test
    void isTheSameWithTheSameSeed() {
        assertThat(pauses(Duration.ofMillis(100), 7, 10)).isEqualTo(pauses(Duration.ofMillis(100), 7, 10));
    }

    @Test
    void isZeroIfTheAverageIsZero() {
        assertThat(pauses(Duration.ZERO, 7, 10)).containsOnly(Duration.ZERO);
    }

    private static List<Duration> pauses(Duration average, long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        return Stream.generate(() -> Shopper.thinkTime(average, random))
                .limit(count)
                .toList();
    }
}

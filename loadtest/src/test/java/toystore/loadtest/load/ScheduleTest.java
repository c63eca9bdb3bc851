package toystore.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import toystore.loadtest.load.LoadModel.Arrivals;
import toystore.loadtest.load.LoadModel.Schedule;

class ScheduleTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void constantArrivalsHaveEqualIntervals() {
        List<Long> times = times(new LoadModel.Open(3, Arrivals.CONSTANT), 2);

        assertThat(times).containsExactly(0L, 333_333_333L, 666_666_666L, SECOND, 1_333_333_333L, 1_666_666_666L);
    }

    @Test
    void constantArrivalsDoNotDrift() {
        List<Long> times = times(new LoadModel.Open(30_000, Arrivals.CONSTANT), 100);

        assertThat(times).hasSize(3_000_000);
        assertThat(times.get(2_999_999)).isCloseTo(100 * SECOND - SECOND / 30_000, within(2L));
    }

    @Test
    void intervalsOfPoissonArrivalsAreExponentiallyDistributed() {
        double rate = 1000;
        List<Long> times = times(new LoadModel.Open(rate, Arrivals.POISSON), 100);
        int n = times.size();
        double[] gaps = new double[n];
        for (int i = 0; i < n; i++) {
            gaps[i] = (times.get(i) - (i == 0 ? 0 : times.get(i - 1))) / 1e9;
        }
        Arrays.sort(gaps);

        assertThat(n).isCloseTo(100_000, within(4 * 316)); // four standard deviations of a Poisson number
        double farthest = 0; // Kolmogorov-Smirnov
        for (int i = 0; i < n; i++) {
            double theory = 1 - Math.exp(-rate * gaps[i]);
            farthest = Math.max(farthest, Math.max(theory - (double) i / n, (double) (i + 1) / n - theory));
        }
        assertThat(farthest).isLessThan(1.95 / Math.sqrt(n)); // exceeded by chance once in a thousand times
    }

    @Test
    void theVarianceOfPoissonCountsIsTheirMean() {
        List<Long> times = times(new LoadModel.Open(1000, Arrivals.POISSON), 100);
        int[] perTenth = new int[1000];
        times.forEach(time -> perTenth[(int) (time * 10 / SECOND)]++);

        double mean = Arrays.stream(perTenth).average().orElseThrow();
        double variance = Arrays.stream(perTenth)
                .mapToDouble(count -> (count - mean) * (count - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(100, within(2.0));
        assertThat(variance / mean).isCloseTo(1, within(0.2)); // constant arrivals: 0
    }

    @Test
    void theSameSeedGivesTheSameArrivals() {
        assertThat(times(new LoadModel.Open(50, Arrivals.POISSON), 10))
                .isEqualTo(times(new LoadModel.Open(50, Arrivals.POISSON), 10));
    }

    private static List<Long> times(LoadModel model, int seconds) {
        Schedule schedule = model.schedule(0, seconds * SECOND, new SplittableRandom(7));
        List<Long> times = new ArrayList<>();
        for (long time = schedule.next(); time != Schedule.OVER; time = schedule.next()) {
            times.add(time);
        }
        return times;
    }
}

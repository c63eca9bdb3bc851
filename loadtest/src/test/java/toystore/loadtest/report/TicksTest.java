package toystore.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import toystore.loadtest.report.Plot.Scale;

class TicksTest {
    @Test
    void areOnesTwosAndFivesOnALogarithmicAxis() {
        assertThat(labels(Scale.LOG, 0.08, 6, 9)).containsExactly("0.1", "0.2", "0.5", "1", "2", "5");
    }

    @Test
    void areEveryDecadeOrEverySecondWhereThereIsNoRoomForMore() {
        assertThat(labels(Scale.LOG, 0.5, 20_000, 9)).containsExactly("1", "10", "100", "1\u202f000", "10\u202f000");
        assertThat(labels(Scale.LOG, 0.5, 20_000, 4)).containsExactly("1", "100", "10\u202f000");
    }

    @Test
    void areLinearWhereALogarithmicAxisSpansHardlyAnything() {
        assertThat(labels(Scale.LOG, 11, 19, 9)).containsExactly("11", "12", "13", "14", "15", "16", "17", "18", "19");
    }

    @Test
    void areWholeWhereOnlyWholeNumbersMeanSomething() {
        assertThat(labels(Scale.WHOLE, 0.9, 2.1, 9)).containsExactly("1", "2");
        assertThat(labels(Scale.LINEAR, 0, 1, 6)).containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1");
    }

    @Test
    void areThePercentilesThatPeopleName() {
        assertThat(labels(Scale.PERCENTILE, 0, 99.995, 9))
                .containsExactly("0 %", "50 %", "90 %", "99 %", "99.9 %", "99.99 %");
    }

    private static List<String> labels(Scale scale, double low, double high, int most) {
        return Ticks.of(scale, new AxisRange(low, high), most).stream()
                .map(tick -> Ticks.label(scale, tick))
                .toList();
    }
}

package toystore.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final BenchRow CACHED = BenchRow.ALL.get(0);
    private static final BenchRow ORDER_P50 = BenchRow.ALL.get(4);
    private static final BenchRow PACED_P99 = BenchRow.ALL.get(5);

    @Test
    void aRatioIsTheMedianOfTheRatiosOfEachRound() {
        // the machine was slow in the first round: the ratio of the medians would be 400/500
        List<Round> rounds = List.of(round(90, 100), round(400, 1000), round(450, 500));

        assertThat(CACHED.storeSpread(rounds)).isEqualTo(new Spread(400, 90, 450));
        assertThat(CACHED.otherSpread(rounds)).isEqualTo(new Spread(500, 100, 1000));
        assertThat(CACHED.judgedSpread(rounds)).isEqualTo(new Spread(0.9, 0.4, 0.9));
    }

    @Test
    void ofAnEvenNumberOfRoundsTheMedianIsBetweenTheTwoInTheMiddle() {
        List<Round> rounds = List.of(round(10, 100), round(20, 100), round(80, 100), round(40, 100));

        assertThat(CACHED.storeSpread(rounds)).isEqualTo(new Spread(30, 10, 80));
        assertThat(CACHED.judgedSpread(rounds).median()).isCloseTo(0.3, within(1e-9));
    }

    @Test
    void aLatencyIsComparedWithTheSumOfWhatItIsMadeOf() {
        Round round = round(1, 1);
        round.put(BenchLoad.ORDER_1, sample(1, 0, 0.30, 0));
        round.put(BenchLoad.TWO_HOPS_1, sample(1, 0, 0.04, 0));
        round.put(BenchLoad.APPEND, sample(1, 0, 0.08, 0));

        assertThat(ORDER_P50.judgedSpread(List.of(round)).median()).isCloseTo(2.5, within(1e-9));
        assertThat(ORDER_P50.holds(List.of(round))).isFalse();
    }

    @Test
    void aTargetIsMetAtItsLimitAndMissedBeyond() {
        assertThat(CACHED.holds(List.of(round(90, 100)))).isTrue();
        assertThat(CACHED.holds(List.of(round(89, 100)))).isFalse();
        assertThat(Target.atMost(1.3).holds(1.3)).isTrue();
        assertThat(Target.atMost(1.3).holds(1.31)).isFalse();
        assertThat(Target.under(2).holds(1.999)).isTrue();
        assertThat(Target.under(2).holds(2)).isFalse();
        assertThat(Target.under(2).holds(Double.NaN)).isFalse();
    }

    @Test
    void aPercentileIsJudgedByItself() {
        Round round = round(1, 1);
        round.put(BenchLoad.PACED, sample(500, 0, 0.1, 1.5));

        assertThat(PACED_P99.judgedSpread(List.of(round))).isEqualTo(new Spread(1.5, 1.5, 1.5));
        assertThat(PACED_P99.holds(List.of(round))).isTrue();
    }

    @Test
    void theTableHasARowForEachComparisonAndOneForEachLoad() {
        List<String> lines = new Report(List.of(round(70_000, 100_000), round(95_000, 100_000))).lines();

        assertThat(lines)
                .contains("| cached query, 10 connections | 82,500/s (70,000..95,000) | fixed response"
                        + " | 100,000/s (100,000..100,000) | 0.825 (0.700..0.950) | at least 0.90 | **missed** |")
                .contains("| query, cached | 10 | 82,500/s (70,000..95,000) | 0.100 ms (0.100..0.100)"
                        + " | 1.000 ms (1.000..1.000) | 0 | 0.75 | 0.50 | 0.00 | 0.00 | 0.25 |");
        assertThat(lines.stream().filter(line -> line.matches("\\| .* \\| (met|\\*\\*missed\\*\\*) \\|")))
                .hasSize(6);
    }

    @Test
    void figuresAreSoundAsLongAsHardlyAnyRequestFails() {
        assertThat(soundWith(sample(9990, 10, 1, 1))).isTrue();
        assertThat(soundWith(sample(9989, 11, 1, 1))).isFalse();
        assertThat(soundWith(sample(0, 0, Double.NaN, Double.NaN))).isFalse();
    }

    @Test
    void errorsAreShownWithAnExample() {
        Round round = round(10, 10);
        round.put(BenchLoad.ORDER, sample(9999, 1, 1, 1));

        assertThat(new Report(List.of(round, round)).lines())
                .contains("An error of `order`: status 503 and not 201: {}")
                .anyMatch(line -> line.matches("\\| order \\| 10 \\| .* ms \\(1\\.000\\.\\.1\\.000\\) \\| 2 \\| .*"));
    }

    private static boolean soundWith(Sample sample) {
        Round round = round(10, 10);
        round.put(BenchLoad.UNCACHED, sample);
        return new Report(List.of(round)).isSound();
    }

    /** A second of each load. */
    private static Round round(long cached, long fixed) {
        Round round = new Round();
        Stream.of(BenchLoad.values()).forEach(load -> round.put(load, sample(100, 0, 0.1, 1)));
        round.put(BenchLoad.CACHED, sample(cached, 0, 0.1, 1));
        round.put(BenchLoad.FIXED, sample(fixed, 0, 0.1, 1));
        return round;
    }

    private static Sample sample(long answered, long failed, double p50, double p99) {
        String example = failed == 0 ? null : "status 503 and not 201: {}";
        Map<ProcessRole, Double> cpu =
                Map.of(ProcessRole.GENERATOR, 0.75, ProcessRole.FRONTEND, 0.5, ProcessRole.OTHERS, 0.25);
        return new Sample(answered, failed, example, 1, p50, p99, 0, cpu);
    }
}

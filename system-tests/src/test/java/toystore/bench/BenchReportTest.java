package toystore.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import toystore.bench.BenchRow.Limit;
import toystore.bench.Sample.Role;

class BenchReportTest {
    private static final BenchRow CACHED = BenchRow.ALL.get(0);
    private static final BenchRow ORDER_P50 = BenchRow.ALL.get(4);
    private static final BenchRow PACED_P99 = BenchRow.ALL.get(5);

    @Test
    void takesTheMedianOfTheRatiosOfEachRound() {
        // the machine was slow in the first round: the ratio of the medians would be 400/500
        List<Round> rounds = List.of(round(90, 100), round(400, 1000), round(450, 500));

        assertThat(CACHED.storeSpread(rounds)).isEqualTo(new Spread(400, 90, 450));
        assertThat(CACHED.otherSpread(rounds)).isEqualTo(new Spread(500, 100, 1000));
        assertThat(CACHED.judgedSpread(rounds)).isEqualTo(new Spread(0.9, 0.4, 0.9));
    }

    @Test
    void takesTheMiddleOfTwoMediansOfAnEvenNumberOfRounds() {
        List<Round> rounds = List.of(round(10, 100), round(20, 100), round(80, 100), round(40, 100));

        assertThat(CACHED.storeSpread(rounds)).isEqualTo(new Spread(30, 10, 80));
        assertThat(CACHED.judgedSpread(rounds).median()).isCloseTo(0.3, within(1e-9));
    }

    @Test
    void comparesALatencyWithTheSumOfItsParts() {
        Round round = round(1, 1);
        round.put(BenchLoad.ORDER_1, sample(1, 0, 0.30, 0));
        round.put(BenchLoad.TWO_HOPS_1, sample(1, 0, 0.04, 0));
        round.put(BenchLoad.APPEND, sample(1, 0, 0.08, 0));

        assertThat(ORDER_P50.judgedSpread(List.of(round)).median()).isCloseTo(2.5, within(1e-9));
        assertThat(ORDER_P50.isMet(List.of(round))).isFalse();
    }

    @Test
    void meetsALimitExactlyAndMissesItBeyond() {
        assertThat(CACHED.isMet(List.of(round(90, 100)))).isTrue();
        assertThat(CACHED.isMet(List.of(round(89, 100)))).isFalse();
        assertThat(Limit.atMost(1.3).isMet(1.3)).isTrue();
        assertThat(Limit.atMost(1.3).isMet(1.31)).isFalse();
        assertThat(Limit.underMillis(2).isMet(1.999)).isTrue();
        assertThat(Limit.underMillis(2).isMet(2)).isFalse();
        assertThat(Limit.underMillis(2).isMet(Double.NaN)).isFalse();
    }

    @Test
    void judgesAPercentileByItself() {
        Round round = round(1, 1);
        round.put(BenchLoad.PACED, sample(500, 0, 0.1, 1.5));

        assertThat(PACED_P99.judgedSpread(List.of(round))).isEqualTo(new Spread(1.5, 1.5, 1.5));
        assertThat(PACED_P99.isMet(List.of(round))).isTrue();
    }

    @Test
    void hasALineForEachComparisonAndForEachLoad() {
        List<String> lines = new BenchReport(List.of(List.of(round(70_000, 100_000), round(95_000, 100_000)))).lines();

        assertThat(lines)
                .contains("| cached query, 10 connections | 82,500/s (70,000..95,000) | fixed response"
                        + " | 100,000/s (100,000..100,000) | 0.825 (0.700..0.950) | at least 0.90 | **missed** |")
                .contains("| query, cached | 10 | 82,500/s (70,000..95,000) | 0.100 ms (0.100..0.100)"
                        + " | 1.000 ms (1.000..1.000) | 0 | 0.75 | 0.50 | 0.00 | 0.00 | 0.25 |");
        assertThat(lines.stream().filter(line -> line.matches("\\| .* \\| (met|\\*\\*missed\\*\\*) \\|")))
                .hasSize(8);
    }

    @Test
    void isValidIfHardlyAnyRequestFails() {
        assertThat(validWith(sample(9990, 10, 1, 1))).isTrue();
        assertThat(validWith(sample(9989, 11, 1, 1))).isFalse();
        assertThat(validWith(sample(0, 0, Double.NaN, Double.NaN))).isFalse();
    }

    @Test
    void showsAnExampleOfErrors() {
        Round round = round(10, 10);
        round.put(BenchLoad.ORDER, sample(9999, 1, 1, 1));

        assertThat(new BenchReport(List.of(List.of(round, round))).lines())
                .contains("An error of `order`: status 503 instead of 201: {}")
                .anyMatch(line -> line.matches("\\| order \\| 10 \\| .* ms \\(1\\.000\\.\\.1\\.000\\) \\| 2 \\| .*"));
    }

    @Test
    void comparesEachFigureOfTwoBuildsInTheSameRound() {
        // the machine was slow in the first round
        List<Round> before = List.of(round(100, 1), round(1000, 1), round(1000, 1));
        List<Round> after = List.of(round(120, 1), round(1100, 1), round(900, 1));

        assertThat(new BenchReport(List.of(before, after)).lines())
                .contains("| what | before | after | after / before |")
                .contains("| cached query, 10 connections | 1,000/s (100..1,000) | 900/s (120..1,100)"
                        + " | 1.100 (0.900..1.200) |")
                .contains("| order p50, 1 shopper | 0.100 ms (0.100..0.100) | 0.100 ms (0.100..0.100)"
                        + " | 1.000 (1.000..1.000) |")
                .contains("| CPU time of the store for each request: query, cached, 10 clients"
                        + " | 500.0 µs (500.0..5000.0) | 555.6 µs (454.5..4166.7) | 0.909 (0.833..1.111) |")
                .filteredOn(line -> line.endsWith(" |"))
                .hasSize(1 + BenchRow.OF_BUILDS.size() + BenchLoad.values().length);
    }

    @Test
    void isNotValidIfOneOfTwoBuildsFails() {
        Round failing = round(10, 10);
        failing.put(BenchLoad.UNCACHED, sample(1, 1, 1, 1));

        assertThat(new BenchReport(List.of(List.of(failing), List.of(round(10, 10)))).isValid())
                .isFalse();
    }

    @Test
    void saysThatOtherLoadHasDisturbedRounds() throws Exception {
        assertThat(disturbanceLine(0.02, 0.05, 0.02))
                .isEqualTo("Other load used 2 % (2..5) of the processor time that the bench used.");
        assertThat(disturbanceLine(0.02, 0.5, 1.5))
                .startsWith("Other load used 50 % (2..150) of the processor time that the bench used."
                        + " **Disturbed: more than 10 % in 2 of 3 rounds.** ");
        assertThat(disturbanceLine(Double.NaN))
                .isEqualTo("The processor time of other programs is not known on this system.");
    }

    private static String disturbanceLine(double... others) throws Exception {
        List<Round> rounds = DoubleStream.of(others)
                .mapToObj(busy -> {
                    Round round = new Round();
                    Map<Role, Double> cpu = Map.of(Role.GENERATOR, 0.75, Role.FRONTEND, 0.25, Role.OTHERS, busy);
                    round.put(BenchLoad.CACHED, new Sample(1, 0, null, 1, 1, 1, 0, cpu));
                    return round;
                })
                .toList();
        Path home = Path.of("");
        BenchConfig config = new BenchConfig(home, null, null, 3, Duration.ofSeconds(1), Duration.ofSeconds(1));
        return new BenchReport(List.of(rounds)).conditions(config, "ext4").get(3);
    }

    private static boolean validWith(Sample sample) {
        Round round = round(10, 10);
        round.put(BenchLoad.UNCACHED, sample);
        return new BenchReport(List.of(List.of(round))).isValid();
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
        String example = failed == 0 ? null : "status 503 instead of 201: {}";
        Map<Role, Double> cpu = Map.of(Role.GENERATOR, 0.75, Role.FRONTEND, 0.5, Role.OTHERS, 0.25);
        return new Sample(answered, failed, example, 1, p50, p99, 0, cpu);
    }
}

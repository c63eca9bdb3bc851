package toystore.loadtest.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static toystore.loadtest.result.MeasuredSteps.MACHINE;
import static toystore.loadtest.result.MeasuredSteps.closed;
import static toystore.loadtest.result.MeasuredSteps.kind;
import static toystore.loadtest.result.MeasuredSteps.ok;
import static toystore.loadtest.result.MeasuredSteps.open;
import static toystore.loadtest.result.MeasuredSteps.outcome;
import static toystore.loadtest.result.MeasuredSteps.results;
import static toystore.loadtest.result.MeasuredSteps.run;
import static toystore.loadtest.result.MeasuredSteps.runWithUnsent;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.Environment;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.RunResult;
import toystore.loadtest.result.Results.StepResult;

class ComparisonTest {

    @Test
    void comparesTheMediansOfTheRuns() {
        Comparison comparison = Comparison.of(buys(1, 2, 9, 3, 4), buys(6, 30, 5.5, 7, 6.5));

        ComparisonRow average = row(comparison, Metric.AVERAGE);
        assertThat(average.before()).isEqualTo(3);
        assertThat(average.after()).isEqualTo(6.5);
        assertThat(average.change().orElseThrow()).isCloseTo(116.67, within(0.01));
        assertThat(row(comparison, Metric.P99).after()).isEqualTo(19.5);
        assertThat(row(comparison, Metric.RATE).before()).isEqualTo(100);
        assertThat(comparison.rows())
                .extracting(ComparisonRow::metric)
                .containsExactly(Metric.AVERAGE, Metric.P50, Metric.P90, Metric.P99, Metric.FAILED, Metric.RATE);
        assertThat(row(Comparison.of(buys(1, 2), buys(4, 8)), Metric.P50).before())
                .isEqualTo(1.5);
    }

    @Test
    void tellsAChangeFromNoiseOnceThereAreFiveRuns() {
        Results five = buys(1, 2, 3, 4, 5);
        assertThat(row(Comparison.of(five, buys(6, 7, 8, 9, 10)), Metric.P50).noise())
                .isEqualTo(Noise.LARGER);
        assertThat(row(Comparison.of(five, buys(6, 7, 8, 9, 2.5)), Metric.P50).noise())
                .isEqualTo(Noise.WITHIN);
        assertThat(row(Comparison.of(five, five), Metric.P50).noise()).isEqualTo(Noise.WITHIN);

        Comparison four = Comparison.of(buys(1, 1, 1, 1), buys(9, 9, 9, 9));
        assertThat(row(four, Metric.P50).noise()).isEqualTo(Noise.UNKNOWN);
        assertThat(four.explanation()).contains("--repeat 5");
        assertThat(Comparison.of(five, five).explanation())
                .contains("Mann-Whitney", "p < 1 %")
                .doesNotContain("--repeat");
    }

    @Test
    void findsWhatBecameWorseButForWhatIsNoise() {
        Comparison slower = Comparison.of(buys(10, 11, 12, 13, 14), buys(15, 16, 17, 18, 19));
        assertThat(slower.regressions(5))
                .extracting(ComparisonRow::metric)
                .containsExactly(Metric.AVERAGE, Metric.P50, Metric.P90, Metric.P99);
        assertThat(slower.regressions(41)).hasSize(4);
        assertThat(slower.regressions(42)).isEmpty();

        assertThat(Comparison.of(buys(15, 16, 17, 18, 19), buys(10, 11, 12, 13, 14))
                        .regressions(0))
                .isEmpty();
        assertThat(Comparison.of(buys(10, 11, 12, 13, 14), buys(11, 12, 13, 14, 15))
                        .regressions(5))
                .isEmpty();
        assertThat(Comparison.of(buys(10), buys(11)).regressions(5)).hasSize(4);
    }

    @Test
    void findsFewerAnswersPerSecondAndMoreFailures() {
        Results before = results(closed("buy, 1 client", run(kind(Kind.BUY, ok(1)))));
        Results after = results(closed(
                "buy, 1 client",
                run(kind(Kind.BUY, outcome(RequestOutcome.OK, 50), outcome(RequestOutcome.ERROR, 50)))));

        assertThat(Comparison.of(before, after).regressions(49))
                .extracting(ComparisonRow::metric, ComparisonRow::regression)
                .containsExactly(tuple(Metric.FAILED, Double.POSITIVE_INFINITY), tuple(Metric.RATE, 50.0));
        assertThat(Comparison.of(after, before).regressions(0)).isEmpty();
    }

    @Test
    void comparesInAnOpenLoopWhatWasNeverSentInsteadOfTheRate() {
        Results before = results(open("buy, 500/s", 500, run(kind(Kind.BUY, ok(1)))));
        Results after = results(open("buy, 500/s", 500, runWithUnsent(100, kind(Kind.BUY, ok(1)))));

        Comparison comparison = Comparison.of(before, after);

        assertThat(comparison.rows()).extracting(ComparisonRow::metric).doesNotContain(Metric.RATE);
        assertThat(comparison.regressions(5)).singleElement().satisfies(row -> {
            assertThat(row.metric()).isEqualTo(Metric.UNSENT);
            assertThat(row.after()).isEqualTo(50);
        });
    }

    @Test
    void takesAMetricThatIsGoneForARegression() {
        Results none = results(closed("buy, 1 client", run(kind(Kind.BUY, outcome(RequestOutcome.TIMEOUT, 3)))));

        ComparisonRow average = row(Comparison.of(buys(1), none), Metric.AVERAGE);

        assertThat(average.after()).isNull();
        assertThat(average.change()).isEqualTo(OptionalDouble.empty());
        assertThat(average.regression()).isInfinite();
        assertThat(text(Comparison.of(none, none))).contains("failed %").doesNotContain("average");
    }

    @Test
    void listsWhatIsOnOneSideOnly() {
        StepResult both = closed("buy, 1 client", run(kind(Kind.BUY, ok(1))));
        StepResult two = closed("buy, 2 clients", run(kind(Kind.BUY, ok(1))));
        StepResult query = closed("query, 2 clients", run(kind(Kind.QUERY, ok(1))));

        Comparison comparison = Comparison.of(results(both, two), results(query, both));

        assertThat(comparison.onlyBefore()).containsExactly("buy, 2 clients");
        assertThat(comparison.onlyAfter()).containsExactly("query, 2 clients");
        assertThat(text(comparison)).contains("only before: \"buy, 2 clients\"", "only after: \"query, 2 clients\"");
        assertThatThrownBy(() -> Comparison.of(results(two), results(query)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage("no step is in both: before has \"buy, 2 clients\", after has \"query, 2 clients\"; measure"
                        + " both with the same loads and settings");
        assertThatThrownBy(() -> Comparison.of(results(), results()))
                .hasMessageContaining("before has none, after has none");
    }

    @Test
    void comparesAStepThatComesTwiceWithItsOwnTime() {
        StepResult first = closed("buy, 1 client", run(kind(Kind.BUY, ok(1))));
        StepResult second = closed("buy, 1 client", run(kind(Kind.BUY, ok(2))));

        assertThat(Comparison.of(results(first, second), results(first, second)).rows())
                .filteredOn(row -> row.metric() == Metric.P50)
                .allSatisfy(row -> assertThat(row.change()).hasValue(0))
                .extracting(ComparisonRow::step)
                .containsExactly("buy, 1 client", "buy, 1 client (2)");
    }

    @Test
    void notesWhatElseIsDifferent() {
        StepResult step = closed("buy, 1 client", run(kind(Kind.BUY, ok(1))));
        Environment other = new Environment("another CPU", 4, 1L << 33, "an OS", "a JVM", "abc");

        assertThat(Comparison.of(results(step), results(step)).remarks()).isEmpty();
        assertThat(Comparison.of(results(step), results(Axis.RATE, 2, other, step))
                        .remarks())
                .containsExactly(
                        "Different seeds: 1 before, 2 after.",
                        "Different axes: clients before, rate after.",
                        "Different CPUs: a CPU before, another CPU after.",
                        "Different numbers of cores: 2 before, 4 after.");
    }

    @Test
    void isATableForAPerson() {
        assertThat(text(Comparison.of(buys(10, 11, 12, 13, 14), buys(15, 16, 17, 18, 19))))
                .startsWith("""
                        before: loadtest 1, 127.0.0.1:8080, started 1970-01-01T00:00:00Z
                        after:  loadtest 1, 127.0.0.1:8080, started 1970-01-01T00:00:00Z

                          request  metric             before       after      change
                        buy, 1 client (5 and 5 runs)
                          buy      average ms         12.000      17.000     +41.7 %  worse, larger than noise
                          buy      p50 ms             12.000      17.000     +41.7 %  worse, larger than noise
                          buy      p90 ms             24.000      34.000     +41.7 %  worse, larger than noise
                          buy      p99 ms             36.000      51.000     +41.7 %  worse, larger than noise
                          all      answered /s         100.0       100.0       0.0 %  no change

                        How it is judged: \
                        """);
    }

    @Test
    void showsHostileNamesOnOneLine() {
        StepResult step = closed("buy\n\u001b[2J, 1 client", run(kind(Kind.BUY, ok(1))));
        Results results = results(Axis.CLIENTS, 1, new Environment("\u001b[31m", 2, 1, "", "", ""), step);

        assertThat(text(Comparison.of(results(step), results)).replace("\n", ""))
                .contains("buy??[2J, 1 client (1 and 1 runs)")
                .matches("[^\\p{Cc}]+");
    }

    /** A step of buys, with a run for each of these latencies. */
    private static Results buys(double... ms) {
        RunResult[] runs =
                Arrays.stream(ms).mapToObj(it -> run(kind(Kind.BUY, ok(it)))).toArray(RunResult[]::new);
        return results(Axis.CLIENTS, 1, MACHINE, closed("buy, 1 client", runs));
    }

    private static ComparisonRow row(Comparison comparison, Metric metric) {
        return comparison.rows().stream()
                .filter(row -> row.metric() == metric)
                .findFirst()
                .orElseThrow();
    }

    private static String text(Comparison comparison) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        comparison.print(new PrintStream(out, true, UTF_8));
        return out.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }
}

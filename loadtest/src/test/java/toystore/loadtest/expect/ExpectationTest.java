package toystore.loadtest.expect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static toystore.loadtest.result.MeasuredSteps.closed;
import static toystore.loadtest.result.MeasuredSteps.kind;
import static toystore.loadtest.result.MeasuredSteps.ok;
import static toystore.loadtest.result.MeasuredSteps.open;
import static toystore.loadtest.result.MeasuredSteps.outcome;
import static toystore.loadtest.result.MeasuredSteps.run;
import static toystore.loadtest.result.MeasuredSteps.runWithUnsent;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;
import toystore.loadtest.result.Results.ExpectationResult;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.StepResult;

class ExpectationTest {
    /**
     * Queries around 1 ms; buys around 10 ms, of 200 of which 100 are ok, 60 sold out, 30 refused, 6 errors, 4
     * timeouts.
     */
    private static final StepResult MIXED = closed(
            "mixed, 5 clients",
            run(
                    kind(Kind.QUERY, ok(1)),
                    kind(
                            Kind.BUY,
                            ok(10),
                            outcome(RequestOutcome.SOLD_OUT, 60),
                            outcome(RequestOutcome.REFUSED, 30),
                            outcome(RequestOutcome.ERROR, 6),
                            outcome(RequestOutcome.TIMEOUT, 4))));

    private static final StepResult ALL_REFUSED =
            closed("buy, 2 clients", run(kind(Kind.BUY, outcome(RequestOutcome.REFUSED, 9))));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "query.average<=1ms      | true  | 1 ms",
                "query.average<1ms       | false | 1 ms",
                "buy.avg<10.001ms        | true  | 10 ms",
                "buy.mean<0.011s         | true  | 10 ms",
                "buy.p50<=10000us        | true  | 10 ms",
                "buy.p50<=10000µs        | true  | 10 ms",
                "buy.p50<=9999999ns      | false | 10 ms",
                "buy.p90<20ms            | false | 20 ms",
                "buy.p99 <= 30 ms        | true  | 30 ms",
                " buy . p99.9 <= 40ms    | true  | 40 ms",
                "buy.p99.90<=40ms        | true  | 40 ms",
                "buy.max<=50ms           | true  | 50 ms",
                "buy.p100<=50ms          | true  | 50 ms",
                "buy.p0>=5ms             | true  | 5 ms",
                "p99<10ms                | false | 30 ms for buy",
                "p99>=3ms                | true  | 3 ms for query",
                "buy.errors<20%          | false | 20 %",
                "buy.errors<=20%         | true  | 20 %",
                "errors<13.4%            | true  | 13.3 %",
                "query.errors<=0%        | true  | 0 %",
                "buy.refused<=15 %       | true  | 15 %",
                "buy.timeouts<=2%        | true  | 2 %",
                "buy.sold-out<=30%       | true  | 30 %",
                "sold-out<=20%           | true  | 20 %",
                "rate>=200               | true  | 200/s",
                "throughput>200/s        | false | 200/s",
                "buy.rate>=100 /s        | true  | 100/s"
            })
    void judgesWhatWasMeasured(String text, boolean held, String found) {
        Expectation expectation = Expectation.parse(text);

        assertThat(expectation.evaluate(List.of(MIXED)))
                .isEqualTo(new ExpectationResult(text, held, found + " in \"mixed, 5 clients\""));
        assertThat(expectation.holds(MIXED)).isEqualTo(held);
    }

    @ParameterizedTest
    @CsvSource({"p10,0.5", "p25,0.5", "p25.1,1", "p60,1.5", "p75,1.5", "p80,2", "p99.5,4", "p99.92,4.5", "p99.999,5"})
    void neverCallsAPercentileLowerThanIsKnown(String percentile, double ms) {
        assertThat(Expectation.parse("query." + percentile + "<=" + ms + "ms").holds(MIXED))
                .isTrue();
        assertThat(Expectation.parse("query." + percentile + "<" + ms + "ms").holds(MIXED))
                .isFalse();
    }

    @Test
    void doesNotLetAQuickKindHideASlowOne() {
        assertThat(Expectation.parse("p50<5ms").holds(MIXED)).isFalse();
        assertThat(Expectation.parse("query.p50<5ms").holds(MIXED)).isTrue();
    }

    @Test
    void namesTheWorstOfAllStepsThatItIsAbout() {
        StepResult quick = closed("buy, 1 client", run(kind(Kind.BUY, ok(2))));
        StepResult slow = closed("buy, 2 clients", run(kind(Kind.BUY, ok(8))));
        StepResult query = closed("query, 2 clients", run(kind(Kind.QUERY, ok(100))));
        List<StepResult> steps = List.of(quick, slow, query);

        assertThat(Expectation.parse("buy.p50<5ms").evaluate(steps))
                .isEqualTo(new ExpectationResult("buy.p50<5ms", false, "8 ms in \"buy, 2 clients\""));
        assertThat(Expectation.parse("buy.p50<50ms").evaluate(steps).held()).isTrue();
        assertThat(Expectation.parse("buy.p50>5ms").evaluate(steps).found()).isEqualTo("2 ms in \"buy, 1 client\"");
    }

    @Test
    void doesNotHoldWhereNothingWasAskedOrNothingAnswered() {
        assertThat(Expectation.parse("request.p99<1s").evaluate(List.of(MIXED)))
                .isEqualTo(new ExpectationResult("request.p99<1s", false, "no request in any step"));
        assertThat(Expectation.parse("query.errors<1%")
                        .evaluate(List.of(ALL_REFUSED))
                        .found())
                .isEqualTo("no query in any step");
        assertThat(Expectation.parse("errors<1%").evaluate(List.of()).held()).isFalse();

        assertThat(Expectation.parse("buy.p99<1s").evaluate(List.of(MIXED, ALL_REFUSED)))
                .isEqualTo(
                        new ExpectationResult("buy.p99<1s", false, "no buy answered as asked in \"buy, 2 clients\""));
        assertThat(Expectation.parse("p99>1ms")
                        .evaluate(List.of(ALL_REFUSED, MIXED))
                        .held())
                .isFalse();
        assertThat(Expectation.parse("rate>0").evaluate(List.of(ALL_REFUSED)).found())
                .isEqualTo("0/s in \"buy, 2 clients\"");
    }

    @Test
    void countsWhatAnOpenLoopNeverSentAsAnError() {
        StepResult late = open("buy, 500/s", 500, runWithUnsent(100, kind(Kind.BUY, ok(1))));
        StepResult stuck = open("buy, 900/s", 900, runWithUnsent(100));

        assertThat(Expectation.parse("errors<50%").evaluate(List.of(late)).found())
                .isEqualTo("50 % in \"buy, 500/s\"");
        assertThat(Expectation.parse("buy.errors<=0%").holds(late)).isTrue();
        assertThat(Expectation.parse("errors<1%").evaluate(List.of(stuck)).found())
                .isEqualTo("100 % in \"buy, 900/s\"");
        assertThat(Expectation.parse("p99<1s").evaluate(List.of(stuck)).found())
                .isEqualTo("no request answered as asked in \"buy, 900/s\"");
        assertThat(Expectation.parse("rate>=1").evaluate(List.of(stuck)).found())
                .isEqualTo("0/s in \"buy, 900/s\"");
    }

    @Test
    void showsAsManyDigitsAsAreNeededToSeeWhy() {
        StepResult step = closed("buy, 1 client", run(kind(Kind.BUY, ok(20.00049))));

        assertThat(Expectation.parse("buy.p50<30ms").evaluate(List.of(step)).found())
                .startsWith("20 ms");
        assertThat(Expectation.parse("buy.p50<=20ms").evaluate(List.of(step)).found())
                .startsWith("20.0005 ms");
        assertThat(Expectation.parse("buy.p50>20ms").evaluate(List.of(step)).found())
                .startsWith("20.0005 ms");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                    | it has no comparison, or more than one; expected one such as buy.p99<20ms",
                "buy.p99               | it has no comparison",
                "1ms<p99<2ms           | it has no comparison, or more than one",
                "p99=20ms              | \"=\" is no comparison; expected <, <=, > or >=",
                "p99==20ms             | \"==\" is no comparison",
                "p99≤20ms              | \"≤\" is no comparison",
                "p99=<20ms             | \"=<\" is no comparison",
                "p99<>20ms             | \"<>\" is no comparison",
                "sell.p99<20ms         | \"sell\" is no kind of request; expected query, buy, request",
                "Buy.p99<20ms          | \"Buy\" is no kind of request",
                "average.buy<20ms      | \"average\" is no kind of request",
                "<20ms                 | \"\" is no metric; expected average, p50, p99",
                "buy.<20ms             | \"\" is no metric",
                "buy.p101<20ms         | \"p101\" is no metric",
                "p-1<20ms              | \"p-1\" is no metric",
                "p99.9.9<20ms          | \"p99.9.9\" is no metric",
                "p<20ms                | \"p\" is no metric",
                "error<1%              | \"error\" is no metric",
                "p99<                  | its value is missing; expected a span of time in ns, us, ms or s, such "
                        + "as 20ms",
                "p99<20                | its value is \"20\"; expected a span of time",
                "p99<20m               | its value is \"20m\"; expected a span of time",
                "p99<20%               | its value is \"20%\"; expected a span of time",
                "p99<-1ms              | its value is \"-1ms\"; expected a span of time",
                "p99<1e3ms             | its value is \"1e3ms\"; expected a span of time",
                "p99<1,5ms             | its value is \"1,5ms\"; expected a span of time",
                "p99<NaNms             | its value is \"NaNms\"; expected a span of time",
                "p99<99999999999ms     | its value is \"99999999999ms\"; expected a span of time",
                "p99<20ms and more     | expected a span of time",
                "errors<0.1            | its value is \"0.1\"; expected a share from 0% to 100%, such as 0.1%",
                "errors<101%           | its value is \"101%\"; expected a share",
                "sold-out<             | its value is missing; expected a share",
                "rate>=1k              | its value is \"1k\"; expected requests per second, such as 1000",
                "rate>=                | its value is missing; expected requests per second"
            })
    void saysWhatIsWrongWithAText(String text, String expected) {
        assertThatThrownBy(() -> Expectation.parse(text))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + text + "\" is no expectation: ")
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n\u001b[2J<20ms", "p99<\u2028", "\u202ep99", "a\u0000.b<1%", "p99\r\n<20ms"})
    void showsAHostileTextShortenedAndOnOneLine(String text) {
        assertThatThrownBy(() -> Expectation.parse(text + "x".repeat(10_000)))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .satisfies(e ->
                        assertThat(e.getMessage()).hasSizeLessThan(400).matches("[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+"));
    }

    @Test
    void isReadFromTheCommandLine() {
        assertThat(new Expectation.Converter().convert("p99 < 20ms")).hasToString("p99 < 20ms");
        assertThatThrownBy(() -> new Expectation.Converter().convert("fast"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageStartingWith("\"fast\" is no expectation: ");
    }
}

package toystore.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static toystore.loadtest.result.MeasuredSteps.MACHINE;
import static toystore.loadtest.result.MeasuredSteps.closed;
import static toystore.loadtest.result.MeasuredSteps.kind;
import static toystore.loadtest.result.MeasuredSteps.ok;
import static toystore.loadtest.result.MeasuredSteps.open;
import static toystore.loadtest.result.MeasuredSteps.outcome;
import static toystore.loadtest.result.MeasuredSteps.results;
import static toystore.loadtest.result.MeasuredSteps.run;

import java.util.List;
import org.junit.jupiter.api.Test;
import toystore.loadtest.report.Plot;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.StepResult;

class ComparisonPlotsTest {

    @Test
    void drawsBeforeDashedAndAfterSolidInOnePlot() {
        List<Plot> plots = Comparison.of(buys(1, 2), buys(10, 20)).plots();

        assertThat(plots).extracting(Plot::name).containsExactly("compare-buy-buy", "compare-percentiles-buy-buy");
        Plot along = plots.get(0);
        assertThat(along.x().label()).isEqualTo("clients");
        assertThat(along.series())
                .extracting(Series::label)
                .containsExactly("p50 before", "p50 after", "p99 before", "p99 after");
        assertThat(along.series())
                .extracting(Series::line)
                .containsExactly(Line.DASHED, Line.SOLID, Line.DASHED, Line.SOLID);
        assertThat(along.series().get(1).points()).containsExactly(new Point(1, 10), new Point(2, 20));
        assertThat(along.series().get(2).points()).containsExactly(new Point(1, 3), new Point(2, 6));
    }

    @Test
    void drawsThePercentilesOfTheLastStepOfEachScenario() {
        Plot plot = Comparison.of(buys(1, 2), buys(10, 20)).plots().get(1);

        assertThat(plot.title()).isEqualTo("buy, 2 clients: latency of buy, before and after");
        assertThat(plot.x().scale()).isEqualTo(Scale.PERCENTILE);
        assertThat(plot.series()).extracting(Series::label).containsExactly("before", "after");
        assertThat(plot.series()).extracting(Series::line).containsExactly(Line.DASHED, Line.SOLID);
        assertThat(plot.series().get(1).points())
                .startsWith(new Point(0, 10))
                .endsWith(new Point(99.95, 90)); // the maximum is that of one request
    }

    @Test
    void drawsEachKindByItself() {
        StepResult mixed = closed("mixed, 3 clients", run(kind(Kind.QUERY, ok(1)), kind(Kind.BUY, ok(9))));

        assertThat(Comparison.of(results(mixed), results(mixed)).plots())
                .extracting(Plot::name)
                .containsExactly("compare-percentiles-mixed-query", "compare-percentiles-mixed-buy");
    }

    @Test
    void drawsNoLineForWhatWasNotAnswered() {
        StepResult answered = closed("buy, 1 client", run(kind(Kind.BUY, ok(1))));
        StepResult refused = closed("buy, 1 client", run(kind(Kind.BUY, outcome(RequestOutcome.REFUSED, 5))));

        assertThat(Comparison.of(results(answered), results(refused)).plots())
                .singleElement()
                .extracting(Plot::series)
                .satisfies(
                        series -> assertThat(series).extracting(Series::label).containsExactly("before"));
        assertThat(Comparison.of(results(refused), results(refused)).plots()).isEmpty();
    }

    @Test
    void drawsAlongNoAxisThatTheSidesOrStepsDoNotHave() {
        StepResult one = open("buy, 500/s", 500, run(kind(Kind.BUY, ok(1))));
        StepResult two = open("buy, 900/s", 900, run(kind(Kind.BUY, ok(2))));
        StepResult closed = closed("buy, 2 clients", run(kind(Kind.BUY, ok(3))));
        Results rates = results(Axis.RATE, 1, MACHINE, two, one, closed);

        Plot along = Comparison.of(rates, rates).plots().get(0);
        assertThat(along.x().label()).isEqualTo("offered requests per second");
        assertThat(along.series().get(0).points()).containsExactly(new Point(500, 1), new Point(900, 2));

        assertThat(Comparison.of(rates, results(Axis.NONE, 1, MACHINE, one, two))
                        .plots())
                .extracting(Plot::name)
                .containsExactly("compare-percentiles-buy-buy");
        assertThat(Comparison.of(buys(1), buys(1)).plots())
                .extracting(Plot::name)
                .containsExactly("compare-percentiles-buy-buy");
    }

    @Test
    void namesNoFileOutsideItsFolder() {
        StepResult step = closed("../../../Etc\n, 1 client", run(kind(Kind.BUY, ok(1))));

        assertThat(Comparison.of(results(step), results(step)).plots())
                .extracting(Plot::name)
                .containsExactly("compare-percentiles-etc-buy");
    }

    /** Steps of buys with 1, 2, … clients and these latencies. */
    private static Results buys(double... ms) {
        StepResult[] steps = new StepResult[ms.length];
        for (int i = 0; i < ms.length; i++) {
            String clients = i == 0 ? "1 client" : i + 1 + " clients";
            steps[i] = closed("buy, " + clients, run(kind(Kind.BUY, ok(ms[i]))));
        }
        return results(steps);
    }
}

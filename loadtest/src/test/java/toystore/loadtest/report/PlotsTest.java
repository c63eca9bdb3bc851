package toystore.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.util.List;
import org.junit.jupiter.api.Test;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Kind;

class PlotsTest {
    @Test
    void showAverageAndP99OfEachKindAgainstClientsFirst() {
        List<Plot> plots = Plots.of(SampleResults.clients());

        assertThat(plots)
                .extracting(Plot::name)
                .containsExactly(
                        "query",
                        "buy",
                        "mixed",
                        "query-detail",
                        "buy-detail",
                        "mixed-query",
                        "mixed-buy",
                        "throughput",
                        "percentiles",
                        "timeline",
                        "timeline-throughput");
        Plot mixed = plots.get(2);
        assertThat(mixed.series())
                .extracting(Series::label)
                .containsExactly("query average", "query p99", "buy average", "buy p99");
        assertThat(mixed.series().get(1).line()).isEqualTo(Line.DASHED);
        assertThat(mixed.series().get(1).colour())
                .isEqualTo(mixed.series().get(0).colour());
        assertThat(mixed.series().get(0).points()).extracting(Point::x).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
        assertThat(mixed.y().scale()).isEqualTo(Scale.FROM_ZERO);
    }

    @Test
    void giveQueriesAndBuysOneColourEachThatNothingElseHas() {
        for (Results results : List.of(
                SampleResults.clients(),
                SampleResults.rates(),
                SampleResults.probabilities(),
                SampleResults.single())) {
            for (Plot plot : Plots.of(results)) {
                for (Series line : plot.series()) {
                    String kind = line.label().replaceFirst("[ ,].*", "");
                    assertThat(hue(line.colour()))
                            .as(plot.name() + ": " + line.label())
                            .isEqualTo(
                                    switch (kind) {
                                        case "query" -> "blue";
                                        case "buy" -> "vermillion";
                                        default -> "other";
                                    });
                }
            }
        }
    }

    @Test
    void tellSeveralCurvesOfOneKindApart() {
        Plot percentiles = plot(SampleResults.clients(), "percentiles");

        assertThat(percentiles.series())
                .extracting(Series::label)
                .containsExactly(
                        "query (query, 5 clients)",
                        "buy (buy, 5 clients)",
                        "query (mixed 0.75, 5 clients)",
                        "buy (mixed 0.75, 5 clients)");
        assertThat(percentiles.series()).extracting(Series::colour).doesNotHaveDuplicates();
        assertThat(percentiles.series().get(0).colour()).isEqualTo(Colour.of(Kind.QUERY));
        assertThat(percentiles.series().get(1).colour()).isEqualTo(Colour.of(Kind.BUY));
    }

    @Test
    void showTheKneeWithServiceTimeBesideLatencyAndTheIdealBesideThroughput() {
        Results results = SampleResults.rates();

        assertThat(Plots.of(results))
                .extracting(Plot::name)
                .containsExactly(
                        "latency-query", "latency-buy", "throughput", "percentiles", "timeline", "timeline-throughput");
        Plot buy = plot(results, "latency-buy");
        assertThat(buy.x().scale()).isEqualTo(Scale.LOG);
        assertThat(buy.series())
                .extracting(Series::label)
                .containsExactly("average", "p50", "p90", "p99", "max", "p99 of the service time");
        assertThat(plot(results, "throughput").series().get(0).points())
                .allSatisfy(point -> assertThat(point.y()).isEqualTo(point.x()));
    }

    @Test
    void showNothingAgainstNothing() {
        assertThat(Plots.of(SampleResults.single()))
                .extracting(Plot::name)
                .containsExactly("percentiles", "timeline", "timeline-throughput");
        assertThat(Plots.of(SampleResults.none())).isEmpty();
    }

    @Test
    void tellHowManyBuysWereSoldOutAndLeaveThemOut() {
        Results results = SampleResults.probabilities();
        Plot buy = plot(results, "latency-buy");

        assertThat(buy.note()).isEqualTo("9.64 % of the buys were sold out and are not in the plot.");
        assertThat(plot(results, "latency-query").note()).isEmpty();
        assertThat(buy.series().get(0).points())
                .extracting(Point::y)
                .containsExactlyElementsOf(results.steps().stream()
                        .flatMap(step -> step.kind(Kind.BUY).stream())
                        .flatMap(kind -> kind.latency().stream())
                        .map(latency -> latency.average())
                        .toList());
    }

    @Test
    void endThePercentilesBeforeAHundred() {
        Plot percentiles = plot(SampleResults.single(), "percentiles");

        assertThat(percentiles.series()).extracting(Series::label).containsExactly("request", "request, service time");
        assertThat(percentiles.series()).allSatisfy(curve -> {
            assertThat(curve.points()).extracting(Point::x).isSorted();
            assertThat(curve.points().get(curve.points().size() - 1).x()).isEqualTo(100 * (1 - 1 / 5000.0));
        });
    }

    @Test
    void markMomentsWithFailuresAndInterruptTheTimelineBetweenRuns() {
        Plot timeline = plot(SampleResults.rates(), "timeline");

        Series failures = timeline.series().get(3);
        assertThat(failures.line()).isEqualTo(Line.MARKS);
        assertThat(failures.points()).hasSize(8);
        assertThat(timeline.series().get(0).points().stream().filter(point -> !point.isPresent()))
                .hasSize(7);
        assertThat(plot(SampleResults.clients(), "timeline").series()).hasSize(3);
    }

    /** Of the colour, however light. */
    private static String hue(Colour colour) {
        if (Math.abs(hueOf(colour) - hueOf(Colour.of(Kind.QUERY))) < 0.01) {
            return "blue";
        }
        return Math.abs(hueOf(colour) - hueOf(Colour.of(Kind.BUY))) < 0.01 ? "vermillion" : "other";
    }

    private static float hueOf(Colour colour) {
        Color rgb = new Color(colour.rgb());
        return Color.RGBtoHSB(rgb.getRed(), rgb.getGreen(), rgb.getBlue(), null)[0];
    }

    private static Plot plot(Results results, String name) {
        return Plots.of(results).stream()
                .filter(plot -> plot.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}

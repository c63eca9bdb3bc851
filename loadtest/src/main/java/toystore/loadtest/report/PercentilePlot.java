package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.StepResult;

/** Latency by percentile of successful requests; in an open loop, the service time beside it. */
final class PercentilePlot {
    private static final int FEW_STEPS = 4;

    /** More curves are hard to tell apart. */
    private static final int FEW_CURVES = 6;

    private PercentilePlot() {}

    /** Plots all steps if there are few of them, or else the last step of each scenario. */
    static Plot of(Results results) {
        List<StepResult> all = results.steps();
        long curves = all.stream().mapToLong(step -> step.kinds().size()).sum();
        boolean few = all.size() <= FEW_STEPS && curves <= FEW_CURVES;
        List<StepResult> steps = few
                ? all
                : ScenarioSteps.of(results).stream().map(ScenarioSteps::last).toList();
        List<Series> series = new ArrayList<>();
        Map<Kind, Integer> drawn = new EnumMap<>(Kind.class);
        for (StepResult step : steps) {
            for (KindResult kind : step.kinds()) {
                String label = steps.size() == 1 ? kind.kind().label() : label(step, kind);
                int before = drawn.merge(kind.kind(), 1, Integer::sum) - 1;
                series.addAll(series(label, Colour.of(kind.kind()).lighter(before, count(steps, kind.kind())), kind));
            }
        }
        boolean open = steps.stream().anyMatch(StepResult::isOpenLoop);
        return new Plot(
                "percentiles",
                "Latency by percentile",
                Plots.note(
                        few ? "" : "Of " + steps.stream().map(StepResult::name).collect(Collectors.joining("; ")) + ".",
                        open
                                ? "Dashed: service time, from when a request was really sent, without the wait before."
                                : ""),
                new PlotAxis("percentile", Scale.PERCENTILE),
                Plots.LATENCY,
                series);
    }

    private static int count(List<StepResult> steps, Kind kind) {
        return (int) steps.stream().filter(step -> step.kind(kind).isPresent()).count();
    }

    /** {@code buy (mixed 0.75, 3 clients)} */
    private static String label(StepResult step, KindResult kind) {
        return kind.kind().label() + " (" + step.name() + ")";
    }

    private static List<Series> series(String label, Colour colour, KindResult kind) {
        return kind.outcome(RequestOutcome.OK).stream()
                .flatMap((OutcomeResult ok) -> {
                    Series latency = new Series(label, colour, Line.SOLID, points(ok.latency(), ok.count()));
                    return ok.service() == null
                            ? Stream.of(latency)
                            : Stream.of(
                                    latency,
                                    new Series(
                                            label + ", service time",
                                            colour,
                                            Line.DASHED,
                                            points(ok.service(), ok.count())));
                })
                .filter(curve -> !curve.points().isEmpty())
                .toList();
    }

    /** The axis has no 100 %: the slowest of n requests is drawn at 100 (1 - 1/n). */
    private static List<Point> points(Distribution times, long count) {
        double last = 100 * (1 - 1.0 / count);
        List<Point> points = new ArrayList<>();
        times.curve().stream()
                .filter(point -> point.percentile() < last && point.ms() > 0)
                .forEach(point -> points.add(new Point(point.percentile(), point.ms())));
        if (!times.curve().isEmpty() && times.max() > 0) {
            points.add(new Point(last, times.max()));
        }
        return points;
    }
}

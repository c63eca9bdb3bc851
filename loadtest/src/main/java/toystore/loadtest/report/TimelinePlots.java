package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;
import toystore.loadtest.result.Results.IntervalStats;
import toystore.loadtest.result.Results.RunResult;
import toystore.loadtest.result.Results.StepResult;

/** Latency and throughput over time; lines are interrupted between runs. */
final class TimelinePlots {
    private static final PlotAxis TIME = new PlotAxis("seconds since the first step began", Scale.FROM_ZERO);

    /** Failures are marked at this share of the lowest latency. */
    private static final double BELOW = 0.6;

    private TimelinePlots() {}

    static List<Plot> of(List<StepResult> steps) {
        List<List<IntervalStats>> runs = steps.stream()
                .flatMap(step -> step.runs().stream())
                .sorted(Comparator.comparingDouble(RunResult::startedAt))
                .map(RunResult::timeline)
                .filter(timeline -> !timeline.isEmpty())
                .toList();
        return List.of(latency(runs, steps.size() > 1), throughput(runs));
    }

    private static Plot latency(List<List<IntervalStats>> runs, boolean severalSteps) {
        List<Series> series = new ArrayList<>(List.of(
                new Series("p50", Colour.P50, Line.SOLID, answered(runs, IntervalStats::p50)),
                new Series("p99", Colour.P99, Line.SOLID, answered(runs, IntervalStats::p99)),
                new Series("max", Colour.MAX, Line.SOLID, answered(runs, IntervalStats::max))));
        double lowest = series.stream()
                .flatMap(line -> line.points().stream())
                .filter(Point::isPresent)
                .mapToDouble(Point::y)
                .min()
                .orElse(1);
        List<Point> failures = intervals(runs).stream()
                .filter(interval -> interval.failed() > 0)
                .map(interval -> new Point(interval.at(), lowest * BELOW))
                .toList();
        if (!failures.isEmpty()) {
            series.add(new Series("requests failed", Colour.FAILED, Line.MARKS, failures));
        }
        return new Plot(
                "timeline",
                "Latency over time",
                severalSteps ? "All kinds of request together, second by second, through all steps." : "",
                TIME,
                Plots.LATENCY,
                series);
    }

    private static Plot throughput(List<List<IntervalStats>> runs) {
        List<Series> series = new ArrayList<>();
        series.add(new Series(
                "answered", Colour.ANSWERED, Line.SOLID, points(runs, interval -> perSecond(interval, interval.ok()))));
        if (intervals(runs).stream().anyMatch(interval -> interval.failed() > 0)) {
            series.add(new Series(
                    "failed",
                    Colour.FAILED,
                    Line.DASHED,
                    points(runs, interval -> perSecond(interval, interval.failed()))));
        }
        return new Plot(
                "timeline-throughput",
                "Throughput over time",
                "",
                TIME,
                new PlotAxis("requests per second", Scale.FROM_ZERO),
                series);
    }

    private static double perSecond(IntervalStats interval, long count) {
        return interval.seconds() > 0 ? count / interval.seconds() : Double.NaN;
    }

    private static List<Point> answered(List<List<IntervalStats>> runs, ToDoubleFunction<IntervalStats> figure) {
        return points(runs, interval -> {
            double ms = interval.ok() == 0 ? 0 : figure.applyAsDouble(interval);
            return ms > 0 ? ms : Double.NaN;
        });
    }

    private static List<Point> points(List<List<IntervalStats>> runs, ToDoubleFunction<IntervalStats> figure) {
        List<Point> points = new ArrayList<>();
        for (List<IntervalStats> run : runs) {
            if (!points.isEmpty()) {
                double before = points.get(points.size() - 1).x();
                points.add(new Point((before + run.get(0).at()) / 2, Double.NaN));
            }
            run.forEach(interval -> points.add(new Point(interval.at(), figure.applyAsDouble(interval))));
        }
        return points;
    }

    private static List<IntervalStats> intervals(List<List<IntervalStats>> runs) {
        return runs.stream().flatMap(List::stream).toList();
    }
}

package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;
import toystore.loadtest.result.Axis;
import toystore.loadtest.result.StepResult;

/** Requests that were answered as asked, against what changes from step to step. */
final class ThroughputPlot {
    private ThroughputPlot() {}

    /** Against offered rates there is also the line on which every request would be answered. */
    static Plot of(Axis axis, PlotAxis across, List<ScenarioSteps> scenarios) {
        boolean offered = axis == Axis.RATE;
        List<Series> series = new ArrayList<>();
        for (ScenarioSteps scenario : scenarios) {
            String label = scenarios.size() == 1 ? "answered" : scenario.name();
            series.add(
                    new Series(label, Colour.ofScenario(scenario.name()), Line.SOLID, points(axis, across, scenario)));
        }
        if (offered) {
            // First, so that it lies below the others.
            series.add(0, ideal(series));
        }
        boolean logarithmic = offered && across.scale() == Scale.LOG;
        return new Plot(
                "throughput",
                "Throughput" + Plots.against(axis),
                "",
                across,
                new PlotAxis("answered requests per second", logarithmic ? Scale.LOG : Scale.FROM_ZERO),
                series);
    }

    private static Series ideal(List<Series> answered) {
        List<Point> points = answered.stream()
                .flatMap(line -> line.points().stream())
                .map(point -> new Point(point.x(), point.x()))
                .distinct()
                .sorted(Comparator.comparingDouble(Point::x))
                .toList();
        return new Series("all that were offered", Colour.IDEAL, Line.DASHED, points);
    }

    private static List<Point> points(Axis axis, PlotAxis across, ScenarioSteps scenario) {
        return scenario.steps().stream()
                .filter(step -> across.scale() != Scale.LOG || step.answeredRate() > 0)
                .map((StepResult step) -> new Point(step.on(axis), step.answeredRate()))
                .sorted(Comparator.comparingDouble(Point::x))
                .toList();
    }
}

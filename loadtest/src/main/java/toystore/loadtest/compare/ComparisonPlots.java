package toystore.loadtest.compare;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import toystore.common.Abbreviated;
import toystore.loadtest.compare.Comparison.StepPair;
import toystore.loadtest.report.Colour;
import toystore.loadtest.report.Plot;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;
import toystore.loadtest.report.Plots;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.StepResult;

/** Plots with before (dashed) and after (solid): latency along the axis, and by percentile. */
final class ComparisonPlots {
    /** Percentiles are drawn for so many scenarios. */
    private static final int MOST_SCENARIOS = 4;

    private static final String NOTE = "Before is dashed, after is solid. ";

    private ComparisonPlots() {}

    /** @param axis of both sides; null if they differ */
    static List<Plot> of(List<StepPair> pairs, Axis axis) {
        Map<String, List<StepPair>> scenarios = new LinkedHashMap<>();
        pairs.forEach(pair -> scenarios
                .computeIfAbsent(String.valueOf(pair.after().scenario()), scenario -> new ArrayList<>())
                .add(pair));
        List<Plot> plots = new ArrayList<>();
        scenarios.forEach((scenario, steps) -> {
            if (axis != null && axis != Axis.NONE) {
                addAlong(axis, scenario, steps, plots);
            }
        });
        scenarios.entrySet().stream()
                .limit(MOST_SCENARIOS)
                .forEach(scenario -> addPercentiles(
                        scenario.getKey(),
                        scenario.getValue().get(scenario.getValue().size() - 1),
                        plots));
        return plots;
    }

    private static void addPercentiles(String scenario, StepPair pair, List<Plot> plots) {
        for (Kind kind : pair.kinds()) {
            Colour colour = Colour.of(kind);
            List<Series> series = new ArrayList<>();
            add(series, "before", colour, Line.DASHED, curve(pair.before(), kind));
            add(series, "after", colour, Line.SOLID, curve(pair.after(), kind));
            if (!series.isEmpty()) {
                plots.add(new Plot(
                        fileName("compare-percentiles-" + scenario + "-" + kind.label()),
                        Abbreviated.printable(pair.name(), 80) + ": latency of " + kind.label() + ", before and after",
                        NOTE + "So many percent of the requests took no longer.",
                        new PlotAxis("percent of requests", Scale.PERCENTILE),
                        new PlotAxis("latency in ms", Scale.LOG),
                        series));
            }
        }
    }

    /** Leaves out the maximum, which lies infinitely far out on this scale. */
    private static List<Point> curve(StepResult step, Kind kind) {
        return step.kind(kind).flatMap(KindResult::latency).map(Distribution::curve).orElse(List.of()).stream()
                .filter(point -> point.percentile() < 100 && point.ms() > 0)
                .map(point -> new Point(point.percentile(), point.ms()))
                .toList();
    }

    private static void addAlong(Axis axis, String scenario, List<StepPair> all, List<Plot> plots) {
        List<StepPair> steps = all.stream()
                .filter(pair -> isOn(pair.before(), axis) && isOn(pair.after(), axis))
                .sorted(Comparator.comparingDouble(pair -> pair.after().on(axis)))
                .toList();
        if (steps.size() < 2) {
            return;
        }
        List<StepResult> before = steps.stream().map(StepPair::before).toList();
        List<StepResult> after = steps.stream().map(StepPair::after).toList();
        for (Kind kind : Kind.values()) {
            List<Series> series = new ArrayList<>();
            for (Metric metric : List.of(Metric.P50, Metric.P99)) {
                Colour colour = metric == Metric.P50 ? Colour.P50 : Colour.P99;
                add(series, metric.label() + " before", colour, Line.DASHED, along(axis, before, kind, metric));
                add(series, metric.label() + " after", colour, Line.SOLID, along(axis, after, kind, metric));
            }
            if (!series.isEmpty()) {
                plots.add(new Plot(
                        fileName("compare-" + scenario + "-" + kind.label()),
                        Abbreviated.printable(scenario, 80) + ": p50 and p99 of " + kind.label() + ", before and after",
                        NOTE + "Each point is the median of the runs.",
                        Plots.xAxis(axis, before),
                        // Above the capacity of a service, latency grows by orders of magnitude.
                        new PlotAxis("latency in ms", axis == Axis.RATE ? Scale.LOG : Scale.FROM_ZERO),
                        series));
            }
        }
    }

    private static List<Point> along(Axis axis, List<StepResult> steps, Kind kind, Metric metric) {
        List<Point> points = new ArrayList<>();
        for (StepResult step : steps) {
            Double median = Metric.median(metric.values(step, kind));
            if (median != null && median > 0) {
                points.add(new Point(step.on(axis), median));
            }
        }
        return points;
    }

    /** Returns whether a step has a value on the axis; one of another scenario may have none. */
    private static boolean isOn(StepResult step, Axis axis) {
        return switch (axis) {
            case NONE -> false;
            case CLIENTS -> true;
            case PROBABILITY -> step.probability() != null;
            case RATE -> step.rate() != null;
        };
    }

    private static void add(List<Series> series, String label, Colour colour, Line line, List<Point> points) {
        if (!points.isEmpty()) {
            series.add(new Series(label, colour, line, points));
        }
    }

    /** A name from a file of results must not lead out of the folder. */
    private static String fileName(String name) {
        return Abbreviated.printable(name, 60).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}

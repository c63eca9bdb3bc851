package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;
import toystore.loadtest.result.Axis;
import toystore.loadtest.result.Distribution;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.OutcomeResult;
import toystore.loadtest.result.RequestOutcome;
import toystore.loadtest.result.StepResult;

/** Latency against what changes from step to step. A step without an answer as asked has no point. */
final class LatencyPlots {
    private static final String OPEN_LOOP =
            "Latency counts from when a request was to be sent, service time from when it was.";

    private final Axis axis;
    private final PlotAxis across;
    private final List<ScenarioSteps> scenarios;

    LatencyPlots(Axis axis, PlotAxis across, List<ScenarioSteps> scenarios) {
        this.axis = axis;
        this.across = across;
        this.scenarios = scenarios;
    }

    /** With clients on the x axis, for each scenario average and p99 of all kinds; then all figures of each kind. */
    List<Plot> all() {
        List<Plot> plots = new ArrayList<>();
        if (axis == Axis.CLIENTS) {
            scenarios.forEach(scenario -> plots.add(overview(scenario)));
        }
        for (ScenarioSteps scenario : scenarios) {
            scenario.answered().forEach(kind -> plots.add(detail(scenario, kind)));
        }
        return plots;
    }

    private Plot overview(ScenarioSteps scenario) {
        List<Series> series = new ArrayList<>();
        for (Kind kind : scenario.answered()) {
            series.add(series(
                    kind.label() + " average", Colour.of(kind), Line.SOLID, scenario, kind, Distribution::average));
            series.add(series(kind.label() + " p99", Colour.of(kind), Line.DASHED, scenario, kind, Distribution::p99));
        }
        return new Plot(
                scenario.name(),
                scenario.title() + ": average and p99 latency" + Plots.against(axis),
                Plots.note(scenario.soldOut(), scenario.isOpenLoop() ? OPEN_LOOP : ""),
                across,
                new PlotAxis("latency in ms", Scale.FROM_ZERO),
                series);
    }

    private Plot detail(ScenarioSteps scenario, Kind kind) {
        List<Series> series = new ArrayList<>(List.of(
                series("average", Colour.AVERAGE, Line.SOLID, scenario, kind, Distribution::average),
                series("p50", Colour.P50, Line.SOLID, scenario, kind, Distribution::p50),
                series("p90", Colour.P90, Line.SOLID, scenario, kind, Distribution::p90),
                series("p99", Colour.P99, Line.SOLID, scenario, kind, Distribution::p99),
                series("max", Colour.MAX, Line.SOLID, scenario, kind, Distribution::max)));
        if (scenario.isOpenLoop()) {
            List<Point> service =
                    points(scenario, kind, result -> Optional.ofNullable(result.service()), Distribution::p99);
            series.add(new Series("p99 of the service time", Colour.P99, Line.DASHED, service));
        }
        return new Plot(
                name(scenario, kind),
                title(scenario, kind),
                Plots.note(kind == Kind.BUY ? scenario.soldOut() : "", scenario.isOpenLoop() ? OPEN_LOOP : ""),
                across,
                Plots.LATENCY,
                series);
    }

    /** {@code mixed-buy}, {@code buy-detail}; {@code latency}, {@code latency-buy}, {@code mixed-latency-buy}. */
    private String name(ScenarioSteps scenario, Kind kind) {
        boolean oneKind = scenario.answered().size() == 1;
        if (axis == Axis.CLIENTS) {
            return scenario.name() + (oneKind ? "-detail" : "-" + kind.label());
        }
        return (scenarios.size() == 1 ? "" : scenario.name() + "-")
                + "latency"
                + (oneKind && axis == Axis.RATE ? "" : "-" + kind.label());
    }

    private String title(ScenarioSteps scenario, Kind kind) {
        String what = scenario.answered().size() == 1 ? "latency" : kind.label() + " latency";
        return scenario.title() + ": " + what + " in detail" + Plots.against(axis);
    }

    private Series series(
            String label,
            Colour colour,
            Line line,
            ScenarioSteps scenario,
            Kind kind,
            ToDoubleFunction<Distribution> figure) {
        return new Series(label, colour, line, points(scenario, kind, result -> Optional.of(result.latency()), figure));
    }

    private List<Point> points(
            ScenarioSteps scenario,
            Kind kind,
            Function<OutcomeResult, Optional<Distribution>> time,
            ToDoubleFunction<Distribution> figure) {
        return scenario.steps().stream()
                .flatMap(step -> answered(step, kind)
                        .flatMap(result -> time.apply(result).stream())
                        .map(times -> new Point(step.on(axis), figure.applyAsDouble(times))))
                .filter(point -> point.y() > 0)
                .sorted((a, b) -> Double.compare(a.x(), b.x()))
                .toList();
    }

    private static Stream<OutcomeResult> answered(StepResult step, Kind kind) {
        return step.kind(kind).flatMap(found -> found.outcome(RequestOutcome.OK)).stream();
    }
}

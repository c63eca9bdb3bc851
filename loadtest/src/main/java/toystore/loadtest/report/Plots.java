package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import toystore.loadtest.report.Plot.Line;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.report.Plot.Point;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.report.Plot.Series;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.StepResult;

/**
 * The plots of a load test, the most important first: latency and throughput against what changes from step to step,
 * then percentiles, then the time line. Plots without a point are left out.
 */
public final class Plots {
    static final PlotAxis LATENCY = new PlotAxis("latency in ms", Scale.LOG);

    private static final String OPEN_LOOP =
            "Latency is measured from when a request was due, service time from when it was sent.";

    private final Axis axis;
    private final PlotAxis x;
    private final List<ScenarioSteps> scenarios;
    private final List<Plot> plots = new ArrayList<>();

    private Plots(Results results) {
        axis = results.axis();
        scenarios = ScenarioSteps.of(results);
        x = xAxis(axis, results.steps());
        if (axis == Axis.CLIENTS) {
            scenarios.forEach(scenario -> plots.add(overview(scenario)));
        }
        if (axis != Axis.NONE) {
            scenarios.forEach(scenario -> scenario.answered().forEach(kind -> plots.add(latency(scenario, kind))));
            plots.add(throughput());
        }
        plots.add(PercentilePlot.of(results));
        plots.addAll(TimelinePlots.of(results.steps()));
        plots.removeIf(Plot::isEmpty);
    }

    static List<Plot> of(Results results) {
        return new Plots(results).plots;
    }

    /** Joins sentences; empty ones are left out. */
    static String note(String... sentences) {
        return Stream.of(sentences).filter(sentence -> !sentence.isEmpty()).collect(Collectors.joining(" "));
    }

    /** The x axis on which steps are compared. */
    public static PlotAxis xAxis(Axis axis, List<StepResult> steps) {
        return switch (axis) {
            case NONE -> new PlotAxis("", Scale.LINEAR);
            case CLIENTS -> new PlotAxis("clients", Scale.WHOLE);
            case PROBABILITY -> new PlotAxis("probability of buying what was looked at", Scale.LINEAR);
            case RATE -> new PlotAxis("offered requests per second", isGeometric(steps) ? Scale.LOG : Scale.LINEAR);
        };
    }

    /** Returns whether the rates grow by a nearly constant factor rather than by a nearly constant difference. */
    private static boolean isGeometric(List<StepResult> steps) {
        List<Double> rates =
                steps.stream().map(StepResult::rate).distinct().sorted().toList();
        if (rates.size() < 3 || rates.get(0) <= 0) {
            return false;
        }
        double factors = 0;
        double differences = 0;
        for (int i = 2; i < rates.size(); i++) {
            double factor = Math.log(rates.get(i) / rates.get(i - 1)) / Math.log(rates.get(i - 1) / rates.get(i - 2));
            double difference = (rates.get(i) - rates.get(i - 1)) / (rates.get(i - 1) - rates.get(i - 2));
            factors += Math.abs(Math.log(factor));
            differences += Math.abs(Math.log(difference));
        }
        return factors < differences;
    }

    /** Average and p99 of each kind of request in one scenario. */
    private Plot overview(ScenarioSteps scenario) {
        List<Series> series = new ArrayList<>();
        for (Kind kind : scenario.answered()) {
            Colour colour = Colour.of(kind);
            series.add(series(kind.label() + " average", colour, Line.SOLID, scenario, kind, Distribution::average));
            series.add(series(kind.label() + " p99", colour, Line.DASHED, scenario, kind, Distribution::p99));
        }
        return new Plot(
                scenario.name(),
                scenario.title() + ": average and p99 latency" + against(),
                note(scenario.soldOut(), scenario.isOpenLoop() ? OPEN_LOOP : ""),
                x,
                new PlotAxis("latency in ms", Scale.FROM_ZERO),
                series);
    }

    /** All latency figures of one kind of request in one scenario. */
    private Plot latency(ScenarioSteps scenario, Kind kind) {
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
        boolean oneKind = scenario.answered().size() == 1;
        return new Plot(
                latencyName(scenario, kind),
                scenario.title() + ": " + (oneKind ? "" : kind.label() + " ") + "latency in detail" + against(),
                note(kind == Kind.BUY ? scenario.soldOut() : "", scenario.isOpenLoop() ? OPEN_LOOP : ""),
                x,
                LATENCY,
                series);
    }

    /** {@code mixed-buy}, {@code buy-detail}; {@code latency}, {@code latency-buy}, {@code mixed-latency-buy}. */
    private String latencyName(ScenarioSteps scenario, Kind kind) {
        boolean oneKind = scenario.answered().size() == 1;
        if (axis == Axis.CLIENTS) {
            return scenario.name() + (oneKind ? "-detail" : "-" + kind.label());
        }
        return (scenarios.size() == 1 ? "" : scenario.name() + "-")
                + "latency"
                + (oneKind && axis == Axis.RATE ? "" : "-" + kind.label());
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

    /** A point for each step that has a successful request of that kind. */
    private List<Point> points(
            ScenarioSteps scenario,
            Kind kind,
            Function<OutcomeResult, Optional<Distribution>> times,
            ToDoubleFunction<Distribution> figure) {
        return scenario.steps().stream()
                .flatMap(step -> step
                        .kind(kind)
                        .flatMap(result -> result.outcome(RequestOutcome.OK))
                        .flatMap(times)
                        .map(distribution -> new Point(step.on(axis), figure.applyAsDouble(distribution)))
                        .stream())
                .filter(point -> point.y() > 0)
                .sorted(Comparator.comparingDouble(Point::x))
                .toList();
    }

    /** Successful requests per second; against offered rates, also the line on which every request is answered. */
    private Plot throughput() {
        List<Series> series = new ArrayList<>();
        for (ScenarioSteps scenario : scenarios) {
            List<Point> points = scenario.steps().stream()
                    .filter(step -> x.scale() != Scale.LOG || step.answeredRate() > 0)
                    .map(step -> new Point(step.on(axis), step.answeredRate()))
                    .sorted(Comparator.comparingDouble(Point::x))
                    .toList();
            String label = scenarios.size() == 1 ? "answered" : scenario.name();
            series.add(new Series(label, Colour.ofScenario(scenario.name()), Line.SOLID, points));
        }
        if (axis == Axis.RATE) {
            series.add(0, offered(series)); // below the others
        }
        return new Plot(
                "throughput",
                "Throughput" + against(),
                "",
                x,
                new PlotAxis("answered requests per second", x.scale() == Scale.LOG ? Scale.LOG : Scale.FROM_ZERO),
                series);
    }

    private static Series offered(List<Series> answered) {
        List<Point> points = answered.stream()
                .flatMap(line -> line.points().stream())
                .map(point -> new Point(point.x(), point.x()))
                .distinct()
                .sorted(Comparator.comparingDouble(Point::x))
                .toList();
        return new Series("all that were offered", Colour.IDEAL, Line.DASHED, points);
    }

    private String against() {
        return " against " + (axis == Axis.RATE ? "offered rate" : axis.label());
    }
}

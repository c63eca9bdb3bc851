package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import toystore.loadtest.report.Plot.PlotAxis;
import toystore.loadtest.report.Plot.Scale;
import toystore.loadtest.result.Axis;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.StepResult;

/** Decides what plots the results deserve, the most telling first. What has no point to show is no plot. */
final class Plots {
    static final PlotAxis LATENCY = new PlotAxis("latency in ms", Scale.LOG);

    private Plots() {}

    static List<Plot> of(Results results) {
        List<ScenarioSteps> scenarios = ScenarioSteps.of(results);
        List<Plot> plots = new ArrayList<>();
        if (results.axis() != Axis.NONE) {
            plots.addAll(new LatencyPlots(results.axis(), across(results), scenarios).all());
            plots.add(ThroughputPlot.of(results.axis(), across(results), scenarios));
        }
        plots.add(PercentilePlot.of(results));
        plots.addAll(TimelinePlots.of(results.steps()));
        plots.removeIf(Plot::isEmpty);
        return plots;
    }

    private static PlotAxis across(Results results) {
        return switch (results.axis()) {
            case NONE -> throw new IllegalArgumentException("there is nothing to plot one step against");
            case CLIENTS -> new PlotAxis("clients", Scale.WHOLE);
            case PROBABILITY -> new PlotAxis("probability of buying what was looked at", Scale.LINEAR);
            case RATE ->
                new PlotAxis("offered requests per second", isGeometric(results.steps()) ? Scale.LOG : Scale.LINEAR);
        };
    }

    /** For titles: what an axis has, in words. */
    static String against(Axis axis) {
        return " against "
                + switch (axis) {
                    case NONE -> "nothing";
                    case CLIENTS -> "clients";
                    case PROBABILITY -> "probability";
                    case RATE -> "offered rate";
                };
    }

    /** Whether rates grow by about the same factor rather than by the same difference. */
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

    /** Sentences, one after the other; those that are empty left out. */
    static String note(String... sentences) {
        return Stream.of(sentences).filter(sentence -> !sentence.isEmpty()).collect(Collectors.joining(" "));
    }
}

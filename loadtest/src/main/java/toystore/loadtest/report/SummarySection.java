package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.StepResult;
import toystore.loadtest.result.Share;

/** The head of the page: target, load, number of requests, and the main figures of each scenario. */
final class SummarySection {
    /** A service that answers this share of the offered requests keeps up. */
    private static final double KEEPS_UP = 0.99;

    private static final Comparator<StepResult> BY_RATE = Comparator.comparingDouble(StepResult::rate);

    private final Results results;

    SummarySection(Results results) {
        this.results = results;
    }

    String title() {
        return "Load test of " + results.target();
    }

    String html() {
        Html html = new Html();
        html.open("h1")
                .text("Load test of ")
                .element("span", results.target(), "class", "target")
                .close("h1");
        html.element("p", load() + ".", "class", "load");
        html.element("p", requests(), "class", failed() > 0 ? "requests failure" : "requests");
        html.open("dl", "class", "cards");
        ScenarioSteps.of(results).forEach(scenario -> card(html, mainStep(scenario)));
        return html.close("dl").toString();
    }

    /** {@code query, buy and mixed, in a closed loop, with 1 to 5 clients} */
    private String load() {
        List<String> names = new ArrayList<>();
        for (ScenarioSteps scenario : ScenarioSteps.of(results)) {
            Double probability = scenario.last().probability();
            boolean fixed = probability != null && results.axis() != Axis.PROBABILITY;
            names.add(scenario.title().toLowerCase(Locale.ROOT)
                    + (fixed ? " (buying with probability " + ReadableNumbers.setting(probability) + ")" : ""));
        }
        String arrivals = results.steps().stream()
                .map(step -> switch (step.arrivals()) {
                    case "closed" -> "in a closed loop";
                    case "constant" -> "in an open loop with constant arrivals";
                    case "poisson" -> "in an open loop with Poisson arrivals";
                    default -> step.arrivals();
                })
                .distinct()
                .collect(Collectors.joining(" and "));
        String all = String.join(", ", names);
        return (all.isEmpty() ? "No load" : all.substring(0, 1).toUpperCase(Locale.ROOT) + all.substring(1))
                + (arrivals.isEmpty() ? "" : ", " + arrivals + ", " + clientsAndRates());
    }

    private String clientsAndRates() {
        DoubleSummaryStatistics clients =
                results.steps().stream().mapToDouble(StepResult::clients).summaryStatistics();
        String with = "with " + range(clients) + (clients.getMax() == 1 ? " client" : " clients");
        if (results.steps().stream().allMatch(StepResult::isOpenLoop)) {
            with += ", at "
                    + range(results.steps().stream()
                            .mapToDouble(StepResult::rate)
                            .summaryStatistics())
                    + " requests per second";
        }
        return results.axis() != Axis.PROBABILITY
                ? with
                : with + ", buying with probability "
                        + range(results.steps().stream()
                                .mapToDouble(step -> step.on(Axis.PROBABILITY))
                                .summaryStatistics());
    }

    private static String range(DoubleSummaryStatistics values) {
        String low = ReadableNumbers.setting(values.getMin());
        return values.getMin() == values.getMax() ? low : low + " to " + ReadableNumbers.setting(values.getMax());
    }

    private String requests() {
        long all = results.steps().stream().mapToLong(StepResult::count).sum();
        double seconds =
                results.steps().stream().mapToDouble(StepResult::seconds).sum();
        String how = failed() == 0
                ? "none failed"
                : ReadableNumbers.count(failed()) + " failed (" + Share.of(failed(), all) + ")";
        long unsent = results.steps().stream().mapToLong(StepResult::unsent).sum();
        String dropped = unsent == 0 ? "" : ", and " + ReadableNumbers.count(unsent) + " were due and never sent";
        return ReadableNumbers.count(all) + " requests in " + ReadableNumbers.time(seconds) + "; " + how + dropped
                + ".";
    }

    private long failed() {
        return results.steps().stream().mapToLong(StepResult::failed).sum();
    }

    /** The last step; among rates, the highest that held or that the service kept up with, or else the lowest. */
    private StepResult mainStep(ScenarioSteps scenario) {
        if (results.axis() != Axis.RATE) {
            return scenario.last();
        }
        return scenario.steps().stream()
                .filter(step -> results.maxRate() == null
                        ? step.answeredRate() >= KEEPS_UP * step.rate()
                        : step.rate() <= results.maxRate())
                .max(BY_RATE)
                .orElseGet(() -> Collections.min(scenario.steps(), BY_RATE));
    }

    private static void card(Html html, StepResult step) {
        html.open("div").element("dt", step.name());
        for (KindResult kind : step.kinds()) {
            kind.latency().ifPresent(latency -> figures(html, step.kinds().size() > 1 ? kind.kind() : null, latency));
        }
        if (step.count(RequestOutcome.OK) == 0) {
            html.element("dd", "no successful request");
        }
        html.element("dd", ReadableNumbers.number(step.answeredRate()) + " answered per second", "class", "rate")
                .close("div");
    }

    private static void figures(Html html, Kind kind, Distribution latency) {
        html.open("dd").text(kind == null ? "" : kind.label() + " ");
        figure(html, latency.average(), "average");
        figure(html, latency.p99(), "p99");
        html.close("dd");
    }

    private static void figure(Html html, double ms, String what) {
        html.open("span", "class", "figure")
                .element("b", ReadableNumbers.number(ms) + " ms")
                .text(what)
                .close("span");
    }
}

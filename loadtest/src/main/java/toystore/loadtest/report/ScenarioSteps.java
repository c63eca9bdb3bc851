package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.StepResult;
import toystore.loadtest.result.Share;

/**
 * The steps of one scenario, in the order of the results.
 *
 * @param name as in {@link StepResult#scenario}
 */
record ScenarioSteps(String name, List<StepResult> steps) {
    ScenarioSteps {
        steps = List.copyOf(steps);
    }

    static List<ScenarioSteps> of(Results results) {
        Map<String, List<StepResult>> byName = new LinkedHashMap<>();
        results.steps()
                .forEach(step -> byName.computeIfAbsent(step.scenario(), name -> new ArrayList<>())
                        .add(step));
        return byName.entrySet().stream()
                .map(entry -> new ScenarioSteps(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** For a title: {@code Mixed load}. */
    String title() {
        return switch (name) {
            case "query" -> "Query-only load";
            case "buy" -> "Buy-only load";
            case "mixed" -> "Mixed load";
            case "url" -> "One URL";
            default -> name;
        };
    }

    StepResult last() {
        return steps.get(steps.size() - 1);
    }

    boolean isOpenLoop() {
        return steps.stream().anyMatch(StepResult::isOpenLoop);
    }

    /** Kinds with at least one successful request. */
    List<Kind> answered() {
        return Arrays.stream(Kind.values())
                .filter(kind -> count(kind, RequestOutcome.OK) > 0)
                .toList();
    }

    long count(Kind kind, RequestOutcome outcome) {
        return steps.stream()
                .flatMap(step -> step.kind(kind).stream())
                .mapToLong(found -> found.count(outcome))
                .sum();
    }

    /** A sentence about sold-out buys, which latency plots leave out; empty if there are none. */
    String soldOut() {
        long soldOut = count(Kind.BUY, RequestOutcome.SOLD_OUT);
        long buys = steps.stream()
                .flatMap(step -> step.kind(Kind.BUY).stream())
                .mapToLong(KindResult::count)
                .sum();
        return soldOut == 0 ? "" : Share.of(soldOut, buys) + " of the buys were sold out and are not in the plot.";
    }
}

package toystore.loadtest.report;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.RunResult;
import toystore.loadtest.result.Results.StepResult;

/** The tables of the page: all figures, and the spread between the runs of a step. */
final class ReportTables {
    /** Columns that contain no numbers. */
    private static final Set<String> WORDS = Set.of("request", "outcome", "time from");

    private final Html html = new Html();

    private ReportTables() {}

    static String html(Results results) {
        ReportTables tables = new ReportTables();
        tables.figures(results.steps());
        List<StepResult> repeated =
                results.steps().stream().filter(step -> step.runs().size() > 1).toList();
        if (!repeated.isEmpty()) {
            tables.spread(repeated);
        }
        return tables.html.toString();
    }

    private void figures(List<StepResult> steps) {
        boolean open = steps.stream().anyMatch(StepResult::isOpenLoop);
        begin("All figures", "figures", "Latency in milliseconds; 99 % of the requests took no longer than p99.");
        List<String> columns = new ArrayList<>(List.of("request", "outcome", "count", "per second"));
        if (open) {
            columns.add("time from");
        }
        columns.addAll(List.of("average", "p50", "p90", "p99", "p99.9", "max"));
        head(columns);
        for (StepResult step : steps) {
            long rows = step.kinds().stream()
                    .flatMap(kind -> kind.outcomes().stream())
                    .mapToLong(outcome -> outcome.service() == null ? 1 : 2)
                    .sum();
            group(step.name(), rows, columns.size());
            for (KindResult kind : step.kinds()) {
                kind.outcomes().forEach(outcome -> rows(kind.kind(), outcome, step.seconds(), open));
            }
            html.close("tbody");
        }
        end();
    }

    /** Writes a row, and in an open loop a second one with the service time. */
    private void rows(Kind kind, OutcomeResult outcome, double seconds, boolean open) {
        String span = outcome.service() == null ? "1" : "2";
        html.open("tr", "class", outcome.outcome().isFailure() ? "failure" : "");
        html.element("td", kind.label(), "rowspan", span);
        html.element("td", outcome.outcome().label(), "rowspan", span);
        number(ReadableNumbers.count(outcome.count()), span);
        number(ReadableNumbers.number(seconds == 0 ? 0 : outcome.count() / seconds), span);
        if (open) {
            html.element("td", outcome.service() == null ? "sending" : "when it was due");
        }
        times(outcome.latency());
        html.close("tr");
        if (outcome.service() != null) {
            html.open("tr", "class", "service").element("td", "sending (service time)");
            times(outcome.service());
            html.close("tr");
        }
    }

    private void times(Distribution times) {
        Stream.of(times.average(), times.p50(), times.p90(), times.p99(), times.p999(), times.max())
                .forEach(ms -> number(ReadableNumbers.number(ms), "1"));
    }

    private void spread(List<StepResult> steps) {
        begin(
                "Spread between the runs",
                "spread",
                "The lowest and the highest value of the runs of a step, for successful requests; latency in "
                        + "milliseconds.");
        List<String> columns = List.of("request", "runs", "per second", "p50", "p99");
        head(columns);
        for (StepResult step : steps) {
            List<KindResult> kinds = step.kinds().stream()
                    .filter(kind -> kind.count(RequestOutcome.OK) > 0)
                    .toList();
            group(step.name(), kinds.size(), columns.size());
            for (KindResult kind : kinds) {
                html.open("tr").element("td", kind.kind().label());
                number(String.valueOf(step.runs().size()), "1");
                number(spread(step.runs(), run -> rate(run, kind.kind())), "1");
                number(spread(step.runs(), run -> latency(run, kind.kind(), Distribution::p50)), "1");
                number(spread(step.runs(), run -> latency(run, kind.kind(), Distribution::p99)), "1");
                html.close("tr");
            }
            html.close("tbody");
        }
        end();
    }

    private static double rate(RunResult run, Kind kind) {
        long count = run.kinds().stream()
                .filter(found -> found.kind() == kind)
                .mapToLong(found -> found.count(RequestOutcome.OK))
                .sum();
        return run.seconds() == 0 ? Double.NaN : count / run.seconds();
    }

    private static double latency(RunResult run, Kind kind, ToDoubleFunction<Distribution> figure) {
        return run.kinds().stream()
                .filter(found -> found.kind() == kind)
                .flatMap(found -> found.latency().stream())
                .mapToDouble(figure)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static String spread(List<RunResult> runs, ToDoubleFunction<RunResult> figure) {
        DoubleSummaryStatistics found = runs.stream()
                .mapToDouble(figure)
                .filter(value -> !Double.isNaN(value))
                .summaryStatistics();
        return found.getCount() == 0
                ? "–"
                : ReadableNumbers.number(found.getMin()) + " – " + ReadableNumbers.number(found.getMax());
    }

    private void begin(String title, String id, String note) {
        html.open("section", "aria-labelledby", id)
                .element("h2", title, "id", id)
                .element("p", note);
        html.open("div", "class", "scroll", "role", "region", "aria-labelledby", id, "tabindex", "0")
                .open("table");
    }

    private void end() {
        html.close("table").close("div").close("section");
    }

    private void head(List<String> columns) {
        html.open("thead").open("tr");
        columns.forEach(
                column -> html.element("th", column, "scope", "col", "class", WORDS.contains(column) ? "" : "number"));
        html.close("tr").close("thead");
    }

    /** Begins a step with a line of its own, since a column for its name is too wide for a narrow screen. */
    private void group(String name, long rows, int columns) {
        html.open("tbody").open("tr", "class", "step");
        html.element(
                "th",
                name + (rows == 0 ? ": no request" : ""),
                "scope",
                "rowgroup",
                "colspan",
                String.valueOf(columns));
        html.close("tr");
    }

    private void number(String figure, String rowspan) {
        html.element("td", figure, "class", "number", "rowspan", rowspan);
    }
}

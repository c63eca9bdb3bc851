package toystore.loadtest.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import toystore.loadtest.result.OutputFile;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.StepResult;

/**
 * Writes {@code results.csv}: a line for each outcome of each kind of request in each step. The format is RFC 4180 with
 * line feeds. Fields that do not apply are empty: rate and service time in a closed loop, probability in a scenario
 * without one.
 */
final class CsvFile {
    private static final List<String> TIMES = List.of("average_ms", "p50_ms", "p90_ms", "p99_ms", "p99_9_ms", "max_ms");

    private CsvFile() {}

    static void write(Path file, Results results) throws IOException {
        List<String> lines = new ArrayList<>(List.of(header()));
        for (StepResult step : results.steps()) {
            for (KindResult kind : step.kinds()) {
                kind.outcomes().forEach(outcome -> lines.add(line(step, kind, outcome)));
            }
        }
        OutputFile.write(file, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String header() {
        return Stream.of(
                        Stream.of(
                                "step",
                                "scenario",
                                "probability",
                                "clients",
                                "arrivals",
                                "offered_per_s",
                                "runs",
                                "kind",
                                "outcome",
                                "count",
                                "answered_per_s"),
                        TIMES.stream().map(name -> "latency_" + name),
                        TIMES.stream().map(name -> "service_" + name),
                        Stream.of("step_seconds", "step_unsent", "step_unsolicited"))
                .flatMap(names -> names)
                .collect(Collectors.joining(","));
    }

    private static String line(StepResult step, KindResult kind, OutcomeResult outcome) {
        double seconds = step.seconds();
        return Stream.of(
                        Stream.of(
                                text(step.name()),
                                text(step.scenario()),
                                number(step.probability()),
                                String.valueOf(step.clients()),
                                text(step.arrivals()),
                                number(step.rate()),
                                String.valueOf(step.runs().size()),
                                kind.kind().label(),
                                outcome.outcome().label(),
                                String.valueOf(outcome.count()),
                                outcome.outcome() == RequestOutcome.OK && seconds > 0
                                        ? number(outcome.count() / seconds)
                                        : ""),
                        times(outcome.latency()),
                        times(outcome.service()),
                        Stream.of(number(seconds), String.valueOf(step.unsent()), String.valueOf(step.unsolicited())))
                .flatMap(fields -> fields)
                .collect(Collectors.joining(","));
    }

    private static Stream<String> times(Distribution times) {
        return times == null
                ? TIMES.stream().map(name -> "")
                : Stream.of(times.average(), times.p50(), times.p90(), times.p99(), times.p999(), times.max())
                        .map(CsvFile::number);
    }

    private static String number(Double value) {
        return value == null ? "" : String.format(Locale.ROOT, "%.4f", value);
    }

    /** Quotes text where necessary. Text that a spreadsheet would run as a formula gets an apostrophe. */
    private static String text(String value) {
        String safe = !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
        boolean plain = safe.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }
}

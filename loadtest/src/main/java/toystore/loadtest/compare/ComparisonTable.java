package toystore.loadtest.compare;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import toystore.common.Abbreviated;
import toystore.loadtest.result.Results;

/** Formats a comparison as text for a terminal. */
final class ComparisonTable {
    private static final int MOST_NAMES = 10;

    private final Comparison comparison;
    private final List<String> lines = new ArrayList<>();

    ComparisonTable(Comparison comparison, Results before, Results after) {
        this.comparison = comparison;
        lines.add("before: " + description(before));
        lines.add("after:  " + description(after));
        comparison.remarks().forEach(remark -> lines.add("note:   " + remark));
        addRows();
        addOnly("before", comparison.onlyBefore());
        addOnly("after", comparison.onlyAfter());
        lines.add("");
        lines.add(comparison.explanation());
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    private static String description(Results results) {
        return Abbreviated.printable(
                results.program() + ", " + results.target() + ", started "
                        + results.started().truncatedTo(ChronoUnit.SECONDS),
                200);
    }

    private void addRows() {
        lines.add("");
        lines.add(line("request", "metric", "before", "after", "change", "").stripTrailing());
        String step = null;
        for (ComparisonRow row : comparison.rows()) {
            if (!row.step().equals(step)) {
                step = row.step();
                lines.add(Abbreviated.printable(step, 80) + " (" + comparison.runs(step) + ")");
            }
            if (!isEmpty(row)) {
                lines.add(line(row).stripTrailing());
            }
        }
    }

    /** A row without failures, or without a value on either side, is not worth a line. */
    private static boolean isEmpty(ComparisonRow row) {
        boolean isFailure = row.metric() == Metric.FAILED || row.metric() == Metric.UNSENT;
        Double none = isFailure ? 0.0 : null;
        return Objects.equals(row.before(), none) && Objects.equals(row.after(), none);
    }

    private static String line(ComparisonRow row) {
        return line(
                row.kind() == null ? "all" : row.kind().label(),
                row.metric().label() + " " + row.metric().unit(),
                row.metric().format(row.before()),
                row.metric().format(row.after()),
                change(row),
                verdict(row));
    }

    private static String line(String... cells) {
        return String.format(Locale.ROOT, "  %-9s%-13s%12s%12s%12s  %s", (Object[]) cells);
    }

    private static String change(ComparisonRow row) {
        if (row.change().isEmpty()) {
            return "-";
        }
        double change = row.change().getAsDouble();
        if (Double.isInfinite(change)) {
            return "from 0";
        }
        return Math.abs(change) < 0.05 ? "0.0 %" : String.format(Locale.ROOT, "%+.1f %%", change);
    }

    private static String verdict(ComparisonRow row) {
        if (row.change().isEmpty()) {
            return "";
        }
        if (row.change().getAsDouble() == 0) {
            return "no change";
        }
        String direction = row.regression() > 0 ? "worse, " : "better, ";
        return (row.noise() == Noise.LARGER ? direction : "") + row.noise().label();
    }

    private void addOnly(String side, List<String> names) {
        if (!names.isEmpty()) {
            lines.add("only " + side + ": " + listed(names));
        }
    }

    /** The first names, in quotes. */
    static String listed(List<String> names) {
        if (names.isEmpty()) {
            return "none";
        }
        String first = names.stream()
                .limit(MOST_NAMES)
                .map(name -> "\"" + Abbreviated.printable(name, 80) + "\"")
                .collect(Collectors.joining(", "));
        return names.size() <= MOST_NAMES ? first : first + " and " + (names.size() - MOST_NAMES) + " more";
    }

    static String explanation(List<ComparisonRow> rows) {
        String how = "How it is judged: the values are medians of the runs; a change is larger than noise if the exact"
                + " two-sided Mann-Whitney test says that runs which differ only by chance would be ranked like "
                + "that with"
                + " p < 1 %, so of 100 metrics that did not change, about one may look as if it had.";
        boolean tooFew = rows.stream()
                .anyMatch(row -> row.noise() == Noise.UNKNOWN && row.change().isPresent());
        return tooFew
                ? how + " Where it is unknown there are too few runs to tell: measure both sides with --repeat 5."
                : how;
    }
}

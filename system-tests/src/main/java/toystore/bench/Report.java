package toystore.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What all rounds together say, as Markdown: medians, in brackets the lowest and the highest of the rounds. */
final class Report {
    /** So many of a load's requests may fail before its figures mean nothing. */
    private static final double FAILURES = 0.001;

    private final List<Round> rounds;

    /** @param rounds at least one, each with all loads */
    Report(List<Round> rounds) {
        this.rounds = List.copyOf(rounds);
    }

    /** Whether of each load something was answered and hardly anything failed. */
    boolean isSound() {
        for (BenchLoad load : BenchLoad.values()) {
            long failed = sum(load, Sample::failed);
            long all = failed + sum(load, Sample::answered);
            if (all == failed || failed > FAILURES * all) {
                return false;
            }
        }
        return true;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("| what | measured | beside | | ratio | wanted | |");
        lines.add("|---|---|---|---|---|---|---|");
        BenchRow.ALL.forEach(comparison -> lines.add(row(comparison)));
        lines.add("");
        lines.add(
                "| load | clients | requests/s | p50 ms | p99 ms | errors | generator | frontend | orders | catalog | others |");
        lines.add("|---|---|---|---|---|---|---|---|---|---|---|");
        for (BenchLoad load : BenchLoad.values()) {
            lines.add(row(load));
        }
        lines.add("");
        lines.add(
                "The last five are processors kept busy; of ceilings, by what stands for those. The open loop's generator was"
                        + " late by " + Unit.MILLIS.text(spread(BenchLoad.PACED, Sample::lag))
                        + " with 99 % of its requests.");
        for (BenchLoad load : BenchLoad.values()) {
            rounds.stream()
                    .map(round -> round.of(load).example())
                    .filter(Objects::nonNull)
                    .findFirst()
                    .ifPresent(example -> lines.add("An error of `" + load.label() + "`: " + example));
        }
        return lines;
    }

    private String row(BenchRow comparison) {
        boolean ratio = comparison.judged() == BenchRow.Judged.RATIO;
        return "| " + comparison.what()
                + " | " + comparison.unit().text(comparison.storeSpread(rounds))
                + " | " + comparison.with()
                + " | " + comparison.withUnit().text(comparison.otherSpread(rounds))
                + " | " + (ratio ? Unit.RATIO.text(comparison.judgedSpread(rounds)) : "")
                + " | " + comparison.limit().text()
                + " | " + (comparison.holds(rounds) ? "met" : "**missed**") + " |";
    }

    private String row(BenchLoad load) {
        StringBuilder row = new StringBuilder("| " + load.label() + " | " + load.clients());
        row.append(" | ").append(Unit.PER_SECOND.text(spread(load, Sample::rate)));
        row.append(" | ").append(Unit.MILLIS.text(spread(load, Sample::p50)));
        row.append(" | ").append(Unit.MILLIS.text(spread(load, Sample::p99)));
        row.append(" | ").append(sum(load, Sample::failed));
        for (ProcessRole part : ProcessRole.values()) {
            Spread busy = spread(load, sample -> sample.cpu().getOrDefault(part, 0.0));
            row.append(" | ").append(String.format(Locale.ROOT, "%.2f", busy.median()));
        }
        return row.append(" |").toString();
    }

    private Spread spread(BenchLoad load, ToDoubleFunction<Sample> figure) {
        return Spread.of(rounds.stream()
                .map(round -> figure.applyAsDouble(round.of(load)))
                .toList());
    }

    private long sum(BenchLoad load, ToLongFunction<Sample> figure) {
        return rounds.stream()
                .mapToLong(round -> figure.applyAsLong(round.of(load)))
                .sum();
    }
}

package toystore.loadtest.plan;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What {@code …} stands for between values. What was written may be rounded ({@code 100,178,316,…,1000}), so a value
 * counts as met by a twentieth of the step; the values in between are spread over what there is, and have as many
 * decimals as the most exact of those written.
 */
final class SequenceSyntax {
    private static final double ROUNDING = 0.05;

    private final List<BigDecimal> begin;
    private final BigDecimal last;
    /** Whether each value is so many times the one before, and not so much more. */
    private final boolean geometric;

    private SequenceSyntax(List<BigDecimal> begin, BigDecimal last, boolean geometric) {
        this.begin = begin;
        this.last = last;
        this.geometric = geometric;
    }

    /**
     * The values, and all that come after them until the last.
     *
     * @param begin two or more
     */
    static List<BigDecimal> filled(List<BigDecimal> begin, BigDecimal last) {
        for (int i = 0; i < begin.size(); i++) {
            BigDecimal next = i + 1 < begin.size() ? begin.get(i + 1) : last;
            Series.require(
                    begin.get(i).compareTo(next) < 0,
                    "it has " + Series.plain(next) + " after " + Series.plain(begin.get(i))
                            + "; expected values that ascend");
        }
        SequenceSyntax even = new SequenceSyntax(begin, last, false);
        SequenceSyntax growing = new SequenceSyntax(begin, last, true);
        boolean grows = begin.size() > 2 && begin.get(0).signum() > 0 && growing.misfit() < even.misfit();
        return (grows ? growing : even).fill();
    }

    private List<BigDecimal> fill() {
        Series.require(
                misfit() <= ROUNDING,
                listed(begin)
                        + " are neither evenly spaced nor each so many times the one before; expected one of both,"
                        + " or two values");
        double place = place(last.doubleValue());
        Series.require(
                place < Series.MOST_VALUES,
                "it has more than " + Series.MOST_VALUES + " values; expected at most that");
        int steps = (int) Math.rint(place);
        Series.require(
                steps >= begin.size() && Math.abs(place - steps) <= ROUNDING,
                "it does not meet " + Series.plain(last) + "; it would be " + listed(missing()));
        List<BigDecimal> all = new ArrayList<>(begin);
        for (int i = begin.size(); i < steps; i++) {
            all.add(at(i, steps, last));
        }
        all.add(last);
        return all;
    }

    /** How far a value is from the place it has in what was written, in steps, at most. */
    private double misfit() {
        double most = 0;
        for (int i = 0; i < begin.size(); i++) {
            most = Math.max(most, Math.abs(place(begin.get(i).doubleValue()) - i));
        }
        return most;
    }

    /** How many steps after the first value that one comes. */
    private double place(double value) {
        double first = begin.get(0).doubleValue();
        double end = begin.get(begin.size() - 1).doubleValue();
        int steps = begin.size() - 1;
        return geometric
                ? steps * Math.log(value / first) / Math.log(end / first)
                : steps * (value - first) / (end - first);
    }

    /** The value after so many steps of those that lead to the end. */
    private BigDecimal at(int step, int steps, BigDecimal end) {
        BigDecimal first = begin.get(0);
        BigDecimal exact = geometric
                ? BigDecimal.valueOf(
                        first.doubleValue() * Math.pow(end.doubleValue() / first.doubleValue(), (double) step / steps))
                : first.add(end.subtract(first)
                        .multiply(BigDecimal.valueOf(step))
                        .divide(BigDecimal.valueOf(steps), scale() + 2, RoundingMode.HALF_UP));
        return exact.setScale(scale(), RoundingMode.HALF_UP);
    }

    private int scale() {
        return Math.max(
                last.scale(), begin.stream().mapToInt(BigDecimal::scale).max().orElse(0));
    }

    /** What it would be without the last value: until it is past that. */
    private List<BigDecimal> missing() {
        List<BigDecimal> all = new ArrayList<>(begin);
        int written = begin.size() - 1;
        while (all.get(all.size() - 1).compareTo(last) < 0) {
            all.add(at(all.size(), written, begin.get(written)));
        }
        return all;
    }

    private static String listed(List<BigDecimal> values) {
        List<String> texts = values.stream().map(Series::plain).collect(Collectors.toCollection(ArrayList::new));
        if (texts.size() > 12) {
            texts.subList(6, texts.size() - 3).clear();
            texts.add(6, "…");
        }
        return String.join(", ", texts);
    }
}

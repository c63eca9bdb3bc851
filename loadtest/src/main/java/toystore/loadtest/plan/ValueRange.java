package toystore.loadtest.plan;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import toystore.loadtest.result.Axis;

/** The points that are worth measuring between two ends, which depends on what the axis is; both ends are among them. */
final class ValueRange {
    private static final int MOST_IN_A_ROW = 8;
    private static final int PROBABILITIES = 6;
    private static final int RATES = 12;
    private static final BigDecimal TWO = BigDecimal.valueOf(2);

    private ValueRange() {}

    static List<BigDecimal> points(BigDecimal first, BigDecimal last, Axis axis) {
        Series.requireWithin(axis, first.doubleValue());
        Series.requireWithin(axis, last.doubleValue());
        Series.require(
                first.compareTo(last) < 0,
                "it goes from " + Series.plain(first) + " to " + Series.plain(last) + "; expected the lower end first");
        List<BigDecimal> points = new ArrayList<>(List.of(first));
        switch (axis) {
            case CLIENTS -> addClients(points, first, last);
            case PROBABILITY -> addProbabilities(points, first, last);
            case RATE -> addRates(points, first, last);
            case NONE -> throw new IllegalArgumentException("there is nothing that a range could change");
        }
        points.add(last);
        return points;
    }

    private static void addClients(List<BigDecimal> points, BigDecimal first, BigDecimal last) {
        boolean each = last.subtract(first).compareTo(BigDecimal.valueOf(MOST_IN_A_ROW)) < 0;
        BigDecimal next = each ? first.add(BigDecimal.ONE) : first.multiply(TWO);
        while (next.compareTo(last) < 0) {
            points.add(next);
            next = each ? next.add(BigDecimal.ONE) : next.multiply(TWO);
        }
    }

    private static void addProbabilities(List<BigDecimal> points, BigDecimal first, BigDecimal last) {
        BigDecimal step = last.subtract(first).divide(BigDecimal.valueOf(PROBABILITIES - 1)); // a fifth is a decimal
        for (int i = 1; i < PROBABILITIES - 1; i++) {
            points.add(first.add(step.multiply(BigDecimal.valueOf(i))));
        }
    }

    private static void addRates(List<BigDecimal> points, BigDecimal first, BigDecimal last) {
        double low = first.doubleValue();
        double whole = last.doubleValue() / low;
        for (int i = 1; i < RATES - 1; i++) {
            double rate = low * Math.pow(whole, i / (RATES - 1.0));
            BigDecimal round = new BigDecimal(rate, new MathContext(2));
            // Ends that are close together leave fewer round numbers between them.
            if (round.compareTo(points.get(points.size() - 1)) > 0 && round.compareTo(last) < 0) {
                points.add(round);
            }
        }
    }
}

package toystore.loadtest.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toystore.loadtest.report.Plot.Scale;

/** Where an axis has its ticks, and what they say; {@code report.js} does the same where one can zoom. */
final class Ticks {
    private static final double[] PERCENTILES = {0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999};
    private static final int FEWEST = 3;

    private Ticks() {}

    /** At most so many, unless there would be hardly any. */
    static List<Double> of(Scale scale, AxisRange range, int most) {
        return switch (scale) {
            case LINEAR, FROM_ZERO -> linear(range, most, 0);
            case WHOLE -> linear(range, most, 1);
            case LOG -> log(range, most);
            case PERCENTILE ->
                Arrays.stream(PERCENTILES)
                        .filter(value -> value <= range.high())
                        .boxed()
                        .toList();
        };
    }

    private static List<Double> linear(AxisRange range, int most, double leastStep) {
        double raw = (range.high() - range.low()) / most;
        double decade = Math.pow(10, Math.floor(Math.log10(raw)));
        double step = decade;
        for (double factor : new double[] {1, 2, 5, 10}) {
            step = Math.max(leastStep, factor * decade);
            if (step >= raw) {
                break;
            }
        }
        List<Double> ticks = new ArrayList<>();
        for (double i = Math.ceil(range.low() / step - 1e-9); i * step <= range.high() * (1 + 1e-9); i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** 1, 2, 5, 10 …, or 1, 10 … if there are too many; linear ones if there are too few. */
    private static List<Double> log(AxisRange range, int most) {
        List<Double> ticks = log(range, 1, 1, 2, 5);
        if (ticks.size() < FEWEST) {
            return linear(range, most, 0);
        }
        for (int decades = 1; ticks.size() > most; decades++) {
            ticks = log(range, decades, 1);
        }
        return ticks;
    }

    private static List<Double> log(AxisRange range, int decades, int... factors) {
        List<Double> ticks = new ArrayList<>();
        int first = (int) Math.floor(Math.log10(range.low()));
        for (int exponent = first; exponent <= Math.log10(range.high()); exponent++) {
            for (int factor : factors) {
                double tick = new BigDecimal(factor).scaleByPowerOfTen(exponent).doubleValue();
                if (exponent % decades == 0 && tick >= range.low() && tick <= range.high()) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    static String label(Scale scale, double value) {
        return scale == Scale.PERCENTILE
                ? new BigDecimal(value)
                                .round(new MathContext(12))
                                .stripTrailingZeros()
                                .toPlainString()
                        + " %"
                : NumberFormat.setting(value);
    }
}

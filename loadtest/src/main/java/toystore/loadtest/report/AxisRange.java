package toystore.loadtest.report;

import java.util.DoubleSummaryStatistics;
import java.util.stream.DoubleStream;
import toystore.loadtest.report.Plot.Scale;

/** What of an axis is shown, in its units. */
record AxisRange(double low, double high) {
    private static final double MARGIN = 0.04;

    /** All the values with some room around them. */
    static AxisRange of(Scale scale, DoubleStream values) {
        DoubleSummaryStatistics found = values.summaryStatistics();
        if (found.getCount() == 0) {
            return new AxisRange(1, 10);
        }
        double low = found.getMin();
        double high = found.getMax();
        return switch (scale) {
            case LINEAR, WHOLE -> linear(low, high, scale == Scale.WHOLE ? 0.5 : 0.05);
            case FROM_ZERO -> new AxisRange(0, high <= 0 ? 1 : high * (1 + MARGIN));
            case LOG -> log(low, high);
            case PERCENTILE -> new AxisRange(0, Math.max(high, 90));
        };
    }

    private static AxisRange linear(double low, double high, double least) {
        double room = Math.max((high - low) * MARGIN, low == high ? least : 0);
        return new AxisRange(low - room, high + room);
    }

    private static AxisRange log(double low, double high) {
        double room = Math.max(Math.pow(high / low, MARGIN), low == high ? 2 : 1);
        return new AxisRange(low / room, high * room);
    }
}

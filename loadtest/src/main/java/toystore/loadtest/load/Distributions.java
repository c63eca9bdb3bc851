package toystore.loadtest.load;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;
import toystore.loadtest.result.Distribution;
import toystore.loadtest.result.Distribution.Point;

/** Makes figures of histograms of nanoseconds. */
final class Distributions {
    /** That a histogram keeps of each value: it is off by less than a thousandth. */
    static final int DIGITS = 3;

    private static final double NANOS_PER_MILLI = 1e6;

    /** Points of a curve each time that what is left to 100 percent has halved. */
    private static final int POINTS = 5;

    private Distributions() {}

    static Distribution of(Histogram nanos, boolean withCurve) {
        return new Distribution(
                nanos.getMean() / NANOS_PER_MILLI,
                percentile(nanos, 50),
                percentile(nanos, 90),
                percentile(nanos, 99),
                percentile(nanos, 99.9),
                nanos.getMaxValue() / NANOS_PER_MILLI,
                withCurve ? curve(nanos) : List.of());
    }

    /** In milliseconds; 0 if there is none. */
    static double percentile(Histogram nanos, double percent) {
        return nanos.getTotalCount() == 0 ? 0 : nanos.getValueAtPercentile(percent) / NANOS_PER_MILLI;
    }

    private static List<Point> curve(Histogram nanos) {
        List<Point> points = new ArrayList<>();
        for (HistogramIterationValue value : nanos.percentiles(POINTS)) {
            points.add(new Point(value.getPercentileLevelIteratedTo(), value.getValueIteratedTo() / NANOS_PER_MILLI));
        }
        return points;
    }
}

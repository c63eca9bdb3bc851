package toystore.loadtest.result;

import java.util.List;

/**
 * How long answers took, all in milliseconds.
 *
 * @param p999 the 99.9th percentile
 * @param curve the latency that so many percent did not exceed, from 0 to 100 percent, denser towards the end; empty
 *     for a single one of several runs
 */
public record Distribution(
        double average, double p50, double p90, double p99, double p999, double max, List<Point> curve) {
    public Distribution {
        curve = curve == null ? List.of() : List.copyOf(curve);
    }

    /** A point of the curve; the percentile is from 0 to 100. */
    public record Point(double percentile, double ms) {}
}

package toystore.loadtest.verdict;

import java.util.Map;
import java.util.stream.Stream;
import toystore.loadtest.result.Distribution;
import toystore.loadtest.result.Distribution.Point;

/** Any percentile of a distribution. */
final class Percentile {
    private Percentile() {}

    /**
     * The latency that so many percent did not exceed, in milliseconds: exact where it is a figure of the distribution;
     * else that of the next point above which is known, since a latency must not be called lower than it was.
     *
     * @param percent 0 to 100
     */
    static double of(Distribution distribution, double percent) {
        Stream<Point> figures = Map.of(
                        50.0, distribution.p50(),
                        90.0, distribution.p90(),
                        99.0, distribution.p99(),
                        99.9, distribution.p999(),
                        100.0, distribution.max())
                .entrySet()
                .stream()
                .map(figure -> new Point(figure.getKey(), figure.getValue()));
        // The figures come first: of two points at one percentile, the first is taken.
        return Stream.concat(figures, distribution.curve().stream())
                .filter(point -> point.percentile() >= percent)
                .reduce((a, b) -> b.percentile() < a.percentile() ? b : a)
                .map(Point::ms)
                .orElse(distribution.max());
    }
}

package toystore.bench;

import java.util.List;

/** Figures of several rounds in three: a round that something disturbed moves the middle one least. */
record Spread(double median, double lowest, double highest) {
    /** @param figures at least one; a round without one has {@link Double#NaN}, which counts as the highest */
    static Spread of(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        return new Spread(Median.of(sorted), sorted.get(0), sorted.get(sorted.size() - 1));
    }
}

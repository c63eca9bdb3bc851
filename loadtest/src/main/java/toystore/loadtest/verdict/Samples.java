package toystore.loadtest.verdict;

import java.util.Arrays;
import java.util.OptionalDouble;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.StepResult;

/** What the runs of a step found, one value each. */
final class Samples {
    private Samples() {}

    /** Without the runs in which there was nothing to measure. */
    static double[] of(StepResult step, Kind kind, Metric metric) {
        return step.runs().stream()
                .map(run -> metric.in(run, kind))
                .flatMapToDouble(OptionalDouble::stream)
                .filter(Double::isFinite)
                .toArray();
    }

    /** Null if there is no value. */
    static Double median(double[] values) {
        if (values.length == 0) {
            return null;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

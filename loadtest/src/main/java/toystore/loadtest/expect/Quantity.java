package toystore.loadtest.expect;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Distribution.Point;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.StepResult;

/** The measured quantity of an expectation: a latency, a share of requests, or a rate. */
sealed interface Quantity {
    /** Follows a value in messages. */
    String unit();

    /**
     * The values in a step; empty if there was no such request.
     *
     * @param kind of requests; null for all
     */
    List<Value> values(StepResult step, Kind kind);

    /**
     * A value in a step.
     *
     * @param requests names the requests, with a space before them; empty for all that the expectation names
     * @param number in the unit of the quantity; {@link Double#NaN} if no request was successful
     */
    record Value(String requests, double number) {}

    /** Latency of successful requests in milliseconds, of each kind separately, so that none hides another. */
    record Latency(ToDoubleFunction<Distribution> figure) implements Quantity {
        @Override
        public String unit() {
            return " ms";
        }

        @Override
        public List<Value> values(StepResult step, Kind kind) {
            if (kind == null && step.count() == 0 && step.unsent() > 0) {
                return List.of(new Value(" request", Double.NaN));
            }
            return step.kinds().stream()
                    .filter(result -> (kind == null || result.kind() == kind) && result.count() > 0)
                    .map(result -> new Value(" " + result.kind().label(), value(result)))
                    .toList();
        }

        /**
         * A percentile: exact if the distribution has it as a figure, or else the latency at the next higher point of
         * the curve, so that it is never reported too low.
         *
         * @param percent 0 to 100
         */
        static Latency percentile(double percent) {
            return new Latency(distribution -> percentile(distribution, percent));
        }

        private static double percentile(Distribution distribution, double percent) {
            // The figures come first: of two points at one percentile, the first is taken.
            Stream<Point> figures = Stream.of(
                    new Point(50, distribution.p50()),
                    new Point(90, distribution.p90()),
                    new Point(99, distribution.p99()),
                    new Point(99.9, distribution.p999()),
                    new Point(100, distribution.max()));
            return Stream.concat(figures, distribution.curve().stream())
                    .filter(point -> point.percentile() >= percent)
                    .reduce((a, b) -> b.percentile() < a.percentile() ? b : a)
                    .map(Point::ms)
                    .orElse(distribution.max());
        }

        private double value(KindResult result) {
            return result.latency().map(figure::applyAsDouble).orElse(Double.NaN);
        }
    }

    /** Share of the requests that had one of these outcomes, in percent. */
    record Share(List<RequestOutcome> outcomes, boolean withUnsent) implements Quantity {
        static final Share ERRORS = new Share(
                List.of(RequestOutcome.values()).stream()
                        .filter(RequestOutcome::isFailure)
                        .toList(),
                true);

        static Share of(RequestOutcome outcome) {
            return new Share(List.of(outcome), false);
        }

        @Override
        public String unit() {
            return " %";
        }

        @Override
        public List<Value> values(StepResult step, Kind kind) {
            // Unsent requests have no kind.
            long unsent = withUnsent && kind == null ? step.unsent() : 0;
            long all = requests(step, kind) + unsent;
            long matching = outcomes.stream()
                    .mapToLong(outcome -> count(step, kind, outcome))
                    .sum();
            return all == 0 ? List.of() : List.of(new Value("", 100.0 * (matching + unsent) / all));
        }
    }

    /** Successful requests per second. */
    record Rate() implements Quantity {
        @Override
        public String unit() {
            return "/s";
        }

        @Override
        public List<Value> values(StepResult step, Kind kind) {
            if (requests(step, kind) + (kind == null ? step.unsent() : 0) == 0) {
                return List.of();
            }
            double seconds = step.seconds();
            return List.of(new Value("", seconds == 0 ? 0 : count(step, kind, RequestOutcome.OK) / seconds));
        }
    }

    private static long requests(StepResult step, Kind kind) {
        return kind == null
                ? step.count()
                : step.kind(kind).map(KindResult::count).orElse(0L);
    }

    private static long count(StepResult step, Kind kind, RequestOutcome outcome) {
        return kind == null
                ? step.count(outcome)
                : step.kind(kind).map(result -> result.count(outcome)).orElse(0L);
    }
}

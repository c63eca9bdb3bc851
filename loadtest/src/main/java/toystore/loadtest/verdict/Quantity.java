package toystore.loadtest.verdict;

import java.util.List;
import java.util.function.ToDoubleFunction;
import toystore.loadtest.result.Distribution;
import toystore.loadtest.result.Kind;
import toystore.loadtest.result.KindResult;
import toystore.loadtest.result.RequestOutcome;
import toystore.loadtest.result.StepResult;

/** What an expectation is about. */
sealed interface Quantity {
    /** The unit behind a value that is shown. */
    String unit();

    /**
     * The values of it in a step: none if there was no such request.
     *
     * @param kind of requests; null for all
     */
    List<Found> in(StepResult step, Kind kind);

    /**
     * A value in a step.
     *
     * @param whose of which requests, in a few words with a space before them; empty if that goes without saying
     * @param value in the unit of the quantity; {@link Double#NaN} if there was no answer to measure
     */
    record Found(String whose, double value) {}

    /** How long the answers took that were as asked, in milliseconds: of each kind by itself, lest one hide another. */
    record Latency(ToDoubleFunction<Distribution> of) implements Quantity {
        @Override
        public String unit() {
            return " ms";
        }

        @Override
        public List<Found> in(StepResult step, Kind kind) {
            if (kind == null && step.count() == 0 && step.unsent() > 0) {
                return List.of(new Found(" request", Double.NaN));
            }
            return step.kinds().stream()
                    .filter(result -> (kind == null || result.kind() == kind) && result.count() > 0)
                    .map(result -> new Found(" " + result.kind().label(), value(result)))
                    .toList();
        }

        private double value(KindResult result) {
            return result.latency().map(of::applyAsDouble).orElse(Double.NaN);
        }
    }

    /** How many of all requests had one of these outcomes, in percent. */
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
        public List<Found> in(StepResult step, Kind kind) {
            // What was never sent is of no kind.
            long unsent = withUnsent && kind == null ? step.unsent() : 0;
            long all = requests(step, kind) + unsent;
            long such = outcomes.stream()
                    .mapToLong(outcome -> Quantity.count(step, kind, outcome))
                    .sum();
            return all == 0 ? List.of() : List.of(new Found("", 100.0 * (such + unsent) / all));
        }
    }

    /** Requests per second that were answered as asked. */
    record Rate() implements Quantity {
        @Override
        public String unit() {
            return "/s";
        }

        @Override
        public List<Found> in(StepResult step, Kind kind) {
            if (requests(step, kind) + (kind == null ? step.unsent() : 0) == 0) {
                return List.of();
            }
            double seconds = step.seconds();
            return List.of(new Found("", seconds == 0 ? 0 : count(step, kind, RequestOutcome.OK) / seconds));
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

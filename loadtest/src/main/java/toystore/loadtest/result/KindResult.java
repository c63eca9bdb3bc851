package toystore.loadtest.result;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The requests of one kind, by what became of them; an outcome that did not occur is not listed. */
public record KindResult(Kind kind, List<OutcomeResult> outcomes) {
    public KindResult {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(outcomes, "outcomes");
        outcomes = List.copyOf(outcomes);
    }

    public Optional<OutcomeResult> outcome(RequestOutcome wanted) {
        return outcomes.stream().filter(result -> result.outcome() == wanted).findFirst();
    }

    public long count(RequestOutcome wanted) {
        return outcome(wanted).map(OutcomeResult::count).orElse(0L);
    }

    /** Requests of any outcome. */
    public long count() {
        return outcomes.stream().mapToLong(OutcomeResult::count).sum();
    }

    /** Requests that failed; see {@link RequestOutcome#isFailure}. */
    public long failed() {
        return outcomes.stream()
                .filter(result -> result.outcome().isFailure())
                .mapToLong(OutcomeResult::count)
                .sum();
    }

    /** How long answers took that were as asked; empty if there was none. */
    public Optional<Distribution> latency() {
        return outcome(RequestOutcome.OK).map(OutcomeResult::latency);
    }
}

package toystore.loadtest.result;

import java.util.Objects;

/**
 * The requests of one kind that had one outcome.
 *
 * @param count at least 1
 * @param latency from when a request was to be sent, in an open loop, or was sent, in a closed one, to the end of its
 *     answer
 * @param service in an open loop, from when it was really sent; null in a closed one, where that is the same
 * @param example of a failure, in a sentence; null for what is none
 */
public record OutcomeResult(
        RequestOutcome outcome, long count, Distribution latency, Distribution service, String example) {
    public OutcomeResult {
        Objects.requireNonNull(outcome, "outcome");
        Objects.requireNonNull(latency, "latency");
    }
}

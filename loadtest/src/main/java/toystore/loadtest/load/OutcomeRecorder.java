package toystore.loadtest.load;

import org.HdrHistogram.Histogram;
import toystore.loadtest.result.OutcomeResult;
import toystore.loadtest.result.RequestOutcome;

/** Requests of one kind with one outcome: how many, and how long they took. For one thread. */
final class OutcomeRecorder {
    private final Histogram latency = new Histogram(Distributions.DIGITS);
    private final Histogram service = new Histogram(Distributions.DIGITS);
    private String example;

    /** @param taken how long they took from when they were to be sent, in nanoseconds */
    void addLatency(Histogram taken) {
        latency.add(taken);
    }

    /** @param taken how long they took from when they were sent, in nanoseconds */
    void addService(Histogram taken) {
        service.add(taken);
    }

    void add(OutcomeRecorder other) {
        latency.add(other.latency);
        service.add(other.service);
        example(other.example);
    }

    /** What one of them was like; the first is kept. */
    void example(String sentence) {
        example = example == null ? sentence : example;
    }

    OutcomeResult result(RequestOutcome outcome, boolean withCurve) {
        return new OutcomeResult(
                outcome,
                latency.getTotalCount(),
                Distributions.of(latency, withCurve),
                service.getTotalCount() == 0 ? null : Distributions.of(service, withCurve),
                example);
    }
}

package toystore.wire.metrics;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

/**
 * How requests of one kind ended, and how long they took. What counts them is looked up by its labels once: that takes
 * longer than to count. Thread-safe.
 */
public final class Outcomes {
    private static final int CODES = 600;
    private static final double NANOS = 1e-9;

    private final IntFunction<CounterDataPoint> counters;
    private final AtomicReferenceArray<CounterDataPoint> known = new AtomicReferenceArray<>(CODES);
    private final DistributionDataPoint durations;

    /**
     * None yet.
     *
     * @param counters finds the one of a code
     * @param durations of them all, in seconds
     */
    public Outcomes(IntFunction<CounterDataPoint> counters, DistributionDataPoint durations) {
        this.counters = counters;
        this.durations = durations;
    }

    /** One more. */
    public void add(int code, long nanos) {
        counter(code).inc();
        durations.observe(nanos * NANOS);
    }

    private CounterDataPoint counter(int code) {
        if (code < 0 || code >= CODES) {
            return counters.apply(code);
        }
        CounterDataPoint counter = known.get(code);
        if (counter == null) {
            counter = counters.apply(code);
            known.set(code, counter);
        }
        return counter;
    }
}

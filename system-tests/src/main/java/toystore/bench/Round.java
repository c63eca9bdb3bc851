package toystore.bench;

import java.util.EnumMap;
import java.util.Map;

/** What one round has measured so far. For one thread. */
final class Round {
    private final Map<BenchLoad, Sample> samples = new EnumMap<>(BenchLoad.class);

    void put(BenchLoad load, Sample sample) {
        samples.put(load, sample);
    }

    Sample of(BenchLoad load) {
        return samples.get(load);
    }

    /** Requests per second. */
    double rate(BenchLoad load) {
        return of(load).rate();
    }

    /** In milliseconds. */
    double p50(BenchLoad load) {
        return of(load).p50();
    }
}

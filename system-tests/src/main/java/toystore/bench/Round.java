package toystore.bench;

import java.util.EnumMap;
import java.util.Map;

/** What one round has measured so far. For one thread. */
final class Round {
    private final Map<Load, Sample> samples = new EnumMap<>(Load.class);

    void put(Load load, Sample sample) {
        samples.put(load, sample);
    }

    Sample of(Load load) {
        return samples.get(load);
    }

    /** Requests per second. */
    double rate(Load load) {
        return of(load).rate();
    }

    /** In milliseconds. */
    double p50(Load load) {
        return of(load).p50();
    }
}

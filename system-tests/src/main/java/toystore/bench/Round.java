package toystore.bench;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import toystore.bench.Sample.Role;

/** The samples of one round, one for each load. Not thread-safe. */
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

    /** Returns the loads that were measured, in their order. */
    Set<BenchLoad> loads() {
        return samples.keySet();
    }

    /** Returns the processor time that others have used during these rounds, in proportion to that of the bench. */
    static double disturbance(Collection<Round> rounds) {
        double ours = 0;
        double others = 0;
        for (Sample sample : rounds.stream()
                .flatMap(round -> round.samples.values().stream())
                .toList()) {
            for (Role role : Role.values()) {
                double time = sample.processors(role) * sample.seconds();
                ours += role == Role.OTHERS ? 0 : time;
                others += role == Role.OTHERS ? time : 0;
            }
        }
        return others / ours;
    }
}

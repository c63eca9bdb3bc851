package toystore.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import toystore.loadtest.load.Run.RunMeasurement;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.RunResult;

/**
 * The measurement of a load in one round, or in one turn of it.
 *
 * @param answered requests with the expected response
 * @param failed all other requests, and those that were due and never sent
 * @param example of a failure, in a sentence; null without failures
 * @param p50 in milliseconds; {@link Double#NaN} if nothing was answered; the same for p99
 * @param lag the delay, in milliseconds, with which the generator sent 99 percent of an open loop's requests; 0 in a
 *     closed loop
 * @param cpu processors that were busy with each role
 */
record Sample(
        long answered,
        long failed,
        String example,
        double seconds,
        double p50,
        double p99,
        double lag,
        Map<Role, Double> cpu) {

    /** The part of a process; a ceiling stands for the part that it replaces. */
    enum Role {
        GENERATOR,
        FRONTEND,
        ORDERS,
        CATALOG,
        /**
         * Everything that is not part of the bench, such as other programs, the kernel's threads and other machines.
         */
        OTHERS
    }

    Sample {
        cpu = Map.copyOf(cpu);
    }

    /** Without processors. */
    static Sample of(RunMeasurement measured) {
        RunResult result = measured.result();
        long answered = 0;
        long failed = result.unsent();
        String example = failed == 0 ? null : failed + " requests were due and never sent";
        Distribution latency = null;
        for (KindResult kind : result.kinds()) { // one at most
            for (OutcomeResult outcome : kind.outcomes()) {
                if (outcome.outcome() == RequestOutcome.OK) {
                    answered = outcome.count();
                    latency = outcome.latency();
                } else {
                    failed += outcome.count();
                    example = outcome.example();
                }
            }
        }
        return new Sample(
                answered,
                failed,
                example,
                result.seconds(),
                latency == null ? Double.NaN : latency.p50(),
                latency == null ? Double.NaN : latency.p99(),
                result.sendLag() == null ? 0 : result.sendLag(),
                Map.of());
    }

    /** Combines the turns of a round: latencies are medians of the turns, processors are means. */
    static Sample combine(List<Sample> turns) {
        double seconds = turns.stream().mapToDouble(Sample::seconds).sum();
        Map<Role, Double> cpu = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            double busy = turns.stream()
                    .mapToDouble(turn -> turn.processors(role) * turn.seconds)
                    .sum();
            cpu.put(role, busy / seconds);
        }
        return new Sample(
                turns.stream().mapToLong(Sample::answered).sum(),
                turns.stream().mapToLong(Sample::failed).sum(),
                turns.stream()
                        .map(Sample::example)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                seconds,
                median(turns, Sample::p50),
                median(turns, Sample::p99),
                median(turns, Sample::lag),
                cpu);
    }

    private static double median(List<Sample> turns, ToDoubleFunction<Sample> figure) {
        return Spread.median(turns.stream().mapToDouble(figure).boxed().toList());
    }

    /** Requests per second. */
    double rate() {
        return answered / seconds;
    }

    /** The processors that were busy with a role, from 0 to all there are. */
    double processors(Role role) {
        return cpu.getOrDefault(role, 0.0);
    }

    /** The processor time that the store used for each request, in microseconds. */
    double storeCpuMicros() {
        return (processors(Role.FRONTEND) + processors(Role.ORDERS) + processors(Role.CATALOG)) / rate() * 1e6;
    }

    Sample withCpu(Map<Role, Double> processors) {
        return new Sample(answered, failed, example, seconds, p50, p99, lag, processors);
    }
}

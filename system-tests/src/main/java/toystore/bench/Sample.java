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
 * A load in one round, or in one turn of it.
 *
 * @param answered requests that were answered as they should be
 * @param failed all others, and those that were due and never sent
 * @param example of a failure, in a sentence; null if there was none
 * @param p50 in milliseconds; {@link Double#NaN} if nothing was answered, like the next one
 * @param lag how late the generator itself was with 99 percent of an open loop's requests, in milliseconds; 0 in a
 *     closed loop
 * @param cpu processors that each part kept busy, from 0 to all there are
 */
record Sample(
        long answered,
        long failed,
        String example,
        double seconds,
        double p50,
        double p99,
        double lag,
        Map<ProcessRole, Double> cpu) {

    Sample {
        cpu = Map.copyOf(cpu);
    }

    /** Without what was busy. */
    static Sample of(RunMeasurement measured) {
        RunResult result = measured.result();
        long answered = 0;
        long failed = result.unsent();
        String example = failed == 0 ? null : failed + " requests were due and never sent";
        Distribution latency = null;
        for (KindResult kind : result.kinds()) { // there is one at most
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

    /** One for several turns, at least one: latencies and processors are those of the turn in the middle. */
    static Sample together(List<Sample> turns) {
        Map<ProcessRole, Double> cpu = new EnumMap<>(ProcessRole.class);
        for (ProcessRole part : ProcessRole.values()) {
            cpu.put(part, median(turns, turn -> turn.cpu.getOrDefault(part, 0.0)));
        }
        return new Sample(
                turns.stream().mapToLong(Sample::answered).sum(),
                turns.stream().mapToLong(Sample::failed).sum(),
                turns.stream()
                        .map(Sample::example)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                turns.stream().mapToDouble(Sample::seconds).sum(),
                median(turns, Sample::p50),
                median(turns, Sample::p99),
                median(turns, Sample::lag),
                cpu);
    }

    private static double median(List<Sample> turns, ToDoubleFunction<Sample> figure) {
        return Median.of(turns.stream().mapToDouble(figure).boxed().toList());
    }

    /** Requests per second. */
    double rate() {
        return answered / seconds;
    }

    /** The same, with what was busy. */
    Sample with(Map<ProcessRole, Double> busy) {
        return new Sample(answered, failed, example, seconds, p50, p99, lag, busy);
    }
}

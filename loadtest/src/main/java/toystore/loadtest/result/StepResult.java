package toystore.loadtest.result;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What was measured with one setting, in one run or several.
 *
 * @param name for a person: {@code mixed 0.75, 3 clients}
 * @param scenario {@code query}, {@code buy}, {@code mixed} or {@code url}
 * @param probability of buying what was just looked at; null but in {@code mixed}
 * @param clients at once, each with a connection
 * @param arrivals {@code closed}, {@code constant} or {@code poisson}
 * @param rate offered requests per second; null in a closed loop
 * @param kinds all runs taken together
 * @param runs one, or as many as were asked for
 */
public record StepResult(
        String name,
        String scenario,
        Double probability,
        int clients,
        String arrivals,
        Double rate,
        List<KindResult> kinds,
        List<RunResult> runs) {
    public StepResult {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(arrivals, "arrivals");
        Objects.requireNonNull(kinds, "kinds");
        Objects.requireNonNull(runs, "runs");
        kinds = List.copyOf(kinds);
        runs = List.copyOf(runs);
    }

    public Optional<KindResult> kind(Kind wanted) {
        return kinds.stream().filter(result -> result.kind() == wanted).findFirst();
    }

    /** Requests of any kind with that outcome. */
    public long count(RequestOutcome outcome) {
        return kinds.stream().mapToLong(kind -> kind.count(outcome)).sum();
    }

    /** Requests of any kind and outcome. */
    public long count() {
        return kinds.stream().mapToLong(KindResult::count).sum();
    }

    /** Requests that failed; see {@link RequestOutcome#isFailure}. */
    public long failed() {
        return kinds.stream().mapToLong(KindResult::failed).sum();
    }

    /** Requests of an open loop that were due and never sent. */
    public long unsent() {
        return runs.stream().mapToLong(RunResult::unsent).sum();
    }

    /** Connections that were closed because something came on them while no request waited. */
    public long unsolicited() {
        return runs.stream()
                .map(RunResult::unsolicited)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
    }

    /** How long its runs took, one after the other, in seconds. */
    public double seconds() {
        return runs.stream().mapToDouble(RunResult::seconds).sum();
    }

    /** Requests per second that were answered as asked. */
    public double answeredRate() {
        return seconds() == 0 ? 0 : count(RequestOutcome.OK) / seconds();
    }

    /** Whether latencies are counted from when requests were to be sent. */
    public boolean isOpenLoop() {
        return rate != null;
    }

    /** Where the step stands on an axis. */
    public double on(Axis axis) {
        return switch (axis) {
            case NONE -> 0;
            case CLIENTS -> clients;
            case PROBABILITY -> probability;
            case RATE -> rate;
        };
    }
}

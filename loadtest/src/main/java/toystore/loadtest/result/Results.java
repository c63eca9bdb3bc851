package toystore.loadtest.result;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The results of a load test: the content of {@code results.json}, and everything that the report shows.
 *
 * <p>The components of the records are the fields of the file; {@code docs/results.schema.json} describes them.
 * Constructors check that none is missing.
 *
 * <pre>
 *   Results
 *     environment   the machine
 *     steps         one for each setting
 *       kinds         of all runs together
 *         outcomes      latency, service time
 *       runs          one, or several with --repeat
 *         kinds         likewise
 *         timeline      intervals of a second
 *     expectations  whether they hold
 * </pre>
 *
 * @param format of the file; {@link ResultsFile#FORMAT}
 * @param program name and version
 * @param command that repeats the load test
 * @param cutShort whether an interrupt has ended it early
 * @param target the address or URL that was measured
 * @param axis what changes from step to step
 * @param seed of all random choices
 * @param warnings sentences about what makes the results doubtful
 * @param maxRate the highest rate that met the objective, in requests per second; null if none did, or without an
 *     objective
 */
public record Results(
        int format,
        String program,
        String command,
        Instant started,
        boolean cutShort,
        String target,
        Axis axis,
        long seed,
        Environment environment,
        List<String> warnings,
        List<StepResult> steps,
        List<ExpectationResult> expectations,
        Double maxRate) {
    public Results {
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(started, "started");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(axis, "axis");
        Objects.requireNonNull(environment, "environment");
        warnings = List.copyOf(Objects.requireNonNull(warnings, "warnings"));
        steps = List.copyOf(Objects.requireNonNull(steps, "steps"));
        expectations = List.copyOf(Objects.requireNonNull(expectations, "expectations"));
    }

    /** What changes from step to step, and is the x axis of plots. */
    public enum Axis {
        /** There is only one step. */
        NONE,
        /** The number of concurrent clients. */
        CLIENTS,
        /** The probability of an order after a query. */
        PROBABILITY,
        /** The offered requests per second. */
        RATE;

        /** In files. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The kinds of requests. */
    public enum Kind {
        /** A query of a product. */
        QUERY,
        /** An order of one unit. */
        BUY,
        /** A request to a service that is not a toy store. */
        REQUEST;

        /** In files, tables and plots. */
        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The outcomes of requests. Each has its own latencies: a refusal is faster than an order. */
    public enum RequestOutcome {
        /** Success: a status below 400. */
        OK("ok", false),
        /** A buy for which too few units are left: status 409. */
        SOLD_OUT("sold-out", false),
        /** Refused by the service: another status from 400 to 499, or 503. */
        REFUSED("refused", true),
        /** Another status, an invalid response, or no connection. */
        ERROR("error", true),
        /** No response within the timeout. */
        TIMEOUT("timeout", true);

        private final String label;
        private final boolean failure;

        RequestOutcome(String label, boolean failure) {
            this.label = label;
            this.failure = failure;
        }

        /** In files, tables and plots. */
        @JsonValue
        public String label() {
            return label;
        }

        /** Returns whether a service that has the product and is fast enough does not cause it. */
        public boolean isFailure() {
            return failure;
        }
    }

    /**
     * The machine that the load test ran on.
     *
     * @param cpu the model
     * @param cores that the JVM may use
     * @param memory of the machine, in bytes
     * @param os name, version and architecture
     * @param jvm name, version and garbage collector
     * @param commit of the source of the load test, with {@code -dirty} if it had changes; {@code unknown} outside a
     *     clone
     */
    public record Environment(String cpu, int cores, long memory, String os, String jvm, String commit) {
        public Environment {
            Objects.requireNonNull(cpu, "cpu");
            Objects.requireNonNull(os, "os");
            Objects.requireNonNull(jvm, "jvm");
            Objects.requireNonNull(commit, "commit");
        }
    }

    /**
     * The results of one step, in one run or several.
     *
     * @param name for a person: {@code mixed 0.75, 3 clients}
     * @param scenario {@code query}, {@code buy}, {@code mixed} or {@code url}
     * @param probability of an order after a query; null unless the scenario is {@code mixed}
     * @param clients that send at the same time, each with a connection
     * @param arrivals {@code closed}, {@code constant} or {@code poisson}
     * @param rate offered requests per second; null in a closed loop
     * @param kinds of all runs together
     * @param runs at least one
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
            kinds = List.copyOf(Objects.requireNonNull(kinds, "kinds"));
            runs = List.copyOf(Objects.requireNonNull(runs, "runs"));
        }

        public Optional<KindResult> kind(Kind wanted) {
            return kinds.stream().filter(result -> result.kind() == wanted).findFirst();
        }

        /** The number of requests of any kind with the outcome. */
        public long count(RequestOutcome outcome) {
            return kinds.stream().mapToLong(kind -> kind.count(outcome)).sum();
        }

        /** The number of requests of any kind and outcome. */
        public long count() {
            return kinds.stream().mapToLong(KindResult::count).sum();
        }

        /** The number of failures; see {@link RequestOutcome#isFailure}. */
        public long failed() {
            return kinds.stream().mapToLong(KindResult::failed).sum();
        }

        /** The number of requests of an open loop that were due and never sent. */
        public long unsent() {
            return runs.stream().mapToLong(RunResult::unsent).sum();
        }

        /** The number of connections that received data while no request was in progress. */
        public long unsolicited() {
            return runs.stream()
                    .map(RunResult::unsolicited)
                    .filter(Objects::nonNull)
                    .mapToLong(Long::longValue)
                    .sum();
        }

        /** The length of all runs together, in seconds. */
        public double seconds() {
            return runs.stream().mapToDouble(RunResult::seconds).sum();
        }

        /** The requests per second with the outcome OK. */
        public double answeredRate() {
            return seconds() == 0 ? 0 : count(RequestOutcome.OK) / seconds();
        }

        public boolean isOpenLoop() {
            return rate != null;
        }

        /** The position of the step on an axis. */
        public double on(Axis axis) {
            return switch (axis) {
                case NONE -> 0;
                case CLIENTS -> clients;
                case PROBABILITY -> probability;
                case RATE -> rate;
            };
        }
    }

    /**
     * One run of a step.
     *
     * @param startedAt in seconds since the start of the first step
     * @param seconds from its start to its last response
     * @param cut a clause that tells why it ended early; null if it did not
     * @param unsent requests of an open loop that were due and never sent, because earlier ones took too long
     * @param sendLag the 99th percentile, in milliseconds, of how late the generator sent requests for which it had a
     *     free connection; null in a closed loop
     * @param unsolicited connections that received data while no request was in progress; null in files of old versions
     */
    public record RunResult(
            double startedAt,
            double seconds,
            String cut,
            long unsent,
            Double sendLag,
            Long unsolicited,
            List<KindResult> kinds,
            List<IntervalStats> timeline) {
        public RunResult {
            kinds = List.copyOf(Objects.requireNonNull(kinds, "kinds"));
            timeline = List.copyOf(Objects.requireNonNull(timeline, "timeline"));
        }

        /** The number of requests of any kind with the outcome. */
        public long count(RequestOutcome outcome) {
            return kinds.stream().mapToLong(kind -> kind.count(outcome)).sum();
        }

        /** The number of failures; see {@link RequestOutcome#isFailure}. */
        public long failed() {
            return kinds.stream().mapToLong(KindResult::failed).sum();
        }

        /** The requests per second with the outcome OK. */
        public double rate() {
            return seconds == 0 ? 0 : count(RequestOutcome.OK) / seconds;
        }
    }

    /**
     * An interval of a run, between half a second and one and a half seconds long, or a whole run that is shorter.
     *
     * @param at its end, in seconds since the start of the first step
     * @param seconds its length
     * @param ok requests of any kind with the outcome OK
     * @param failed requests that failed; see {@link RequestOutcome#isFailure}
     * @param p50 of the latencies with the outcome OK, in milliseconds; 0 if there are none, like p99 and max
     * @param unsolicited see {@link RunResult}
     */
    public record IntervalStats(
            double at, double seconds, long ok, long failed, double p50, double p99, double max, Long unsolicited) {}

    /** The requests of one kind; outcomes that did not occur are not listed. */
    public record KindResult(Kind kind, List<OutcomeResult> outcomes) {
        public KindResult {
            Objects.requireNonNull(kind, "kind");
            outcomes = List.copyOf(Objects.requireNonNull(outcomes, "outcomes"));
        }

        public Optional<OutcomeResult> outcome(RequestOutcome wanted) {
            return outcomes.stream()
                    .filter(result -> result.outcome() == wanted)
                    .findFirst();
        }

        public long count(RequestOutcome wanted) {
            return outcome(wanted).map(OutcomeResult::count).orElse(0L);
        }

        /** The number of requests of any outcome. */
        public long count() {
            return outcomes.stream().mapToLong(OutcomeResult::count).sum();
        }

        /** The number of failures; see {@link RequestOutcome#isFailure}. */
        public long failed() {
            return outcomes.stream()
                    .filter(result -> result.outcome().isFailure())
                    .mapToLong(OutcomeResult::count)
                    .sum();
        }

        /** The latency of the outcome OK; empty if there is none. */
        public Optional<Distribution> latency() {
            return outcome(RequestOutcome.OK).map(OutcomeResult::latency);
        }
    }

    /**
     * The requests of one kind with one outcome.
     *
     * @param count at least 1
     * @param latency to the end of the response, from when the request was sent; in an open loop, from when it was due
     * @param service in an open loop, from when the request was sent; null in a closed loop, where it equals the
     *     latency
     * @param example a sentence about one failure; null for other outcomes
     */
    public record OutcomeResult(
            RequestOutcome outcome, long count, Distribution latency, Distribution service, String example) {
        public OutcomeResult {
            Objects.requireNonNull(outcome, "outcome");
            Objects.requireNonNull(latency, "latency");
        }
    }

    /**
     * A distribution of times, in milliseconds.
     *
     * @param p999 the 99.9th percentile
     * @param curve percentiles from 0 to 100, denser towards the end; empty for a single run
     */
    public record Distribution(
            double average, double p50, double p90, double p99, double p999, double max, List<Point> curve) {
        public Distribution {
            curve = curve == null ? List.of() : List.copyOf(curve);
        }

        /** A point of the curve; the percentile is from 0 to 100. */
        public record Point(double percentile, double ms) {}
    }

    /**
     * Whether an expectation holds.
     *
     * @param expected as it was given: {@code buy.p99<20ms}
     * @param held in every step that has such requests
     * @param found a clause with the worst value and its step
     */
    public record ExpectationResult(String expected, boolean held, String found) {
        public ExpectationResult {
            Objects.requireNonNull(expected, "expected");
            Objects.requireNonNull(found, "found");
        }
    }
}

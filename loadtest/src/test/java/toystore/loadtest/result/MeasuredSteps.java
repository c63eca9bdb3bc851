package toystore.loadtest.result;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Distribution.Point;
import toystore.loadtest.result.Results.Environment;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.RunResult;
import toystore.loadtest.result.Results.StepResult;

/** Makes up results of load tests. */
public final class MeasuredSteps {
    public static final Environment MACHINE = new Environment("a CPU", 2, 1L << 33, "an OS", "a JVM", "abc");

    private MeasuredSteps() {}

    public static StepResult closed(String name, RunResult... runs) {
        return step(name, null, runs);
    }

    public static StepResult open(String name, double rate, RunResult... runs) {
        return step(name, rate, runs);
    }

    private static StepResult step(String name, Double rate, RunResult... runs) {
        int clients = name.matches(".* [0-9]+ clients?") ? Integer.parseInt(name.replaceAll("\\D", "")) : 1;
        // A step has all its runs taken together; here the first run's distributions stand for all.
        List<KindResult> together = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<OutcomeResult> outcomes = new ArrayList<>();
            for (RequestOutcome outcome : RequestOutcome.values()) {
                Arrays.stream(runs)
                        .flatMap(run -> run.kinds().stream())
                        .filter(result -> result.kind() == kind)
                        .flatMap(result -> result.outcome(outcome).stream())
                        .reduce((a, b) -> new OutcomeResult(outcome, a.count() + b.count(), a.latency(), null, null))
                        .ifPresent(outcomes::add);
            }
            if (!outcomes.isEmpty()) {
                together.add(new KindResult(kind, outcomes));
            }
        }
        String scenario = name.replaceAll("[ ,].*", "");
        return new StepResult(
                name, scenario, null, clients, rate == null ? "closed" : "poisson", rate, together, List.of(runs));
    }

    /** A run of a second. */
    public static RunResult run(KindResult... kinds) {
        return runWithUnsent(0, kinds);
    }

    public static RunResult runWithUnsent(long unsent, KindResult... kinds) {
        return new RunResult(0, 1, null, unsent, null, 0L, List.of(kinds), List.of());
    }

    public static KindResult kind(Kind kind, OutcomeResult... outcomes) {
        return new KindResult(kind, List.of(outcomes));
    }

    public static OutcomeResult outcome(RequestOutcome outcome, long count) {
        return new OutcomeResult(outcome, count, around(1), null, null);
    }

    /** A hundred successful requests. */
    public static OutcomeResult ok(double ms) {
        return new OutcomeResult(RequestOutcome.OK, 100, around(ms), null, null);
    }

    /** Average and median are so many milliseconds; p90, p99, p99.9 and the maximum are 2, 3, 4 and 5 times as many. */
    public static Distribution around(double ms) {
        return new Distribution(
                ms,
                ms,
                2 * ms,
                3 * ms,
                4 * ms,
                5 * ms,
                List.of(
                        new Point(0, ms / 2),
                        new Point(25, ms / 2),
                        new Point(50, ms * 1.01),
                        new Point(75, ms * 1.5),
                        new Point(99.95, ms * 4.5),
                        new Point(100, ms * 5)));
    }

    public static Results results(StepResult... steps) {
        return results(Axis.CLIENTS, 1, MACHINE, steps);
    }

    public static Results results(Axis axis, long seed, Environment environment, StepResult... steps) {
        return new Results(
                ResultsFile.FORMAT,
                "loadtest 1",
                "loadtest",
                Instant.EPOCH,
                false,
                "127.0.0.1:8080",
                axis,
                seed,
                environment,
                List.of(),
                List.of(steps),
                List.of(),
                null);
    }
}

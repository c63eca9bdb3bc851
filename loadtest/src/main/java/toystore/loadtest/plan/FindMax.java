package toystore.loadtest.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.RunMeasurement;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.StopCondition;
import toystore.loadtest.result.Axis;
import toystore.loadtest.result.ExpectationResult;
import toystore.loadtest.result.RunResult;
import toystore.loadtest.result.StepResult;

/**
 * Looks for the highest rate at which a service holds what it is to hold; {@link RateSearch} chooses the rates. A rate that
 * does not hold at first is tried twice more, and the majority decides: one pause of a garbage collector is no limit.
 *
 * @param step with an open loop; its rate is where the search begins. Each run takes its time, at least
 * @param samples requests that a run needs before its percentiles can be trusted: at low rates it lasts longer for them,
 *     up to a minute
 * @param precision the share by which the rate that is found may be too low
 * @param objective what must hold, for a person
 * @param holds tells by one run whether the rate is held
 */
public record FindMax(Step step, long samples, double precision, String objective, Predicate<StepResult> holds)
        implements Task {
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int TRIES = 3;

    @Override
    public Axis axis() {
        return Axis.RATE;
    }

    /** In a closed loop: no rate is known yet that makes sense. */
    @Override
    public List<Step> warmUp() {
        return List.of(new Step(
                step.scenario(), step.clients(), new LoadModel.Closed(), step.extent(), step.timeout(), step.keep()));
    }

    @Override
    public Findings run(LoadTest test) throws InterruptedException {
        Trials trials = new Trials(test);
        RateSearch search = new RateSearch(pace().rate(), precision);
        while (!search.isOver()) {
            boolean holds = trials.holds(search.rate());
            if (trials.over) {
                break;
            }
            search.tried(holds);
        }
        return new Findings(trials.results(), search.highestHeld() == 0 ? null : search.highestHeld());
    }

    @Override
    public List<ExpectationResult> judge(Findings findings) {
        Double max = findings.maxRate();
        List<String> cut = findings.steps().stream()
                .flatMap(step -> step.runs().stream())
                .map(RunResult::cut)
                .filter(Objects::nonNull)
                .toList();
        String highest = max == null
                ? "no rate did, down to " + LoadModel.perSecond(lowest(findings))
                : LoadModel.perSecond(max) + " is the highest rate that did";
        if (!cut.isEmpty()) {
            return List.of(new ExpectationResult(
                    objective, false, "the search ended early, because " + cut.get(0) + "; " + highest));
        }
        String above = findings.steps().stream()
                .map(StepResult::rate)
                .filter(rate -> max != null && rate > max)
                .min(Double::compare)
                .map(rate -> "; " + LoadModel.perSecond(rate) + " did not")
                .orElse("");
        return List.of(new ExpectationResult(objective, max != null, highest + above));
    }

    private LoadModel.Open pace() {
        return (LoadModel.Open) step.pace();
    }

    private static double lowest(Findings findings) {
        return findings.steps().stream().mapToDouble(StepResult::rate).min().orElse(0);
    }

    /** What was measured so far, in the order of rates. */
    private final class Trials {
        private final LoadTest test;
        private boolean over; // a run has ended before its time
        private final Map<Double, List<RunMeasurement>> runs = new TreeMap<>();

        Trials(LoadTest test) {
            this.test = test;
        }

        boolean holds(double rate) throws InterruptedException {
            int held = 0;
            int failed = 0;
            while (held <= TRIES / 2 && failed <= TRIES / 2 && !over) {
                String what = "trying " + LoadModel.perSecond(rate) + (failed == 0 ? "" : " again");
                RunMeasurement run = test.measure(at(rate), at(rate).name(), what);
                runs.computeIfAbsent(rate, any -> new ArrayList<>()).add(run);
                if (run.cut() != null) {
                    over = true;
                    return false; // nobody knows
                }
                StepResult result = LoadTest.result(at(rate), List.of(run));
                if (result.unsent() == 0 && holds.test(result)) {
                    held++;
                    if (failed == 0) {
                        return true;
                    }
                } else {
                    failed++;
                }
            }
            return held > failed;
        }

        List<StepResult> results() {
            List<StepResult> results = new ArrayList<>();
            runs.forEach((rate, measured) -> results.add(LoadTest.result(at(rate), measured)));
            return results;
        }

        private Step at(double rate) {
            Duration enough = Duration.ofNanos((long) (1e9 * samples / rate));
            Duration needed = enough.compareTo(LONGEST) > 0 ? LONGEST : enough;
            Duration time = step.extent().time();
            StopCondition extent = StopCondition.lasting(needed.compareTo(time) > 0 ? needed : time);
            LoadModel.Open open = new LoadModel.Open(rate, pace().arrivals());
            return new Step(step.scenario(), step.clients(), open, extent, step.timeout(), step.keep());
        }
    }
}

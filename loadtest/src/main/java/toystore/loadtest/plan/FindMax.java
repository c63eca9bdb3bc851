package toystore.loadtest.plan;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Run.RunMeasurement;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.ExpectationResult;
import toystore.loadtest.result.Results.RunResult;
import toystore.loadtest.result.Results.StepResult;

/**
 * Searches the highest rate at which an objective is met. {@link RateSearch} chooses the rates.
 *
 * <p>A rate that fails is tried up to two more times, and the majority decides: a single pause of a garbage collector
 * is no limit.
 *
 * @param step with an open loop, whose rate is the first one to try; its time is the minimum of each run
 * @param samples the requests that a run needs for reliable percentiles. At low rates it takes longer, up to a minute
 * @param precision the share by which the result may be too low
 * @param objective as text
 * @param isMet whether a run meets the objective
 */
public record FindMax(Step step, long samples, double precision, String objective, Predicate<StepResult> isMet)
        implements Task {
    private static final Duration MAX_TIME = Duration.ofSeconds(60);
    private static final int TRIES = 3;

    @Override
    public Axis axis() {
        return Axis.RATE;
    }

    /** A closed loop, because a sensible rate is not known yet. */
    @Override
    public List<Step> warmUp() {
        return List.of(step.with(new LoadModel.Closed(), step.stop()));
    }

    @Override
    public Findings run(LoadTest test) throws InterruptedException {
        Trials trials = new Trials(test);
        RateSearch search = new RateSearch(firstModel().rate(), precision);
        while (!search.isOver()) {
            boolean met = trials.isMet(search.rate());
            if (trials.cut) {
                break;
            }
            search.record(met);
        }
        return new Findings(trials.results(), search.highestMet() == 0 ? null : search.highestMet());
    }

    @Override
    public List<ExpectationResult> check(Findings findings) {
        Double max = findings.maxRate();
        List<String> cut = findings.steps().stream()
                .flatMap(result -> result.runs().stream())
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

    private LoadModel.Open firstModel() {
        return (LoadModel.Open) step.model();
    }

    private static double lowest(Findings findings) {
        return findings.steps().stream().mapToDouble(StepResult::rate).min().orElse(0);
    }

    /** The runs up to now, by rate. */
    private final class Trials {
        private final LoadTest test;
        private final Map<Double, List<RunMeasurement>> runs = new TreeMap<>();
        private boolean cut; // a run has ended early

        Trials(LoadTest test) {
            this.test = test;
        }

        boolean isMet(double rate) throws InterruptedException {
            int met = 0;
            int failed = 0;
            while (met <= TRIES / 2 && failed <= TRIES / 2 && !cut) {
                Step trial = at(rate);
                String label = "trying " + LoadModel.perSecond(rate) + (failed == 0 ? "" : " again");
                RunMeasurement run = test.measure(trial, trial.name(), label);
                runs.computeIfAbsent(rate, any -> new ArrayList<>()).add(run);
                if (run.result().cut() != null) {
                    cut = true;
                    return false; // unknown
                }
                StepResult result = LoadTest.result(trial, List.of(run));
                if (result.unsent() > 0 || !isMet.test(result)) {
                    failed++;
                } else if (failed == 0) {
                    return true;
                } else {
                    met++;
                }
            }
            return met > failed;
        }

        List<StepResult> results() {
            List<StepResult> results = new ArrayList<>();
            runs.forEach((rate, measured) -> results.add(LoadTest.result(at(rate), measured)));
            return results;
        }

        private Step at(double rate) {
            Duration forSamples = Duration.ofNanos((long) (1e9 * samples / rate));
            Duration needed = forSamples.compareTo(MAX_TIME) > 0 ? MAX_TIME : forSamples;
            Duration time = step.stop().time();
            return step.with(
                    new LoadModel.Open(rate, firstModel().arrivals()),
                    StopCondition.lasting(needed.compareTo(time) > 0 ? needed : time));
        }
    }

    /**
     * Chooses the rates to try. Not thread-safe.
     *
     * <pre>
     *   no rate has failed     double the rate
     *   no rate was met        divide it by 2, then by 4, 8 …, to leave a rate that is far too high in a few steps
     *   else                   the middle between the highest met and the lowest failed rate, on a logarithmic scale
     * </pre>
     *
     * <p>Rates have three digits. The search ends when the gap is small enough or has no such rate in it; or when
     * {@link #HIGHEST} is met or {@link #LOWEST} has failed, both of which are tried.
     */
    static final class RateSearch {
        static final double HIGHEST = 1_000_000;

        /** One request in 50 seconds: the longest run has two. */
        static final double LOWEST = 0.02;

        private static final MathContext DIGITS = new MathContext(3);

        private final double lowest;
        private final double precision;
        private double rate;
        private double met; // the highest one; 0 if there is none
        private double failed = Double.POSITIVE_INFINITY; // the lowest one
        private double divisor = 2;
        private boolean over;

        /**
         * A search that has not tried any rate.
         *
         * @param first rate to try; if it is below {@link #LOWEST}, no lower one is tried
         * @param precision the share by which the result may be too low
         */
        RateSearch(double first, double precision) {
            this.rate = first;
            this.lowest = Math.min(first, LOWEST);
            this.precision = precision;
        }

        boolean isOver() {
            return over;
        }

        /** The rate to try now. */
        double rate() {
            return rate;
        }

        /** The highest rate that was met; 0 if there is none. */
        double highestMet() {
            return met;
        }

        /** Records whether the current rate was met, and chooses the next one. */
        void record(boolean isMet) {
            if (isMet) {
                met = rate;
            } else {
                failed = rate;
            }
            double next = next();
            over = next == met || next == failed || failed <= met * (1 + precision);
            rate = next;
        }

        private double next() {
            if (failed == Double.POSITIVE_INFINITY) {
                return Math.min(HIGHEST, rounded(2 * met));
            }
            if (met == 0) {
                double lower = Math.max(lowest, rounded(failed / divisor));
                divisor *= 2;
                return lower;
            }
            return rounded(Math.sqrt(met * failed));
        }

        private static double rounded(double rate) {
            return new BigDecimal(rate).round(DIGITS).doubleValue();
        }
    }
}

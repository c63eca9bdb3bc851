package toystore.loadtest.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Run;
import toystore.loadtest.load.RunMeasurement;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.StopCondition;
import toystore.loadtest.load.Totals;
import toystore.loadtest.result.RunResult;
import toystore.loadtest.result.StepResult;
import toystore.loadtest.scenario.RemainingStock;

/** Runs steps, one after the other. For one thread; but any may {@link #stop} it. */
public final class LoadTest {
    /** Enough to matter, and few of what the starting catalog has in stock. */
    private static final long WARM_UP_ORDERS = 300;

    private final RemainingStock stock;
    private final boolean restocked;
    private final int repeat;
    private final IntervalLog log;
    private final Progress progress;
    private final SplittableRandom random;
    private long origin;
    private int measured;
    private volatile Run running; // the one to stop
    private volatile String stopped; // why; null if it was not

    /**
     * A test that has not begun.
     *
     * @param stock that buys use up; null if there are none
     * @param restocked whether they do not use them up
     * @param repeat how often each step is run
     * @param log takes the raw histograms of all that is measured
     */
    public LoadTest(
            RemainingStock stock, boolean restocked, int repeat, long seed, IntervalLog log, Progress progress) {
        this.stock = stock;
        this.restocked = restocked;
        this.repeat = repeat;
        this.log = log;
        this.progress = progress;
        this.random = new SplittableRandom(seed);
    }

    /** How many units a warm-up may buy, of those that are not restocked. */
    public static long warmUpOrders(RemainingStock stock) {
        return Math.min(WARM_UP_ORDERS, stock.total() / 10);
    }

    /** Ends it early; what was measured so far is kept. From any thread. */
    public void stop(String why) {
        stopped = why;
        Run run = running;
        if (run != null) {
            run.stop(why);
        }
    }

    public boolean isStopped() {
        return stopped != null;
    }

    /**
     * Programs are slow at first, at both ends, and on each way through them: runs every step for its share of the time,
     * records nothing, and buys little of what cannot be bought twice.
     */
    public void warmUp(List<Step> steps, Duration time) throws InterruptedException {
        origin = System.nanoTime();
        if (time.isZero()) {
            return;
        }
        for (Step step : steps) {
            long keep = stock == null || restocked ? 0 : stock.total() - warmUpOrders(stock) / steps.size();
            Step warm = new Step(
                    step.scenario(),
                    step.clients(),
                    step.pace(),
                    StopCondition.lasting(time.dividedBy(steps.size())),
                    step.timeout(),
                    keep);
            run(warm, step.name(), Progress.WARM_UP, IntervalLog.NONE);
        }
        origin = System.nanoTime();
    }

    /** Runs all steps, and all of them again as often as it is to repeat them; returns those that were begun. */
    public List<StepResult> measure(List<Step> steps) throws InterruptedException {
        List<List<RunMeasurement>> runs = steps.stream()
                .map(step -> (List<RunMeasurement>) new ArrayList<RunMeasurement>())
                .toList();
        long share = stock == null ? 0 : stock.total() / repeat;
        for (int round = 1; round <= repeat; round++) {
            long keep = share * (repeat - round);
            for (int i = 0; i < steps.size() && !isStopped(); i++) {
                String what = "step " + (i + 1) + " of " + steps.size();
                Step step = steps.get(i);
                String name = step.name() + (repeat == 1 ? "" : " (" + round + ")");
                runs.get(i).add(measure(restocked ? step.keeping(0) : step.keeping(step.keep() + keep), name, what));
            }
        }
        return IntStream.range(0, steps.size())
                .filter(i -> !runs.get(i).isEmpty())
                .mapToObj(i -> result(steps.get(i), runs.get(i)))
                .toList();
    }

    /**
     * Runs a step once.
     *
     * @param name of the step, and of the run if there are several
     * @param what it is, for a person
     */
    public RunMeasurement measure(Step step, String name, String what) throws InterruptedException {
        measured++;
        String prefix = "run-" + measured + ".";
        log.comment(prefix + "*: " + name);
        return run(step, name, what, (tag, interval) -> log.write(prefix + tag, interval));
    }

    /** Brings runs of a step together. */
    public static StepResult result(Step step, List<RunMeasurement> runs) {
        Totals all = new Totals();
        runs.forEach(run -> all.add(run.totals()));
        LoadModel.Open open = step.pace() instanceof LoadModel.Open pace ? pace : null;
        List<RunResult> results = runs.stream().map(RunMeasurement::result).toList();
        return new StepResult(
                step.name(),
                step.scenario().name(),
                step.scenario().probability(),
                step.clients(),
                open == null ? "closed" : open.arrivals().label(),
                open == null ? null : open.rate(),
                all.results(true),
                results);
    }

    private RunMeasurement run(Step step, String name, String what, IntervalLog histograms)
            throws InterruptedException {
        Run run = new Run(step, stock, random, origin);
        running = run;
        if (isStopped()) {
            run.stop(stopped);
        }
        progress.begin(step, name, what);
        RunMeasurement result = run.run(histograms, progress::passed);
        running = null;
        progress.end(result);
        return result;
    }
}

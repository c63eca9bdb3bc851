package toystore.loadtest.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import toystore.loadtest.live.Progress;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.Run;
import toystore.loadtest.load.Run.RunMeasurement;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;
import toystore.loadtest.load.Totals;
import toystore.loadtest.result.Results.StepResult;
import toystore.loadtest.scenario.Shop.RemainingStock;

/** Runs steps one after another. Not thread-safe, except for {@link #stop}. */
public final class LoadTest {
    /** Enough for a warm-up, and little of the stock of a new store. */
    private static final long WARM_UP_ORDERS = 300;

    private final RemainingStock stock;
    private final boolean restocked;
    private final int repeat;
    private final IntervalLog log;
    private final Progress progress;
    private final SplittableRandom random;
    private long origin;
    private int measured;
    private volatile Run current; // read by stop()
    private volatile String stopReason; // null if the test was not stopped; set by any thread

    /**
     * A test that has not started yet.
     *
     * @param stock that orders use up; null if nothing is bought
     * @param restocked whether the stock is refilled
     * @param repeat how often each step runs
     * @param log receives the raw histograms of all runs but those of the warm-up
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

    /** The units that a warm-up may buy if the stock is not refilled. */
    public static long warmUpOrders(RemainingStock stock) {
        return Math.min(WARM_UP_ORDERS, stock.total() / 10);
    }

    /** Ends the test early; the results up to then are kept. Thread-safe. */
    public void stop(String reason) {
        stopReason = reason;
        Run run = current;
        if (run != null) {
            run.stop(reason);
        }
    }

    public boolean isStopped() {
        return stopReason != null;
    }

    /** Runs each step for an equal part of the time, without recording it: programs are slow at first. */
    public void warmUp(List<Step> steps, Duration time) throws InterruptedException {
        origin = System.nanoTime();
        if (time.isZero()) {
            return;
        }
        for (Step step : steps) {
            long keep = stock == null || restocked ? 0 : stock.total() - warmUpOrders(stock) / steps.size();
            StopCondition part = StopCondition.lasting(time.dividedBy(steps.size()));
            run(step.with(step.model(), part).keeping(keep), step.name(), Progress.WARM_UP, IntervalLog.NONE);
        }
        origin = System.nanoTime();
    }

    /** Runs all steps, as often as they are repeated; returns the results of those that have started. */
    public List<StepResult> measure(List<Step> steps) throws InterruptedException {
        List<List<RunMeasurement>> runs = steps.stream()
                .map(step -> (List<RunMeasurement>) new ArrayList<RunMeasurement>())
                .toList();
        long share = stock == null ? 0 : stock.total() / repeat;
        for (int round = 1; round <= repeat; round++) {
            long keep = share * (repeat - round);
            for (int i = 0; i < steps.size() && !isStopped(); i++) {
                Step step = steps.get(i);
                String name = step.name() + (repeat == 1 ? "" : " (" + round + ")");
                Step kept = step.keeping(restocked ? 0 : step.keep() + keep);
                runs.get(i).add(measure(kept, name, "step " + (i + 1) + " of " + steps.size()));
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
     * @param name of the step, with the number of the run if there are several
     * @param label of the run in the progress: {@code step 1 of 3}
     */
    public RunMeasurement measure(Step step, String name, String label) throws InterruptedException {
        measured++;
        String prefix = "run-" + measured + ".";
        log.comment(prefix + "*: " + name);
        return run(step, name, label, (tag, interval) -> log.write(prefix + tag, interval));
    }

    /** Combines the runs of a step. */
    public static StepResult result(Step step, List<RunMeasurement> runs) {
        Totals all = new Totals();
        runs.forEach(run -> all.add(run.totals()));
        LoadModel.Open open = step.model() instanceof LoadModel.Open model ? model : null;
        return new StepResult(
                step.name(),
                step.scenario().name(),
                step.scenario().probability(),
                step.clients(),
                open == null ? "closed" : open.arrivals().label(),
                open == null ? null : open.rate(),
                all.results(true),
                runs.stream().map(RunMeasurement::result).toList());
    }

    private RunMeasurement run(Step step, String name, String label, IntervalLog histograms)
            throws InterruptedException {
        Run run = new Run(step, stock, random, origin);
        current = run;
        if (isStopped()) {
            run.stop(stopReason);
        }
        progress.begin(step, name, label);
        RunMeasurement result = run.run(histograms, progress::onInterval);
        current = null;
        progress.end(result);
        return result;
    }
}

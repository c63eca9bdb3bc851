package toystore.lab.weak;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import toystore.client.http.Origin;
import toystore.common.Threads;
import toystore.lab.store.LabStore.Service;
import toystore.loadtest.load.IntervalLog;
import toystore.loadtest.load.LoadModel;
import toystore.loadtest.load.LoadModel.Arrivals;
import toystore.loadtest.load.Run;
import toystore.loadtest.load.Step;
import toystore.loadtest.load.Step.StopCondition;
import toystore.loadtest.load.Totals;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.scenario.ProductSelector.Popularity;
import toystore.loadtest.scenario.Shop;
import toystore.loadtest.scenario.StoreScenario.Workload;

/**
 * Measures a store that stalls by a closed loop, which sends nothing during the stall.
 *
 * <p>No service is weak here, but the measurement. Both loops of the load test run at the same time, and meet the same
 * stall: with the rule, the open loop's figure decides, without it the closed loop's.
 */
final class ClosedLoop implements WeakMode {
    private static final Duration STALL = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int CLIENTS = 3;
    private static final int WARM_UP_REQUESTS = 1000;

    /** A 99th percentile that is less than this part of the stall hides it. */
    private static final double HIDDEN = 0.1;

    /** One that is more than this part contains it. */
    private static final double CONTAINED = 0.5;

    @Override
    public String name() {
        return "closed-loop";
    }

    @Override
    public Rule rule() {
        return new Rule(
                "latency counts from the time when a request is due",
                "docs/loadtest.md#closed-and-open-loop",
                "loadtest/src/main/java/toystore/loadtest/load/LoadModel.java",
                "RunTest#measuresAStallInAnOpenLoopThatAClosedLoopHides");
    }

    /** What a loop has measured. */
    private record Measurement(long requests, Distribution latency) {
        String p99() {
            return String.format(Locale.ROOT, "%.1f ms", latency.p99());
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%6d requests, p50 %6.1f ms, p99 %6.1f ms, max %6.1f ms",
                    requests,
                    latency.p50(),
                    latency.p99(),
                    latency.max());
        }
    }

    @Override
    public Optional<String> run(Experiment x) throws IOException, InterruptedException {
        Duration before = Duration.ofMillis(x.between(500, 1000));
        Duration length = before.plus(STALL).plusMillis(x.between(500, 1000));
        int rate = x.between(100, 300);
        x.start("--cache", "off"); // every query asks the catalog
        Shop shop = Shop.read(Origin.http(x.store().address(Service.FRONTEND)), new Popularity(0));
        await(measure(x, shop, new LoadModel.Closed(), StopCondition.ofRequests(WARM_UP_REQUESTS)));
        Timeline timeline = x.timeline();
        timeline.note(CLIENTS + " clients query in a closed loop, and " + CLIENTS + " in an open loop, " + rate + "/s");
        StopCondition stop = StopCondition.lasting(length);
        CompletableFuture<Measurement> closed = measure(x, shop, new LoadModel.Closed(), stop);
        CompletableFuture<Measurement> open = measure(x, shop, new LoadModel.Open(rate, Arrivals.POISSON), stop);
        x.pause(before);
        x.store().signal(Service.CATALOG, "STOP");
        timeline.note("kill -STOP catalog");
        x.pause(STALL);
        x.store().signal(Service.CATALOG, "CONT");
        timeline.note("kill -CONT catalog");

        Measurement told = await(closed);
        Measurement due = await(open);
        boolean contained = due.latency().p99() > STALL.toMillis() * CONTAINED;
        if (x.isCorrect()) {
            timeline.note("closed loop: " + told);
            timeline.note("open loop:   " + due, contained ? "its p99 contains the stall" : "");
            String stall = " the stall of " + STALL.toSeconds() + " s";
            x.find("the open loop's p99, " + due.p99() + ", " + (contained ? "contains" : "hides") + stall);
            return contained ? Optional.empty() : Optional.of("HIDDEN");
        }
        boolean hidden = told.latency().p99() < STALL.toMillis() * HIDDEN;
        timeline.note("closed loop: " + told, hidden ? "its p99 hides a stall of " + STALL.toSeconds() + " s" : "");
        timeline.note("open loop:   " + due);
        return hidden && contained
                ? Optional.of("HIDDEN: the closed loop's p99 is " + told.p99() + ", the open loop's " + due.p99())
                : Optional.empty();
    }

    private static CompletableFuture<Measurement> measure(
            Experiment x, Shop shop, LoadModel model, StopCondition stop) {
        Step step = new Step(Workload.QUERY.in(shop, 0), CLIENTS, model, stop, TIMEOUT, 0);
        Run run = new Run(step, shop.stock(), new SplittableRandom(x.seed()), System.nanoTime());
        CompletableFuture<Measurement> measured = new CompletableFuture<>();
        Threads.named("loop", () -> {
                    try {
                        Totals totals =
                                run.run(IntervalLog.NONE, interval -> {}).totals();
                        measured.complete(new Measurement(count(totals), totals.okLatency()));
                    } catch (InterruptedException | RuntimeException e) {
                        measured.completeExceptionally(e);
                    }
                })
                .start();
        return measured;
    }

    private static long count(Totals totals) {
        return totals.results(false).stream()
                .flatMap(kind -> kind.outcomes().stream())
                .mapToLong(OutcomeResult::count)
                .sum();
    }

    private static Measurement await(CompletableFuture<Measurement> measured) throws IOException, InterruptedException {
        try {
            return measured.get(6 * TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the store could not be measured: " + e, e);
        }
    }
}

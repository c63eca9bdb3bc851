package toystore.loadtest.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.Environment;
import toystore.loadtest.result.Results.ExpectationResult;
import toystore.loadtest.result.Results.IntervalStats;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.RunResult;
import toystore.loadtest.result.Results.StepResult;
import toystore.loadtest.result.ResultsFile;

/** Results such as a load test finds, the same ones each time: latencies are log-normal, and grow with the load. */
public final class SampleResults {
    private static final int MOMENTS = 4;

    private final Random random = new Random(7);
    private double now;

    private SampleResults() {}

    /** Three loads with 1 to 5 clients, as a load test without options makes them. */
    public static Results clients() {
        SampleResults samples = new SampleResults();
        List<StepResult> steps = new ArrayList<>();
        for (String scenario : List.of("query", "buy", "mixed")) {
            for (int clients = 1; clients <= 5; clients++) {
                double load = 1 + 0.3 * clients;
                steps.add(samples.step(scenario, clients, null, 1, load, 400 * clients, 0));
            }
        }
        return results(Axis.CLIENTS, steps, List.of(), List.of(), null);
    }

    /** An open loop with a knee, some failures and requests that were never sent. */
    public static Results rates() {
        SampleResults samples = new SampleResults();
        List<StepResult> steps = new ArrayList<>();
        for (double rate = 100; rate <= 12800; rate *= 2) {
            double load = 1 + 1 / Math.max(0.02, 1 - rate / 5000);
            steps.add(samples.step(
                    "mixed", 64, rate, 1, load, (int) (MOMENTS * Math.min(rate, 5200) / 1.75), rate > 5000 ? 40 : 0));
        }
        return results(
                Axis.RATE,
                steps,
                List.of("p99 of the generator's own lag was 3.1 ms at 12800/s: it was busy itself."),
                List.of(
                        new ExpectationResult("buy.p99<100ms", true, "at worst 35.3 ms, with 1600/s"),
                        new ExpectationResult("failed<1%", false, "at worst 4.1 %, with 12800/s")),
                3200.0);
    }

    /** Three runs of each step, and buys that find nothing left. */
    public static Results probabilities() {
        SampleResults samples = new SampleResults();
        List<StepResult> steps = new ArrayList<>();
        for (double probability : new double[] {0, 0.25, 0.5, 0.75, 1}) {
            steps.add(samples.mixed(probability, 5, 3, 2));
        }
        return results(Axis.PROBABILITY, steps, List.of(), List.of(), null);
    }

    /** One step, against one URL, in an open loop. */
    public static Results single() {
        StepResult step = new SampleResults().step("url", 32, 500.0, 1, 2, 5000, 0);
        return results(Axis.NONE, List.of(step), List.of(), List.of(), null);
    }

    /** A single step of one failed request, in which everything that came from elsewhere is what was given. */
    public static Results hostile(String text) {
        Distribution one = new Distribution(1, 1, 1, 1, 1, 1, List.of(new Distribution.Point(50, 1)));
        KindResult kind = new KindResult(
                Kind.REQUEST,
                List.of(
                        new OutcomeResult(RequestOutcome.OK, 1, one, null, null),
                        new OutcomeResult(RequestOutcome.ERROR, 1, one, null, text)));
        RunResult run = new RunResult(
                0, 1, text, 0, null, 1L, List.of(kind), List.of(new IntervalStats(1, 1, 1, 1, 1, 1, 1, 1L)));
        StepResult step = new StepResult(text, text, null, 1, text, null, List.of(kind), List.of(run));
        return new Results(
                ResultsFile.FORMAT,
                text,
                text,
                Instant.EPOCH,
                true,
                text,
                Axis.CLIENTS,
                1,
                new Environment(text, 1, 1, text, text, text),
                List.of(text),
                List.of(step),
                List.of(new ExpectationResult(text, false, text)),
                null);
    }

    /** No step was run to its end. */
    public static Results none() {
        return results(Axis.CLIENTS, List.of(), List.of(), List.of(), null);
    }

    private static Results results(
            Axis axis,
            List<StepResult> steps,
            List<String> warnings,
            List<ExpectationResult> expectations,
            Double maxRate) {
        return new Results(
                ResultsFile.FORMAT,
                "Toy Store loadtest 0.1.0 (c20658d)",
                "java -jar loadtest.jar run --scenario mixed --clients 1..5 --duration 4s --warmup 2s --seed 9853007"
                        + " 127.0.0.1:8080",
                Instant.parse("2026-11-22T17:50:42Z"),
                false,
                "127.0.0.1:8080",
                axis,
                9853007,
                new Environment(
                        "AMD EPYC 7B13",
                        2,
                        8_330_000_000L,
                        "Linux 6.1.0 amd64",
                        "Debian OpenJDK 17.0.15+6, G1",
                        "c20658d-dirty"),
                warnings,
                steps,
                expectations,
                maxRate);
    }

    private StepResult step(String scenario, int clients, Double rate, int runs, double load, int count, int failed) {
        List<KindResult> kinds = new ArrayList<>();
        if (scenario.equals("url")) {
            kinds.add(kind(Kind.REQUEST, count, load, rate != null, failed));
        }
        if (scenario.equals("query") || scenario.equals("mixed")) {
            kinds.add(kind(Kind.QUERY, count, load, rate != null, failed));
        }
        if (scenario.equals("buy") || scenario.equals("mixed")) {
            kinds.add(kind(Kind.BUY, count * 3 / 4, 3 * load, rate != null, failed));
        }
        String name = scenario + (scenario.equals("mixed") ? " 0.75" : "") + ", "
                + (rate == null ? clients + (clients == 1 ? " client" : " clients") : rate.intValue() + "/s");
        long unsent = rate != null && rate > 5000 ? 2000 : 0;
        return new StepResult(
                name,
                scenario,
                scenario.equals("mixed") ? 0.75 : null,
                clients,
                rate == null ? "closed" : "poisson",
                rate,
                kinds,
                runs(kinds, runs, unsent));
    }

    private StepResult mixed(double probability, int clients, int runs, double load) {
        List<KindResult> kinds = new ArrayList<>();
        kinds.add(kind(Kind.QUERY, 2000, load, false, 0));
        if (probability > 0) {
            KindResult buys = kind(Kind.BUY, (int) (1500 * probability), 2 * load, false, 0);
            List<OutcomeResult> outcomes = new ArrayList<>(buys.outcomes());
            outcomes.add(new OutcomeResult(RequestOutcome.SOLD_OUT, 100, distribution(100, load, 1), null, null));
            kinds.add(new KindResult(Kind.BUY, outcomes));
        }
        return new StepResult(
                "mixed " + probability, "mixed", probability, clients, "closed", null, kinds, runs(kinds, runs, 0));
    }

    private List<RunResult> runs(List<KindResult> kinds, int runs, long unsent) {
        List<RunResult> all = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            double start = now;
            List<IntervalStats> timeline = new ArrayList<>();
            for (int second = 1; second <= MOMENTS; second++) {
                Distribution times = kinds.get(0).latency().orElseThrow();
                double wobble = Math.exp(random.nextGaussian() * 0.15);
                long ok = kinds.stream()
                                .mapToLong(kind -> kind.count(RequestOutcome.OK))
                                .sum()
                        / MOMENTS
                        / runs;
                long failed = kinds.stream()
                                .mapToLong(kind -> kind.count(RequestOutcome.TIMEOUT))
                                .sum()
                        / MOMENTS;
                timeline.add(new IntervalStats(
                        start + second,
                        1,
                        ok,
                        failed,
                        times.p50() * wobble,
                        times.p99() * wobble,
                        times.max() * wobble,
                        0L));
            }
            now += MOMENTS + 0.8;
            List<KindResult> part = kinds.stream().map(kind -> part(kind, runs)).toList();
            all.add(new RunResult(start, MOMENTS, null, unsent, unsent > 0 ? 3.1 : null, 0L, part, timeline));
        }
        return all;
    }

    private KindResult part(KindResult kind, int runs) {
        return new KindResult(
                kind.kind(),
                kind.outcomes().stream()
                        .map(all -> new OutcomeResult(
                                all.outcome(),
                                Math.max(1, all.count() / runs),
                                distribution(200, all.latency().p50(), 0.6),
                                null,
                                all.example()))
                        .toList());
    }

    private KindResult kind(Kind kind, int count, double ms, boolean open, int failed) {
        List<OutcomeResult> outcomes = new ArrayList<>();
        Distribution service = open ? distribution(count, Math.min(ms, 4), 0.5) : null;
        outcomes.add(new OutcomeResult(RequestOutcome.OK, count, distribution(count, ms, 0.6), service, null));
        if (failed > 0) {
            Distribution times = distribution(failed, 5000, 0.01);
            outcomes.add(new OutcomeResult(
                    RequestOutcome.TIMEOUT,
                    failed,
                    times,
                    open ? times : null,
                    "no answer from 127.0.0.1:8080 in 5 s"));
        }
        return new KindResult(kind, outcomes);
    }

    private Distribution distribution(int count, double median, double sigma) {
        double[] times = new double[count];
        for (int i = 0; i < count; i++) {
            times[i] = median * Math.exp(random.nextGaussian() * sigma);
        }
        Arrays.sort(times);
        List<Distribution.Point> curve = new ArrayList<>();
        for (double left = 1; left > 0.5 / count; left *= 0.8) {
            curve.add(new Distribution.Point(100 * (1 - left), at(times, 1 - left)));
        }
        curve.add(new Distribution.Point(100, times[count - 1]));
        return new Distribution(
                Arrays.stream(times).average().orElse(0),
                at(times, 0.5),
                at(times, 0.9),
                at(times, 0.99),
                at(times, 0.999),
                times[count - 1],
                curve);
    }

    private static double at(double[] sorted, double part) {
        return sorted[Math.min(sorted.length - 1, (int) (part * sorted.length))];
    }
}

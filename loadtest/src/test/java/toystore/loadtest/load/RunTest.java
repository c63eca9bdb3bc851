package toystore.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import toystore.client.http.HttpRequest;
import toystore.client.http.Origin;
import toystore.loadtest.ScriptedServer;
import toystore.loadtest.load.LoadModel.Arrivals;
import toystore.loadtest.load.Run.RunMeasurement;
import toystore.loadtest.load.Step.StopCondition;
import toystore.loadtest.result.Results.Distribution;
import toystore.loadtest.result.Results.IntervalStats;
import toystore.loadtest.result.Results.KindResult;
import toystore.loadtest.result.Results.OutcomeResult;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.scenario.Url;
import toystore.testing.TimeSpans;

/** The measurement of a server with known delays. */
class RunTest {
    private static final Duration TIMEOUT = Duration.ofHours(1);
    private static final String OK = ScriptedServer.ok("ok");

    @Test
    void measuresTheRightPercentiles() throws Exception {
        int[] pattern = new int[100]; // of 100 responses, 70 take the span, 25 take twice that, and 5 four times that
        Arrays.setAll(pattern, i -> i % 20 == 0 ? 4 : i % 4 == 0 || i % 20 == 1 ? 2 : 1);
        TimeSpans.growing(Duration.ofMillis(50), span -> {
            try (ScriptedServer server = new ScriptedServer((line, body, number) -> {
                ScriptedServer.delay(span.toMillis() * pattern[number % pattern.length]);
                return OK;
            })) {
                Distribution found = ok(run(server, 16, new LoadModel.Closed(), StopCondition.ofRequests(400)))
                        .latency();

                // measured by the server; client and machine add little to it
                Histogram truth = server.delays();
                Percentage near = withinPercentage(2);
                assertThat(found.p50()).isCloseTo(truth.getValueAtPercentile(50) / 1e6, near);
                assertThat(found.p50()).isBetween(1.0 * span.toMillis(), 1.2 * span.toMillis());
                assertThat(found.p90()).isCloseTo(truth.getValueAtPercentile(90) / 1e6, near);
                assertThat(found.p99()).isCloseTo(truth.getValueAtPercentile(99) / 1e6, near);
                assertThat(found.p99()).isGreaterThan(4.0 * span.toMillis());
                assertThat(found.max())
                        .isBetween(truth.getMaxValue() / 1e6, truth.getMaxValue() / 1e6 + span.toMillis());
                assertThat(found.average()).isCloseTo(truth.getMean() / 1e6, near);
                assertThat(found.curve())
                        .isSortedAccordingTo((a, b) -> Double.compare(a.ms(), b.ms()))
                        .last()
                        .satisfies(end -> assertThat(end.percentile()).isEqualTo(100));
            }
        });
    }

    @Test
    void measuresAStallInAnOpenLoopThatAClosedLoopHides() throws Exception {
        TimeSpans.growing(Duration.ofMillis(500), stall -> {
            double ms = stall.toMillis();
            RunMeasurement open = stalled(new LoadModel.Open(500, Arrivals.CONSTANT), stall);
            RunMeasurement closed = stalled(new LoadModel.Closed(), stall);

            OutcomeResult openLoop = ok(open);
            // a third of all requests was due during the stall, and waited for up to its end
            assertThat(openLoop.count()).isBetween((long) (1.49 * ms), (long) (1.5 * ms));
            assertThat(openLoop.latency().p99()).isBetween(0.9 * ms, 1.3 * ms);
            assertThat(openLoop.latency().p90()).isBetween(0.5 * ms, ms);
            // five of them were under way
            assertThat(openLoop.service().p99()).isLessThan(0.3 * ms);
            assertThat(openLoop.service().max()).isBetween(0.99 * ms, 1.3 * ms);
            assertThat(open.result().unsent()).isZero();

            OutcomeResult closedLoop = ok(closed);
            assertThat(closedLoop.latency().max()).isBetween(0.99 * ms, 1.3 * ms);
            assertThat(closedLoop.latency().p99()).isLessThan(0.1 * ms);
            assertThat(closedLoop.service()).isNull();
            assertThat(closed.result().sendLag()).isNull();
        });
    }

    @Test
    void countsUnsentRequestsOfAnOpenLoop() throws Exception {
        TimeSpans.growing(Duration.ofMillis(100), delay -> {
            try (ScriptedServer server = new ScriptedServer((line, body, number) -> {
                ScriptedServer.delay(delay.toMillis());
                return OK;
            })) {
                LoadModel open = new LoadModel.Open(20_000.0 / delay.toMillis(), Arrivals.CONSTANT);
                RunMeasurement measured = run(server, 2, open, StopCondition.lasting(delay.multipliedBy(10)));

                long answered = ok(measured).count();
                assertThat(answered).isBetween(20L, 45L); // 20 in the time, and for as long again
                assertThat(measured.result().unsent() + answered).isBetween(198L, 200L);
            }
        });
    }

    @Test
    void keepsOutcomesApart() throws Exception {
        String[] answers = {
            OK,
            ScriptedServer.status("404 Not Found", "no"),
            ScriptedServer.status("503 Service Unavailable", "later"),
            ScriptedServer.status("500 Internal Server Error", "oops"),
            "SSH-2.0-OpenSSH\r\n",
            null,
            ""
        };
        TimeSpans.growing(Duration.ofMillis(200), most -> {
            try (ScriptedServer server = new ScriptedServer((line, body, number) -> answers[number % answers.length])) {
                Step step = new Step(url(server), 1, new LoadModel.Closed(), StopCondition.ofRequests(14), most, 0);
                RunMeasurement measured = new Run(step, null, new SplittableRandom(1), System.nanoTime())
                        .run(IntervalLog.NONE, interval -> {});

                KindResult all = measured.result().kinds().get(0);
                assertThat(all.count()).isEqualTo(14);
                assertThat(all.count(RequestOutcome.TIMEOUT)).isEqualTo(2);
                assertThat(all.count(RequestOutcome.REFUSED)).isEqualTo(4);
                assertThat(all.outcome(RequestOutcome.REFUSED).orElseThrow().example())
                        .isEqualTo("status 404: no");
                // a connection closed instead of a response is an error, and is not retried
                assertThat(all.count(RequestOutcome.ERROR)).isEqualTo(6);
                assertThat(all.count(RequestOutcome.OK)).isEqualTo(2);
                assertThat(all.outcome(RequestOutcome.ERROR).orElseThrow().example())
                        .isEqualTo("status 500: oops");
                assertThat(all.outcome(RequestOutcome.TIMEOUT).orElseThrow()).satisfies(timeout -> {
                    assertThat(timeout.example()).isEqualTo("no response within " + most.toMillis() + " ms");
                    assertThat(timeout.latency().max()).isBetween((double) most.toMillis(), 2.0 * most.toMillis());
                });
            }
        });
    }

    @Test
    void replacesAndCountsAConnectionWithAnUnsolicitedResponse() throws Exception {
        String stray = ScriptedServer.status("500 Internal Server Error", "stray");
        try (ScriptedServer server = new ScriptedServer((line, body, number) -> number < 3 ? OK + stray : OK)) {
            RunMeasurement measured = run(server, 1, new LoadModel.Closed(), StopCondition.ofRequests(6));

            assertThat(ok(measured).count()).isEqualTo(6);
            assertThat(measured.result().unsolicited()).isEqualTo(3);
        }
    }

    @Test
    void isNoLongerThanItsTimeAfterOneLateResponse() throws Exception {
        TimeSpans.growing(Duration.ofMillis(250), time -> {
            try (ScriptedServer server = new ScriptedServer((line, body, number) -> {
                ScriptedServer.delay(number == 50 ? 4 * time.toMillis() : 1);
                return OK;
            })) {
                RunMeasurement measured = run(server, 4, new LoadModel.Closed(), StopCondition.lasting(time));

                assertThat(measured.result().seconds()).isEqualTo(time.toMillis() / 1000.0);
                assertThat(ok(measured).latency().max()).isGreaterThan(4.0 * time.toMillis());
            }
        });
    }

    @Test
    void hasNoIntervalThatIsTooShort() throws Exception {
        try (ScriptedServer server = new ScriptedServer((line, body, number) -> OK)) {
            RunMeasurement measured =
                    run(server, 2, new LoadModel.Closed(), StopCondition.lasting(Duration.ofMillis(1150)));

            assertThat(measured.result().timeline())
                    .allMatch(interval -> interval.seconds() >= 0.5)
                    .extracting(IntervalStats::ok)
                    .satisfies(counts -> assertThat(
                                    counts.stream().mapToLong(Long::longValue).sum())
                            .isEqualTo(ok(measured).count()));
        }
    }

    @Test
    void endsWhenItIsStoppedAndTheServerDoesNotRespond() throws Exception {
        try (ScriptedServer server = new ScriptedServer((line, body, number) -> number < 10 ? OK : "")) {
            Step step = step(server, 3, new LoadModel.Closed(), StopCondition.lasting(Duration.ofMinutes(10)));
            Run run = new Run(step, null, new SplittableRandom(1), System.nanoTime());
            Thread stopping = new Thread(() -> {
                await().until(() -> server.requests() == 13);
                run.stop("enough");
            });
            stopping.start();

            RunMeasurement measured = run.run(IntervalLog.NONE, interval -> {});

            assertThat(measured.result().cut()).isEqualTo("enough, when 3 clients waited for a response");
            assertThat(ok(measured).count()).isEqualTo(10);
            assertThat(measured.result().count(RequestOutcome.TIMEOUT)).isZero(); // nobody has waited that long
            stopping.join();
        }
    }

    @Test
    void endsAnOpenLoopBetweenTwoRequests() throws Exception {
        try (ScriptedServer server = new ScriptedServer((line, body, number) -> OK)) {
            Step step = step(
                    server,
                    2,
                    new LoadModel.Open(0.01, Arrivals.CONSTANT),
                    StopCondition.lasting(Duration.ofMinutes(10)));
            Run run = new Run(step, null, new SplittableRandom(1), System.nanoTime());
            List<IntervalStats> passed = new CopyOnWriteArrayList<>();
            List<IntervalStats> afterTheStop = new CopyOnWriteArrayList<>();

            RunMeasurement measured = run.run(IntervalLog.NONE, interval -> {
                (passed.stream().mapToLong(IntervalStats::ok).sum() > 0 ? afterTheStop : passed).add(interval);
                if (passed.stream().mapToLong(IntervalStats::ok).sum() > 0) {
                    run.stop("enough");
                }
            });

            assertThat(measured.result().count(RequestOutcome.OK)).isEqualTo(1); // the first is due at once
            assertThat(measured.result().cut()).isEqualTo("enough");
            assertThat(afterTheStop).hasSizeLessThanOrEqualTo(1);
        }
    }

    /** A run three times as long as the stall in the middle of it. */
    private static RunMeasurement stalled(LoadModel model, Duration stall) throws Exception {
        AtomicLong begin = new AtomicLong();
        try (ScriptedServer server = new ScriptedServer((line, body, number) -> {
            long now = System.nanoTime();
            begin.compareAndSet(0, now);
            long since = now - begin.get();
            if (since > stall.toNanos() && since < 2 * stall.toNanos()) {
                ScriptedServer.delay((2 * stall.toNanos() - since) / 1_000_000 + 1);
            } else {
                ScriptedServer.delay(1);
            }
            return OK;
        })) {
            return run(server, 5, model, StopCondition.lasting(stall.multipliedBy(3)));
        }
    }

    private static RunMeasurement run(ScriptedServer server, int clients, LoadModel model, StopCondition stop)
            throws Exception {
        return new Run(step(server, clients, model, stop), null, new SplittableRandom(1), System.nanoTime())
                .run(IntervalLog.NONE, interval -> {});
    }

    private static Step step(ScriptedServer server, int clients, LoadModel model, StopCondition stop) {
        return new Step(url(server), clients, model, stop, TIMEOUT, 0);
    }

    private static Url url(ScriptedServer server) {
        return new Url(Origin.http(server.address()), HttpRequest.get(server.address(), "/"));
    }

    private static OutcomeResult ok(RunMeasurement measured) throws IOException {
        return measured.totals().results(true).get(0).outcome(RequestOutcome.OK).orElseThrow();
    }
}

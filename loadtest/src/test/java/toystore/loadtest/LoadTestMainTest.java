package toystore.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import toystore.common.cli.Program;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.Results.Axis;
import toystore.loadtest.result.Results.Kind;
import toystore.loadtest.result.Results.RequestOutcome;
import toystore.loadtest.result.Results.StepResult;
import toystore.loadtest.result.ResultsFile;
import toystore.testing.CapturedOutput;
import toystore.testing.TimeSpans;

/** The whole load test, with stores that behave as a test says. */
class LoadTestMainTest {
    private static final Pattern P50_IS_BETTER =
            Pattern.compile("query +p50 ms +([0-9.]+) +[0-9.]+ +-9[0-9.]+ % +better, larger than noise");

    private static final Path FULL = Path.of("/dev/full"); // a disk without room

    @TempDir
    Path folder;

    @RegisterExtension
    private final CapturedOutput output = new CapturedOutput();

    @Test
    void runsTheExerciseAndWritesItsReport() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(10_000)) {
            assertThat(run(store, "0.5", "--clients", "1..2", "--iterations", "20", "--duration", "1ms"))
                    .as(output.err())
                    .isZero();

            Results results = results();
            assertThat(results.axis()).isEqualTo(Axis.CLIENTS);
            assertThat(results.steps())
                    .extracting(StepResult::name)
                    .containsExactly(
                            "buy, 1 client",
                            "buy, 2 clients",
                            "query, 1 client",
                            "query, 2 clients",
                            "mixed 0.5, 1 client",
                            "mixed 0.5, 2 clients");
            StepResult mixed = results.steps().get(5);
            assertThat(mixed.kind(Kind.QUERY).orElseThrow().count()).isGreaterThanOrEqualTo(40);
            assertThat(results.steps().stream()
                            .flatMap(step -> step.kind(Kind.BUY).stream())
                            .mapToLong(kind -> kind.count(RequestOutcome.OK))
                            .sum())
                    .isEqualTo(store.orders());
            assertThat(results.warnings()).isEmpty();
            for (String plot : List.of("buy", "query", "mixed")) {
                assertThat(ImageIO.read(folder.resolve(plot + ".png").toFile()).getWidth())
                        .isGreaterThan(800);
                assertThat(folder.resolve(plot + ".svg")).exists();
            }
            assertThat(folder.resolve("report.html")).exists();
            assertThat(folder.resolve("results.csv")).exists();
            assertThat(output.out())
                    .containsPattern("(?m)^buy, 2 clients +buy +ok +[0-9]+ ")
                    .endsWith("\n" + folder.resolve("report.html") + "\n");
        }
    }

    @Test
    void buysWithTheProbabilityGivenAndTheSameWithTheSameSeed() throws Exception {
        String[] flags = {"0.3", "--requests", "2000", "--clients", "1", "--seed", "5"};
        try (ScriptedTarget store = ScriptedTarget.of(10_000)) {
            assertThat(run(store, "mixed", flags)).isZero();
            int first = store.orders();
            assertThat(first).isCloseTo((int) (2000 * 0.3 / 1.3), within(60));
            assertThat(results().steps().get(0).count()).isEqualTo(2000);

            assertThat(run(store, "mixed", flags)).isZero();
            assertThat(store.orders()).isEqualTo(2 * first);
        }
    }

    @Test
    void takesTheProbabilityAsAFlagOfEveryCommand() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(10_000)) {
            String flag = "--probability=0.25";
            assertThat(run(store, "mixed", flag, "--requests", "20")).isZero();
            assertThat(results().steps().get(0).probability()).isEqualTo(0.25);

            assertThat(run(
                            store.address().toString(),
                            flag,
                            "--iterations",
                            "1",
                            "--duration",
                            "1ms",
                            "--clients",
                            "1"))
                    .isZero();
            assertThat(results().steps().get(2).probability()).isEqualTo(0.25);

            String[] search = {flag, "--slo", "p50<1ns", "--from", "0.02", "--samples", "1", "--duration", "10ms"};
            assertThat(run(store, "find-max", search)).isEqualTo(LoadTestRun.NOT_AS_EXPECTED);
            assertThat(results().steps().get(0).probability()).isEqualTo(0.25);
        }
    }

    @Test
    void takesAUrlAsTheStore() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(10)) {
            String url = "http://" + store.address();
            assertThat(run("query", url, "--requests", "5")).isZero();

            assertThat(results().target()).isEqualTo(store.address().toString());
            assertThat(results().command())
                    .contains(" query " + url + " --requests 5")
                    .doesNotContain(" " + store.address());
        }
    }

    @Test
    void warnsOfMoreClientsThanSessionThreads() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(1000)) {
            store.metrics = "toystore_http_session_threads 2.0";
            run(store, "sweep", "--clients", "2,3", "--duration", "50ms");
            assertThat(results().warnings())
                    .containsExactly(
                            "More clients than the 2 connections that the store serves at once (--session-threads):"
                                    + " it closes idle ones to let others in, so requests took longer, and some "
                                    + "may have failed:"
                                    + " \"query, 3 clients\"");

            store.metrics = "toystore_http_session_threads 3.0";
            run(store, "sweep", "--clients", "2,3", "--duration", "50ms");
            assertThat(results().warnings()).isEmpty();
        }
    }

    @Test
    void reportsSoldOutBuysSeparately() throws Exception {
        // The store has fewer units than it lists: other clients buy, too.
        try (ScriptedTarget store = new ScriptedTarget(
                1000,
                (line, number) -> line.startsWith("POST") && number % 4 == 3
                        ? ScriptedServer.status("409 Conflict", "{}")
                        : null)) {
            assertThat(run(store, "buy", "--requests", "100", "--clients", "1")).isZero();

            StepResult step = results().steps().get(0);
            assertThat(step.count(RequestOutcome.SOLD_OUT)).isPositive();
            assertThat(step.failed()).isZero();
            assertThat(results().warnings()).anyMatch(warning -> warning.contains("of the buys were sold out"));
            assertThat(output.out()).containsPattern("(?m)^! [0-9.]+ % of the buys were sold out");
        }
    }

    @Test
    void endsWhenAllIsSoldOutAndRefusesASoldOutStore() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(20)) {
            assertThat(run(store, "buy", "--duration", "1m", "--clients", "3")).isZero();
            assertThat(store.orders()).isEqualTo(40);
            assertThat(results().warnings()).anyMatch(warning -> warning.contains("all was sold out"));

            assertThat(run(store, "buy", "--duration", "1m")).isEqualTo(Program.USAGE);
            assertThat(output.err())
                    .isEqualTo("loadtest buy: the store at " + store.address()
                            + " is sold out; --restock adds units, ./toystore reset restores the start\n");
        }
    }

    @Test
    void restocksDuringALoadOfBuys() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(0)) {
            assertThat(run(store, "buy", "--requests", "500", "--restock", "--admin-token", "secret"))
                    .isZero();

            assertThat(store.orders()).isEqualTo(500);
            assertThat(store.restocked()).isGreaterThan(500);
            assertThat(results().command()).doesNotContain("secret").contains("--admin-token …");
        }
    }

    @Test
    void writesRawHistogramsThatOtherToolsRead() throws Exception {
        TimeSpans.growing(Duration.ofMillis(500), time -> {
            String duration = time.toMillis() + "ms";
            try (ScriptedTarget store = ScriptedTarget.of(1000)) {
                assertThat(run(store, "mixed", "--rate", "400", "--duration", duration, "--repeat", "2"))
                        .isZero();
            }
            long latencies = 0;
            long services = 0;
            HistogramLogReader log =
                    new HistogramLogReader(folder.resolve("histograms.hlog").toFile());
            for (EncodableHistogram next = log.nextIntervalHistogram();
                    next != null;
                    next = log.nextIntervalHistogram()) {
                assertThat(next.getTag()).matches("run-[12]\\.(query|buy)\\.ok\\.(latency|service)");
                long count = ((AbstractHistogram) next).getTotalCount();
                latencies += next.getTag().endsWith("latency") ? count : 0;
                services += next.getTag().endsWith("service") ? count : 0;
            }

            StepResult step = results().steps().get(0);
            long due = 2 * 400 * time.toMillis() / 1000;
            assertThat(latencies).isEqualTo(step.count()).isEqualTo(services);
            assertThat(step.count()).isBetween(due * 79 / 80, due);
            assertThat(step.runs()).hasSize(2);
        });
    }

    @Test
    void sweepsTheFlagWithSeveralValues() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(10_000)) {
            run(store, "sweep", "--clients", "1..4", "--duration", "50ms");
            assertThat(results().axis()).isEqualTo(Axis.CLIENTS);
            assertThat(results().steps())
                    .extracting(StepResult::name)
                    .containsExactly("query, 1 client", "query, 2 clients", "query, 3 clients", "query, 4 clients");

            run(store, "sweep", "--probability", "0..0.8:0.4", "--duration", "50ms", "--clients", "2");
            assertThat(results().axis()).isEqualTo(Axis.PROBABILITY);
            assertThat(results().steps())
                    .extracting(StepResult::name)
                    .containsExactly("mixed 0, 2 clients", "mixed 0.4, 2 clients", "mixed 0.8, 2 clients");

            run(store, "sweep", "--rate", "100,200", "--duration", "200ms", "--scenario", "buy");
            assertThat(results().axis()).isEqualTo(Axis.RATE);
            assertThat(results().steps())
                    .extracting(StepResult::name)
                    .containsExactly("buy, 5 clients, 100/s", "buy, 5 clients, 200/s");
            assertThat(folder.resolve("latency.png")).exists();
        }
    }

    @Test
    void findsTheHighestRate() throws Exception {
        // Two connections, and 40 ms for each response: at most 50 a second. All times grow together.
        TimeSpans.growing(Duration.ofMillis(40), delay -> {
            double factor = delay.toMillis() / 40.0;
            String objective = "p90<" + Math.round(100 * factor) + "ms";
            output.reset();
            try (ScriptedTarget store = new ScriptedTarget(100, (line, number) -> {
                ScriptedServer.delay(delay.toMillis());
                return null;
            })) {
                String from = Double.toString(20 / factor);
                String duration = Math.round(600 * factor) + "ms";
                String[] flags = {
                    "--clients", "2", "--from", from, "--duration", duration, "--precision", "20%", "--samples", "1"
                };
                assertThat(run(store, "find-max", append(append(flags, "--slo"), objective)))
                        .isZero();

                assertThat(results().maxRate()).isBetween(20 / factor, 52 / factor);
                assertThat(output.out())
                        .containsPattern(
                                "held: " + objective + ": [0-9.]+/s is the highest rate that did; [0-9.]+/s did not\n");
            }
        });
    }

    @Test
    void findsARateFarBelowTheFirstOne() throws Exception {
        // The runs at 1000/s, 500/s and 125/s fail, with 10, 5 and 2 requests, two times each.
        AtomicInteger queries = new AtomicInteger();
        try (ScriptedTarget store = new ScriptedTarget(
                100,
                (line, number) -> queries.incrementAndGet() <= 34
                        ? ScriptedServer.status("503 Service Unavailable", "x")
                        : null)) {
            String[] flags = {
                "--clients", "1", "--from", "1000", "--duration", "10ms", "--precision", "1000%", "--samples", "1"
            };
            assertThat(run(store, "find-max", append(append(flags, "--slo"), "errors<1%")))
                    .isZero();

            assertThat(results().maxRate()).isBetween(2.0, 50.0);
            assertThat(output.out()).containsPattern("held: errors<1%: [0-9.]+/s is the highest rate that did;");
        }
    }

    @Test
    void reportsThatASearchRanOutOfStock() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(100)) {
            String[] flags = {"--scenario", "buy", "--duration", "1s", "--samples", "1", "--slo", "p99<5s"};
            assertThat(run(store, "find-max", flags)).isEqualTo(LoadTestRun.NOT_AS_EXPECTED);

            assertThat(results().maxRate()).isNull();
            assertThat(output.out())
                    .contains("NOT HELD: p99<5s: the search ended early, because all was sold out; no rate did");
        }
    }

    @Test
    void failsWhenRequestsAreNeverSent() throws Exception {
        try (ScriptedTarget store = new ScriptedTarget(100, (line, number) -> {
            ScriptedServer.delay(50);
            return null;
        })) {
            assertThat(run(store, "query", "--rate", "500", "--clients", "1", "--duration", "300ms"))
                    .isEqualTo(Program.FAILED);
            assertThat(results().steps().get(0).unsent()).isPositive();
            assertThat(folder.resolve("report.html")).content().contains("were due and never sent");
        }
    }

    @Test
    void buysOnlyAPartOfTheStockDuringTheWarmUp() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(100)) {
            String[] words = {"buy", store.address().toString(), "--requests", "50", "--warmup", "1h", "--out"};
            assertThat(Program.run(new LoadTestMain(), append(words, folder.toString())))
                    .isZero();

            assertThat(results().steps().get(0).count(RequestOutcome.OK)).isEqualTo(50);
            assertThat(store.orders()).isBetween(70, 75); // a tenth of 200, and requests in progress at that time
        }
    }

    @Test
    void endsInTimeIfTheStoreDoesNotRespondToARestock() throws Exception {
        // Two restocks succeed at the start; the orders need a third one, and the last ones wait for the request for
        // it.
        CompletableFuture<Void> requested = new CompletableFuture<Void>().orTimeout(1, TimeUnit.MINUTES);
        try (ScriptedTarget store = new ScriptedTarget(600, (line, number) -> {
            if (line.startsWith("PUT") && number > 2) {
                requested.complete(null);
                return "";
            }
            if (number > 3000) {
                requested.join();
            }
            return null;
        })) {
            int exitCode = run(store, "buy", "--requests", "4000", "--restock", "--admin-token", "x");

            assertThat(requested).as("the request for a third restock").isCompleted();
            assertThat(exitCode).isEqualTo(Program.FAILED);
            assertThat(results().steps().get(0).count(RequestOutcome.OK)).isEqualTo(4000);
            assertThat(results().warnings())
                    .containsExactly("the store has not responded to the last request for new units");
        }
    }

    @Test
    void reportsAStepThatWasNotMeasuredAgainAsARegression() throws Exception {
        Path before = folder.resolve("before");
        Path after = folder.resolve("after");
        try (ScriptedTarget store = ScriptedTarget.of(100)) {
            run(store, "sweep", "--clients", "1,2", "--duration", "50ms", "--out", before.toString());
            run(store, "query", "--clients", "1", "--duration", "50ms", "--out", after.toString());
        }

        assertThat(compare(before, after, "--max-regression", "100000%")).isEqualTo(LoadTestRun.NOT_AS_EXPECTED);
        assertThat(output.out()).contains("REGRESSION: \"query, 2 clients\" was not measured after");
    }

    @Test
    void failsWhenNoRateMeetsTheObjective() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(100)) {
            assertThat(run(
                            store,
                            "find-max",
                            "--from",
                            "1.5",
                            "--duration",
                            "50ms",
                            "--clients",
                            "1",
                            "--samples",
                            "1",
                            "--slo",
                            "p50<1ns"))
                    .isEqualTo(LoadTestRun.NOT_AS_EXPECTED);
            assertThat(output.out()).contains("NOT HELD: p50<1ns: no rate did, down to 0.02/s");
        }
    }

    @Test
    void failsWhenRequestsFailUnlessThatIsExpected() throws Exception {
        try (ScriptedTarget store = new ScriptedTarget(
                100,
                (line, number) -> number % 10 == 9 ? ScriptedServer.status("503 Service Unavailable", "x") : null)) {
            assertThat(run(store, "query", "--requests", "100")).isEqualTo(Program.FAILED);
            assertThat(run(store, "query", "--requests", "100", "--expect", "errors<20%"))
                    .isZero();
            assertThat(output.out()).contains("held: errors<20%: ");
            assertThat(run(store, "query", "--requests", "100", "--expect", "errors<1%", "--expect", "p99<10s"))
                    .isEqualTo(LoadTestRun.NOT_AS_EXPECTED);
            assertThat(output.out()).contains("NOT HELD: errors<1%: ");
        }
    }

    @Test
    void measuresAnyUrl() throws Exception {
        List<String> requests = new ArrayList<>();
        try (ScriptedServer server = new ScriptedServer((line, body, number) -> {
            synchronized (requests) {
                requests.add(line + " " + body);
            }
            return ScriptedServer.ok("");
        })) {
            String url = "http://" + server.address() + "/a?b=c%20d";
            assertThat(run("url", url, "--body", "{}", "--requests", "50", "--header", "X: y"))
                    .isZero();

            assertThat(requests).hasSize(51).containsOnly("POST /a?b=c%20d HTTP/1.1 {}");
            assertThat(results().target()).isEqualTo(url);
            assertThat(results().steps().get(0).kind(Kind.REQUEST).orElseThrow().count())
                    .isEqualTo(50);
        }
    }

    @Test
    void keepsSecretsOutOfTheReportAndRefusesReservedFields() throws Exception {
        try (ScriptedServer server = new ScriptedServer((line, body, number) -> ScriptedServer.ok(""))) {
            String url = "http://" + server.address() + "/";
            assertThat(run("url", url, "--requests", "1", "--header", "Authorization: Bearer xyzzy"))
                    .isZero();
            assertThat(results().command()).contains("'Authorization: …'");
            assertThat(folder.resolve("report.html")).content().doesNotContain("xyzzy");

            assertThat(run("url", url, "--requests", "1", "--header", "Host: elsewhere"))
                    .isEqualTo(Program.USAGE);
            assertThat(output.err())
                    .isEqualTo("loadtest url: --header is \"Host: elsewhere\", which the load test sets itself\n");
        }
    }

    @Test
    void writesItsWholeReportAfterASignal() throws Exception {
        try (ScriptedServer server = new ScriptedServer((line, body, number) -> ScriptedServer.ok(""))) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1", // it lives for seconds
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            LoadTestMain.class.getName(),
                            "url",
                            "http://" + server.address() + "/",
                            "--duration=1h",
                            "--warmup=0s",
                            "--out=" + folder)
                    .redirectErrorStream(true)
                    .start();
            await().until(() -> server.requests() > 100);
            process.toHandle().destroy(); // Process.destroy() would close the pipe, too

            String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).isEqualTo(143);
            assertThat(printed)
                    .contains(
                            "\n" + folder.resolve("report.html") + "\n",
                            "\ncut short: these are the results up to the interrupt\n")
                    .endsWith("! Ended before its time, because the load test was interrupted: \"url, 5 clients\"\n");
            assertThat(results().cutShort()).isTrue();
            assertThat(folder.resolve("timeline.png")).isNotEmptyFile();
        }
    }

    @Test
    void refusesFlagsThatStandBeforeTheCommand() throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(10)) {
            int code = Program.run(
                    new LoadTestMain(),
                    "--clients",
                    "1",
                    "query",
                    store.address().toString());

            assertThat(code).isEqualTo(Program.USAGE);
            assertThat(output.err())
                    .isEqualTo("loadtest query: \"--clients\" stands before query; expected it behind: loadtest "
                            + "query …\n");
        }
    }

    @Test
    void refusesAWrongTokenEvenIfThereIsEnoughStock() throws Exception {
        try (ScriptedTarget store = new ScriptedTarget(
                100_000,
                (line, number) -> line.startsWith("PUT")
                        ? ScriptedServer.status("401 Unauthorized", "{\"error\":\"wrong token\"}")
                        : null)) {
            assertThat(run(store, "buy", "--requests", "10", "--restock", "--admin-token", "wrong"))
                    .isEqualTo(Program.USAGE);
            assertThat(output.err())
                    .isEqualTo("loadtest buy: the store does not restock: status 401: {\"error\":\"wrong token\"}\n");
            assertThat(store.orders()).isZero();
        }
    }

    @Test
    void dividesTheStockAmongTheStepsOfTheExercise() throws Exception {
        TimeSpans.growing(Duration.ofMillis(500), time -> {
            try (ScriptedTarget store = ScriptedTarget.of(500)) {
                String duration = time.toMillis() + "ms";
                assertThat(run(store, "1", "--clients", "1..2", "--iterations", "20", "--duration", duration))
                        .isZero();

                assertThat(store.orders()).isBetween(800, 920); // a tenth of 1000 is left
                assertThat(results().warnings())
                        .singleElement()
                        .asString()
                        .startsWith(
                                "Ended before its time, because its share of the stock was sold: \"buy, 1 client\"");
                List<Long> bought = results().steps().stream()
                        .flatMap(step -> step.kind(Kind.BUY).stream())
                        .map(kind -> kind.count(RequestOutcome.OK))
                        .toList();
                assertThat(bought).hasSize(4).allMatch(orders -> orders > 100);
            }
        });
    }

    @Test
    void comparesTwoRuns() throws Exception {
        Path slow = folder.resolve("slow");
        Path fast = folder.resolve("fast");
        String[] flags = {"--requests", "20", "--repeat", "5", "--clients", "1", "--out"};
        TimeSpans.growing(Duration.ofMillis(20), delay -> {
            try (ScriptedTarget store = new ScriptedTarget(100, (line, number) -> {
                ScriptedServer.delay(delay.toMillis());
                return null;
            })) {
                assertThat(run(store, "query", append(flags, slow.toString()))).isZero();
            }
            try (ScriptedTarget store = ScriptedTarget.of(100)) {
                assertThat(run(store, "query", append(flags, fast.toString()))).isZero();
            }
            output.reset();

            assertThat(compare(slow, fast, "--max-regression", "5%")).isZero();
            String table = output.out();
            Matcher row = P50_IS_BETTER.matcher(table);
            assertThat(row.find()).as(table).isTrue();
            assertThat(Double.parseDouble(row.group(1))).isBetween(1.0 * delay.toMillis(), 1.5 * delay.toMillis());
            assertThat(table).contains("no regression of more than 5");
            assertThat(compare(fast, slow.resolve("results.json"), "--max-regression", "5%"))
                    .isEqualTo(LoadTestRun.NOT_AS_EXPECTED);
            assertThat(output.out()).contains("REGRESSION: query p50 in \"query, 1 client\": from ");
            assertThat(compare(fast, slow)).isZero();
            assertThat(folder.resolve("compare-percentiles-query-query.png")).exists();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "query --clients 0|0 clients; expected 1 to 1000",
                "query --clients 1001|1001 clients; expected 1 to 1000",
                "query --duration 0s|a duration of 0; expected at least 1ms",
                "query --requests 0|0 requests; expected 1 or more",
                "query --rate 0|a rate of 0.0/s; expected more than 0, up to 1000000",
                "query --rate NaN|a rate of NaN/s; expected more than 0, up to 1000000",
                "query --arrivals often|\"often\"; expected constant or poisson",
                "query --repeat 0|--repeat is 0; expected 1 to 100",
                "query --duration 25h|a duration of 25h; expected at most 24h",
                "query --timeout 3000000h|a timeout of 3000000h; expected at most 24h",
                "query --warmup 3000000h|--warmup is 3000000h; expected at most 24h",
                "query --timeout 0s|a timeout of 0; expected at least 1ms",
                "query --expect p99|p99",
                "query --products some|\"some\" is not a distribution of products; expected uniform, zipf, or zipf:S",
                "buy --restock|--restock needs the token that the store was opened with; set TOYSTORE_ADMIN_TOKEN",
                "--iterations 0|--iterations is 0; expected 1 or more",
                "sweep --scenario sell|\"sell\"; expected query, buy or mixed",
                "sweep|none of --clients, --probability and --rate has several values",
                "sweep --rate 1..5 --clients 1..5|more than one of --clients, --probability and --rate has "
                        + "several values",
                "sweep --scenario buy --probability 0..1|--probability is for --scenario mixed, and not for buy",
                "sweep --clients 5..1|5..1",
                "sweep --clients 1,2,4,…,64|\"1,2,4,…,64\" is not a series: it has an ellipsis; expected a list "
                        + "such as 1,2,4,8,"
                        + " a range such as 1..64, or a range with a step such as 0..0.8:0.2",
                "find-max|--slo",
                "find-max --slo p99<1ms --repeat 2|--repeat is not a flag of find-max; expected --slo",
                "find-max --slo p99<1ms --expect p99<1s|--expect is not a flag of find-max; expected --slo",
                "find-max --slo p99<1ms --scenario buy --probability 1|--probability is for --scenario mixed, "
                        + "and not for buy",
                "mixed 0.5 --probability 0.5|the probability is given twice",
                "find-max --slo p99<1ms --from 0|a rate of 0.0/s; expected more than 0",
            })
    void refusesWrongFlags(String line, String message) throws Exception {
        try (ScriptedTarget store = ScriptedTarget.of(10)) {
            List<String> words = new ArrayList<>(List.of(line.split(" ")));
            words.add(words.get(0).startsWith("--") ? 0 : 1, store.address().toString());
            int code = Program.run(new LoadTestMain(), words.toArray(String[]::new));

            assertThat(output.err()).contains(message).hasLineCount(1);
            assertThat(code).isEqualTo(Program.USAGE);
            assertThat(output.out()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--repeat 101|--repeat is 101; expected 1 to 100",
                "--warmup 25h|--warmup is 25h; expected at most 24h",
                "--restock|--restock needs the token that the store was opened with; set TOYSTORE_ADMIN_TOKEN",
            })
    void refusesFlagsOutOfBoundsBeforeItSendsARequestOrMakesAFolder(String flags, String message) {
        Path report = folder.resolve("report");
        List<String> words = new ArrayList<>(List.of("buy", "127.0.0.1:1", "--out", report.toString()));
        words.addAll(List.of(flags.split(" ")));

        assertThat(Program.run(new LoadTestMain(), words.toArray(String[]::new)))
                .isEqualTo(Program.USAGE);
        assertThat(output.err()).isEqualTo("loadtest buy: " + message + "\n");
        assertThat(report).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void restocksIfTheFlagIsGivenWhateverTheEnvironmentSays(String environment) {
        CommandLine line = new CommandLine(new LoadTestMain());
        line.setDefaultValueProvider(argument ->
                argument.isOption() && ((OptionSpec) argument).longestName().equals("--restock") ? environment : null);

        boolean restocks =
                line.parseArgs("buy", "--restock", "127.0.0.1:1").subcommand().matchedOptionValue("--restock", false);

        assertThat(restocks).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ftp://localhost/|cannot be measured: the scheme is \"ftp\"; expected http://host[:port]/path or https://host[:port]/path",
                "localhost:80|cannot be measured",
                "http:///x|cannot be measured",
                "http://me:secret@localhost/|cannot be measured",
                "http://me@toy_store/|cannot be measured",
                "http://0.5/|cannot be measured: the host \"0.5\" is a number",
                "http://[::1/|cannot be measured",
            })
    void refusesAnInvalidUrl(String url, String message) {
        assertThat(run("url", url)).isEqualTo(Program.USAGE);
        assertThat(output.err()).contains(message).hasLineCount(1);
    }

    @Test
    void reportsThatThereIsNoStore() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        assertThat(run("mixed", "0.5")).isEqualTo(Program.USAGE);
        assertThat(output.err())
                .contains("\"0.5\": the host \"0.5\" is a number")
                .hasLineCount(1);
        output.reset();
        assertThat(run("buyy")).isEqualTo(Program.USAGE);
        assertThat(output.err()).startsWith("loadtest: \"buyy\" is no command; did you mean buy?");
        output.reset();
        assertThat(run("sell", "127.0.0.1")).isEqualTo(Program.USAGE);
        assertThat(output.err()).contains("probability is \"127.0.0.1\"; expected a number from 0 to 1");
        output.reset();
        assertThat(run("query", "127.0.0.1:x")).isEqualTo(Program.USAGE);
        assertThat(output.err()).contains("\"127.0.0.1:x\": the port \"x\" is not a number");
        output.reset();
        assertThat(run("query", "127.0.0.1:" + port)).isEqualTo(Program.USAGE);
        assertThat(output.err())
                .isEqualTo("loadtest query: 127.0.0.1:" + port + " cannot be reached: the connection is refused\n");

        output.reset();
        try (ScriptedServer other = new ScriptedServer((line, body, number) -> ScriptedServer.ok("<html>"))) {
            assertThat(run(other.address().toString())).isEqualTo(Program.USAGE);
            assertThat(output.err())
                    .startsWith("loadtest: the response is not understood")
                    .hasLineCount(1);
        }

        for (String list :
                List.of("{\"data\":[null]}", "{\"data\":[{}]}", "{\"data\":[{\"price\":1}],\"next\":\"\"}")) {
            output.reset();
            try (ScriptedServer other = new ScriptedServer((line, body, number) -> ScriptedServer.ok(list))) {
                assertThat(run("query", other.address().toString())).isEqualTo(Program.USAGE);
                assertThat(output.err()).endsWith("is this a toy store?\n").hasLineCount(1);
            }
        }

        output.reset();
        try (ScriptedServer endless = new ScriptedServer((line, body, number) -> "HTTP/1.1 200 OK\r\n\r\ndata")) {
            assertThat(run("url", "http://" + endless.address() + "/x", "--timeout", "200ms"))
                    .isEqualTo(Program.USAGE);
            assertThat(output.err())
                    .endsWith("/x did not respond completely within 200 ms\n")
                    .hasLineCount(1);
        }

        output.reset();
        try (ScriptedServer other =
                new ScriptedServer((line, body, number) -> ScriptedServer.status("404 Not Found", ""))) {
            assertThat(run("url", "http://" + other.address() + "/x")).isEqualTo(Program.USAGE);
            assertThat(output.err())
                    .isEqualTo("loadtest url: http://" + other.address()
                            + "/x responds with status 404; expected one below 400\n");
        }
    }

    @Test
    void reportsAnInvalidFolderOrFile() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "{}");
        assertThat(compare(file, file)).isEqualTo(Program.USAGE);
        assertThat(output.err()).contains("file is no results.json of format 1").hasLineCount(1);

        output.reset();
        try (ScriptedTarget store = ScriptedTarget.of(10)) {
            assertThat(run(store, "query", "--out", file.resolve("x").toString()))
                    .isEqualTo(Program.USAGE);
            assertThat(output.err())
                    .isEqualTo(
                            "loadtest query: the folder " + file.resolve("x") + " cannot be made: Not a directory\n");

            output.reset();
            assertThat(run(store, "query", "--out", file.toString())).isEqualTo(Program.USAGE);
            assertThat(output.err())
                    .isEqualTo("loadtest query: the folder " + file + " cannot be made: it is a file\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "results.json",
                "results.csv",
                "report.html",
                "timeline.png",
                "timeline.svg",
                "percentiles.png",
                "histograms.hlog"
            })
    void failsInOneLineWhenTheDiskIsFullAndPrintsItsFigures(String file) throws Exception {
        assumeTrue(Files.exists(FULL));
        Files.createSymbolicLink(folder.resolve(file), FULL);
        try (ScriptedTarget store = ScriptedTarget.of(10)) {
            assertThat(run(store, "query", "--requests", "10")).isEqualTo(Program.FAILED);
        }

        assertThat(output.out()).containsPattern("(?m)^query, 5 clients +query +ok +10 ");
        if (file.equals("histograms.hlog")) {
            assertThat(output.out())
                    .contains("! " + folder.resolve(file) + " is not complete: it could not be written\n");
        } else {
            assertThat(output.out()).doesNotContain("report.html");
            assertThat(output.err())
                    .isEqualTo("loadtest query: the report in " + folder + " cannot be written: " + file
                            + ": No space left on device\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"results.json", "results.csv", "report.html", "timeline.png", "timeline.svg", "histograms.hlog"})
    void failsInOneLineWhenThereIsAFolderWhereAFileIsToBe(String file) throws Exception {
        Files.createDirectory(folder.resolve(file));
        try (ScriptedTarget store = ScriptedTarget.of(10)) {
            assertThat(run(store, "query", "--requests", "10")).isEqualTo(Program.FAILED);
        }
        assertThat(output.err())
                .contains(" cannot be written: ", file, "s a directory")
                .hasLineCount(1);
    }

    @Test
    void failsInOneLineWhenTheFolderMayNotBeWrittenTo() throws Exception {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-x------"));
        assumeFalse(Files.isWritable(locked), "the superuser may write everywhere");
        try (ScriptedTarget store = ScriptedTarget.of(10)) {
            assertThat(run(store, "query", "--requests", "10", "--out", locked.toString()))
                    .isEqualTo(Program.FAILED);
        }
        assertThat(output.err())
                .contains("cannot be written", "ermission denied")
                .hasLineCount(1);
    }

    @Test
    void aComparisonFailsInOneLineWhenTheDiskIsFull() throws Exception {
        assumeTrue(Files.exists(FULL));
        Path once = folder.resolve("once");
        try (ScriptedTarget store = ScriptedTarget.of(10)) {
            assertThat(run(store, "query", "--requests", "10", "--out", once.toString()))
                    .isZero();
        }
        Files.createSymbolicLink(folder.resolve("compare-percentiles-query-query.svg"), FULL);

        assertThat(compare(once, once)).isEqualTo(Program.FAILED);
        assertThat(output.err())
                .isEqualTo("loadtest compare: the plots in " + folder
                        + " cannot be written: compare-percentiles-query-query.svg: No space left on device\n");
    }

    private int compare(Path before, Path after, String... flags) {
        List<String> words = new ArrayList<>(List.of("compare", before.toString(), after.toString()));
        words.addAll(List.of(flags));
        words.addAll(List.of("--out", folder.toString()));
        return Program.run(new LoadTestMain(), words.toArray(String[]::new));
    }

    /** A command and its flags; for the exercise, the probability and its flags. */
    private int run(ScriptedTarget store, String first, String... flags) {
        List<String> words = new ArrayList<>(List.of(store.address().toString()));
        words.add(Character.isDigit(first.charAt(0)) ? 1 : 0, first);
        words.addAll(List.of(flags));
        return run(words.toArray(String[]::new));
    }

    private int run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        if (!all.contains("--out")) {
            all.addAll(List.of("--out", folder.toString()));
        }
        all.addAll(List.of("--warmup", "0s"));
        return Program.run(new LoadTestMain(), all.toArray(String[]::new));
    }

    private static String[] append(String[] flags, String last) {
        List<String> all = new ArrayList<>(List.of(flags));
        all.add(last);
        return all.toArray(String[]::new);
    }

    private Results results() throws IOException {
        return ResultsFile.read(folder.resolve("results.json"));
    }
}

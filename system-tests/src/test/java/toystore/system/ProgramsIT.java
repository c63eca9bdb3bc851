package toystore.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The client and the load test with a store of real processes. */
class ProgramsIT {
    private static final int CTRL_C = 3;

    @TempDir
    static Path shared;

    private static TestStore store; // for tests that only place orders

    @TempDir
    Path data;

    @BeforeAll
    static void open() throws IOException {
        store = TestStore.open(shared);
        for (JsonNode toy : store.get("/products?limit=100").body().get("data")) {
            String name = toy.get("name").asString().replace(" ", "%20");
            assertThat(store.put(name, "{\"add\":100000}", TestStore.ADMIN_TOKEN)
                            .status())
                    .isEqualTo(200);
        }
    }

    @AfterAll
    static void close() {
        store.close();
    }

    @Test
    void clientPlacesOrdersAndReadsThemBack() throws Exception {
        ProgramRun client =
                ProgramRun.jar("client", store.address().toString(), "5", "0.75", "--iterations", "40", "--seed", "7");

        assertThat(client.exitCode()).as(client.stderr()).isZero();
        assertThat(client.stdout().lines().filter(line -> line.matches("[1-5] +[0-9.]+ ms +40 +[0-9]+ +0 +0")))
                .hasSize(5);
        assertThat(client.stdout()).containsPattern("(?m)^overall +[0-9.]+ ms +200 ");
        assertThat(client.stdout()).containsPattern("(?m)^query +200 ").containsPattern("(?m)^order +1[0-9]{2} ");
        assertThat(client.stdout()).containsPattern("1[0-9]{2} orders read back, 0 mismatches\n$");
        assertThat(store.get("/orders/100").status()).isEqualTo(200);
    }

    /** With keys, because the store may close an idle connection while an order is on its way. */
    @Test
    void servesMoreShoppersThanSessionThreads() throws Exception {
        ProgramRun client =
                ProgramRun.jar("client", store.address().toString(), "25", "0.2", "--iterations", "20", "--keys");

        assertThat(client.exitCode()).as(client.stdout()).isZero();
        assertThat(client.stdout()).containsPattern("(?m)^overall +[0-9.]+ ms +500 +[0-9]+ +0 +0$");
        assertThat(client.stderr()).startsWith("client: 25 shoppers, but the store serves 10 connections at once ");
    }

    @Test
    void clientReportsFailedRequests() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.service("orders").kill();

            ProgramRun client = ProgramRun.jar(
                    "client", store.address().toString(), "2", "1", "--iterations", "5", "--warmup", "0s");

            assertThat(client.exitCode()).isZero();
            assertThat(client.stdout())
                    .contains("10 requests failed; the first: status 503 instead of 201")
                    .endsWith("\nno order was placed\n");
        }
    }

    @Test
    void clientPlacesOrdersWithAThinkTimeBeyondTheIdleTimeout() throws Exception {
        try (TestStore store = new TestStore(data)) {
            store.start("catalog");
            store.start("orders");
            store.start("frontend", "export TOYSTORE_IDLE_TIMEOUT=100ms; exec ");
            store.awaitReady();

            ProgramRun client = ProgramRun.jar(
                    "client",
                    store.address().toString(),
                    "4",
                    "1",
                    "--iterations",
                    "8",
                    "--think-time",
                    "300ms",
                    "--warmup",
                    "0s",
                    "--json");

            assertThat(client.exitCode()).as(client.stderr()).isZero();
            assertThat(client.stdout())
                    .startsWith("{\"settings\":{")
                    .endsWith("}\n")
                    .contains("\"failures\":{\"count\":0,", "\"orders\":32,\"read_back\":32,");
        }
    }

    @Test
    void interruptedClientPrintsItsSummary() throws Exception {
        String tenth = tenthOrderFromNow();

        ProgramRun client = interrupted(
                List.of("client", store.address().toString(), "3", "1", "--iterations", "100000"),
                () -> store.get(tenth).status() == 200);

        assertThat(client.exitCode()).isEqualTo(130);
        assertThat(client.stdout())
                .containsPattern("(?m)^overall +[0-9.]+ ms +[0-9]+ +[0-9]+ +[0-9]+ +0$")
                .containsPattern("(?m)^cut short after [0-9]+ of 300000 rounds: ([0-9]+) of \\1 orders were not")
                .endsWith("\n0 orders read back, 0 mismatches\n");
    }

    /** The path of an order that the shared store does not have yet. */
    private static String tenthOrderFromNow() throws IOException {
        return "/orders/" + (store.order("Tux", 1).orderNumber() + 10);
    }

    @Test
    void clientAndLoadTestEncodeNamesInPaths() throws Exception {
        String toys = Stream.of("Rock/Paper", ".", "..", "product_name=x", "a+b?c%2F")
                .map(name -> "{\"name\":\"" + name + "\",\"price\":1,\"quantity\":1000}")
                .collect(Collectors.joining(",", "{\"products\":[", "]}"));
        Files.writeString(data.resolve("toys.json"), toys);
        try (TestStore store = TestStore.open(data)) {
            ProgramRun client = ProgramRun.jar("client", store.address().toString(), "2", "1", "--warmup", "0s");
            ProgramRun loadtest = ProgramRun.jar(
                    "loadtest",
                    "query",
                    store.address().toString(),
                    "--duration",
                    "300ms",
                    "--warmup",
                    "0s",
                    "--clients",
                    "1",
                    "--out",
                    data.resolve("report").toString());

            assertThat(client.stdout()).containsPattern("(?m)^overall .* 0$").endsWith(" 0 mismatches\n");
            assertThat(client.stdout()).doesNotContain("requests failed");
            assertThat(loadtest.exitCode()).as(loadtest.stderr()).isZero();
        }
    }

    @Test
    void clientAndLoadTestFailWhenTheirOutputCannotBeWritten() throws Exception {
        for (List<String> words : List.of(
                List.of("client", "1", "1", "--iterations", "3", "--warmup", "0s"),
                List.of("client", "1", "1", "--iterations", "3", "--warmup", "0s", "--json"),
                List.of(
                        "loadtest",
                        "0.5",
                        "--clients",
                        "1",
                        "--iterations",
                        "3",
                        "--duration",
                        "1ms",
                        "--warmup",
                        "0s"))) {
            List<String> arguments = new ArrayList<>(words.subList(1, words.size()));
            arguments.add(0, store.address().toString());
            ProcessBuilder command = new ProcessBuilder(Jars.command(words.get(0), arguments.toArray(String[]::new)));
            command.environment().put("TOYSTORE_OUT", data.toString());
            Process program = command.start();
            program.getInputStream().close(); // as head does after its last line

            assertThat(new String(program.getErrorStream().readAllBytes(), UTF_8))
                    .isEqualTo(words.get(0)
                            + ": not all of the output could be written to stdout: the disk is full, or the "
                            + "reader has closed"
                            + " it\n");
            assertThat(program.waitFor()).isEqualTo(1);
        }
        assertThat(data.resolve("report.html")).as("written nevertheless").exists();
    }

    /** Containers of a compose file can have such names. The hosts file replaces DNS. */
    @Test
    void clientAndLoadTestReachAHostWithAnUnderscoreInItsName() throws Exception {
        Path hosts = Files.writeString(data.resolve("hosts"), "127.0.0.1 toy_store\n");
        String url = "http://toy_store:" + store.address().port();
        String[] flags = {"--warmup", "0s", "--clients", "1", "--requests", "10", "--out", data.toString()};
        for (List<String> words : List.of(
                List.of("client", url, "1", "1", "--iterations", "5", "--warmup", "0s"),
                Stream.concat(Stream.of("loadtest", "query", url), Stream.of(flags))
                        .toList(),
                Stream.concat(Stream.of("loadtest", "url", url + "/products"), Stream.of(flags))
                        .toList())) {
            List<String> command =
                    Jars.command(words.get(0), words.stream().skip(1).toArray(String[]::new));
            command.add(1, "-Djdk.net.hosts.file=" + hosts);
            ProgramRun program = ProgramRun.run(new ProcessBuilder(command));

            assertThat(program.exitCode()).as(words + program.stderr()).isZero();
        }
        List<String> command = Jars.command("client", "http://other_store:8080");
        command.add(1, "-Djdk.net.hosts.file=" + hosts);
        assertThat(ProgramRun.run(new ProcessBuilder(command)).stderr())
                .isEqualTo("client: other_store:8080 cannot be reached: the host is unknown\n");
    }

    /** A library that reads the width of a terminal may remove the JVM's signal handlers. */
    @Test
    void interruptedClientPrintsItsSummaryOnATerminal() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script is not installed");
        String tenth = tenthOrderFromNow();
        List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT")); // see interrupted()
        words.addAll(Jars.command("client", store.address().toString(), "3", "1", "--iterations", "100000"));
        String client = "'" + String.join("' '", words) + "'";
        Path stdout = data.resolve("stdout");
        Process process = new ProcessBuilder("script", "-qefc", client, "/dev/null")
                .redirectOutput(stdout.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            await().until(() ->
                    store.get(tenth).status() == 200 && Files.readString(stdout).contains(" req/s"));
            process.getOutputStream().write(CTRL_C);
            process.getOutputStream().flush();

            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130);
            assertThat(Files.readString(stdout)).contains("cut short after ", " orders read back, 0 mismatches");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void loadTestWritesPlotsAndTablesOfEveryLoad() throws Exception {
        Path out = data.resolve("report");
        ProgramRun loadtest = ProgramRun.jar(
                "loadtest",
                store.address().toString(),
                "0.75",
                "--clients",
                "1,2",
                "--iterations",
                "30",
                "--duration",
                "300ms",
                "--warmup",
                "100ms",
                "--expect",
                "errors<0.1%",
                "--out",
                out.toString());

        assertThat(loadtest.exitCode()).as(loadtest.stderr()).isZero();
        assertThat(loadtest.stdout())
                .doesNotContain("the stock will not last")
                .containsPattern("(?m)^buy, 2 clients +buy +ok +[0-9]+ ")
                .containsPattern("(?m)^query, 1 client +query +ok +[0-9]+ ")
                .containsPattern("(?m)^mixed 0.75, 2 clients +query +ok +[0-9]+ ")
                .contains("\n" + out.resolve("report.html") + "\n")
                .endsWith("held: errors<0.1%: 0 % in \"buy, 1 client\"\n");
        for (String load : List.of("buy", "query", "mixed")) {
            assertThat(ImageIO.read(out.resolve(load + ".png").toFile()).getWidth())
                    .isGreaterThan(800);
        }
        assertThat(Files.readAllLines(out.resolve("results.csv"))).hasSize(1 + 2 * (1 + 1 + 2));
        assertThat(out.resolve("results.json")).content().containsPattern("\"commit\" : \"[0-9a-f]{7}(-dirty)?\"");
    }

    @Test
    void loadTestReportsAFolderThatCannotBeMadeAndTakesTheStoreFromTheEnvironment() throws Exception {
        Path file = Files.writeString(data.resolve("file"), "");
        ProcessBuilder command = new ProcessBuilder(
                Jars.command("loadtest", "--out", file.resolve("x").toString()));
        command.environment().put("TOYSTORE_STORE", store.address().toString());

        ProgramRun loadtest = ProgramRun.run(command);

        assertThat(loadtest.stderr())
                .matches("loadtest: the folder \\Q" + file.resolve("x") + "\\E cannot be made: .*Not a directory\n");
        assertThat(loadtest.exitCode()).isEqualTo(2);
    }

    @Test
    void loadTestRestocks() throws Exception {
        Files.writeString(
                data.resolve("catalog.json"), "{\"products\":[{\"name\":\"Tux\",\"price\":1,\"quantity\":10}]}");
        try (TestStore store = TestStore.open(data)) {
            ProcessBuilder command = new ProcessBuilder(Jars.command(
                    "loadtest",
                    "buy",
                    store.address().toString(),
                    "--requests",
                    "100",
                    "--restock",
                    "--warmup",
                    "0s",
                    "--out",
                    data.resolve("report").toString()));
            command.environment().put("TOYSTORE_ADMIN_TOKEN", TestStore.ADMIN_TOKEN);
            ProgramRun loadtest = ProgramRun.run(command);

            assertThat(loadtest.exitCode()).as(loadtest.stderr()).isZero();
            assertThat(loadtest.stdout())
                    .containsPattern("(?m)^buy, 5 clients +buy +ok +100 ")
                    .doesNotContain("sold-out");
        }
    }

    @Test
    void interruptedLoadTestWritesItsReport() throws Exception {
        Path out = data.resolve("report");
        ProgramRun loadtest = interrupted(
                List.of(
                        "loadtest",
                        "query",
                        store.address().toString(),
                        "--duration",
                        "10m",
                        "--warmup",
                        "0s",
                        "--out",
                        out.toString()),
                () -> Files.exists(out.resolve("histograms.hlog"))
                        && Files.readString(out.resolve("histograms.hlog")).contains("query.ok.latency"));

        assertThat(loadtest.exitCode()).as(loadtest.stderr()).isEqualTo(130);
        assertThat(loadtest.stdout())
                .containsPattern("(?m)^query, 5 clients +query +ok +[0-9]+ ")
                .contains("\ncut short: these are the results up to the interrupt\n");
        assertThat(out.resolve("results.json")).content().contains("\"cut_short\" : true");
        assertThat(out.resolve("report.html")).content().contains("This load test was interrupted");
    }

    /** Runs a program, and sends SIGINT once a condition is met. */
    private ProgramRun interrupted(List<String> command, Callable<Boolean> condition) throws Exception {
        // a build in the background may ignore the signal, and its children inherit that
        ProcessBuilder probe = new ProcessBuilder("env", "--default-signal=INT", "true");
        assumeTrue(ProgramRun.run(probe).exitCode() == 0, "env has no --default-signal");
        List<String> all = new ArrayList<>(List.of("env", "--default-signal=INT"));
        all.addAll(Jars.command(command.get(0), command.stream().skip(1).toArray(String[]::new)));
        Path stdout = data.resolve("stdout");
        Path stderr = data.resolve("stderr");
        Process process = new ProcessBuilder(all)
                .redirectOutput(stdout.toFile())
                .redirectError(stderr.toFile())
                .start();
        try {
            await().until(condition);
            ProgramRun.run(new ProcessBuilder("kill", "-INT", Long.toString(process.pid())));
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            return new ProgramRun(process.exitValue(), Files.readString(stdout), Files.readString(stderr));
        } finally {
            process.destroyForcibly();
        }
    }
}

package toystore.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.common.Address;
import toystore.process.ServiceProcess;

/** Every program as one starts it by hand. */
class CommandLineIT {
    @TempDir
    Path data;

    @ParameterizedTest
    @ValueSource(strings = {"catalog", "orders", "frontend", "client", "loadtest", "certs"})
    void helpsAndTellsItsVersion(String program) throws Exception {
        ProgramRun help = ProgramRun.jar(program, "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.stdout()).startsWith("Usage: " + program);

        ProgramRun version = ProgramRun.jar(program, "--version");
        assertThat(version.exitCode()).isZero();
        assertThat(version.stdout()).matches("Toy Store [0-9]+\\.[0-9]+\\.[0-9]+\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "catalog|--port|http|\"http\" is not a port; expected 0 (any free one) to 65535",
                "catalog|--port|65536|\"65536\" is not a port; expected 0 (any free one) to 65535",
                "frontend|--host|no.such.host.invalid|cannot listen on no.such.host.invalid:8080: the host "
                        + "no.such.host.invalid is unknown",
                "catalog|--host|0.0.0.0|--host is 0.0.0.0, which is not an address of this machine alone: give "
                        + "--peer-tls DIR (./toystore certs DIR makes the certificates), or --insecure-peers",
                "orders|--catalog|192.0.2.1:9001|--catalog is 192.0.2.1, which is not an address of this machine",
                "frontend|--orders|store.example:9002|--orders is store.example, which is not an address of this",
                "catalog|--peer-tls|no-such-folder|no-such-folder/ca",
                "orders|--catalog|localhost|\"localhost\" has no port; expected host:port",
                "orders|--port|-1|\"-1\" is not a port; expected 0 (any free one) to 65535",
                "frontend|--orders|:9002|\":9002\": the host is missing; expected host:port",
                "frontend|--session-threads|ten|'--session-threads': it is \"ten\"; expected 1 to 200, or virtual",
                "catalog|--checkpoint-orders|1e3|\"1e3\" is not understood; expected a whole number up to 2147483647",
                "catalog|--price-digits|5|--price-digits is 5; expected a whole number from 0 to 4",
                "orders|--keys|x|\"x\" is not understood; expected a whole number up to 2147483647",
                "frontend|--queue|abc|\"abc\" is not understood; expected a whole number up to 2147483647",
                "frontend|--queue|0|--queue is 0; expected 1 to 100000",
                "frontend|--head-timeout|0s|the head timeout is 0 ms; expected 1 ms to 24 h",
                "frontend|--colour|blue|Unknown options: '--colour', 'blue'",
                "client|--iterations|0|--iterations is 0; expected 1 or more",
                "client|--warmup|soon|\"soon\" is no span of time; expected one like 500ms, 10s, 2m or 1h",
                "client|--think-time|25h|--think-time is 25 h; expected at most 24 h",
                "client|127.0.0.1|many|\"many\" is not understood; expected a whole number up to 2147483647",
                "loadtest|127.0.0.1|1.5|probability is \"1.5\"; expected a number from 0 to 1",
            })
    void saysInOneLineWhatIsWrongWithAFlag(String program, String flag, String value, String complaint)
            throws Exception {
        ProgramRun failed = ProgramRun.run(inDataFolder(Jars.command(program, flag, value)));

        assertThat(failed.exitCode()).isIn(1, 2);
        assertThat(failed.stdout()).isEmpty();
        assertThat(failed.stderr().lines()).hasSize(1);
        assertThat(failed.stderr()).startsWith(program).contains(complaint);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "frontend|TOYSTORE_PORT|banana|TOYSTORE_PORT: \"banana\" is not a port; expected 0 (any free "
                        + "one) to 65535; ",
                "orders|TOYSTORE_KEYS|many|TOYSTORE_KEYS: \"many\" is not understood; expected a whole number "
                        + "up to 2147483647; ",
                "frontend|TOYSTORE_QUEUE|0|TOYSTORE_QUEUE is 0; expected 1 to 100000",
                "catalog|TOYSTORE_HOST|0.0.0.0|TOYSTORE_HOST is 0.0.0.0, which is not an address of this machine alone: ",
                "orders|TOYSTORE_CATALOG|10.0.0.1:9001|TOYSTORE_CATALOG is 10.0.0.1, which is not an address of this ",
                "catalog|TOYSTORE_INSECURE_PEERS|maybe|TOYSTORE_INSECURE_PEERS: \"maybe\" is not understood; expected "
                        + "true or false; ",
                "frontend|TOYSTORE_ACCESS_LOG|yes|TOYSTORE_ACCESS_LOG: \"yes\" is neither on nor off; ",
                "client|TOYSTORE_STORE|:80|TOYSTORE_STORE: \":80\": the host is missing; expected ",
                "client|TOYSTORE_ITERATIONS|0|TOYSTORE_ITERATIONS is 0; expected 1 or more",
                "loadtest mixed|TOYSTORE_REPEAT|0|TOYSTORE_REPEAT is 0; expected 1 to 100",
                "loadtest mixed|TOYSTORE_CLIENTS|few|TOYSTORE_CLIENTS: \"few\" is not understood; expected a "
                        + "whole number up to 2147483647; ",
            })
    void namesTheVariableThatIsWrong(String program, String variable, String value, String complaint) throws Exception {
        List<String> words = List.of(program.split(" ", -1));
        ProcessBuilder command = inDataFolder(Jars.command(words.get(0)));
        command.command().addAll(words.subList(1, words.size()));
        command.environment().put(variable, value);

        ProgramRun failed = ProgramRun.run(command);

        assertThat(failed.exitCode()).isEqualTo(2);
        assertThat(failed.stderr().lines()).hasSize(1);
        assertThat(failed.stderr()).startsWith(program + ": " + complaint);
    }

    @Test
    void namesTheFlagThatIsWrongThoughThereIsAVariable() throws Exception {
        ProcessBuilder command = inDataFolder(Jars.command("frontend", "--port", "apple", "--queue", "0"));
        command.environment().put("TOYSTORE_PORT", "banana");

        assertThat(ProgramRun.run(command).stderr())
                .startsWith("frontend: Invalid value for option '--port': \"apple\" is not a port; ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "catalog --help",
                "orders --version",
                "orders audit --help",
                "frontend --help",
                "client --version",
                "loadtest --help",
                "catalog --port 0",
                "orders --port 0",
                "frontend --port 0",
            })
    void failsAndSaysSoWhenItsOutputCannotBeWritten(String line) throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full");
        List<String> words = List.of(line.split(" "));
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" > /dev/full", "sh"));
        command.addAll(Jars.command(words.get(0), words.stream().skip(1).toArray(String[]::new)));

        ProgramRun failed = ProgramRun.run(inDataFolder(command));

        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.stderr())
                .contains(words.get(0))
                .contains(": not all of the output could be written to stdout: the disk is full, or the reader "
                        + "has closed it\n")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"catalog", "orders", "frontend"})
    void saysThatItsPortIsTaken(String program) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(other.getLocalPort());

            ProgramRun failed = ProgramRun.run(inDataFolder(Jars.command(program, "--port", port)));

            assertThat(failed.exitCode()).isEqualTo(1);
            assertThat(failed.stderr())
                    .isEqualTo(program + ": cannot listen on 127.0.0.1:" + port
                            + ": the port is taken by another process\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"catalog", "orders", "frontend"})
    void picksAFreePortSaysWhichAndExitsWithZeroOnSigterm(String program) throws Exception {
        String[] arguments = program.equals("frontend")
                ? new String[] {"--port", "0", "--access-log", "on"}
                : new String[] {"--port", "0", "--access-log", "on", "--data", data.toString()};
        try (ServiceProcess process = Jars.start(data, program, arguments)) {
            assertThat(process.address().port()).isPositive();
            int traced = program.equals("frontend") ? 0 : 3000;
            sendTraced(process.address(), traced);

            assertThat(process.terminate()).isZero();
            assertThat(process.log()).contains(program + " has stopped");
            assertThat(process.log().lines().filter(line -> line.matches(".* t-[0-9]+ stats 1 in [0-9.]+ ms")))
                    .hasSize(traced);
        }
    }

    @Test
    void finishesItsStartAndExitsWithZeroOnASigtermBeforeItServes() throws Exception {
        // a pipe: the catalog waits for what is in it
        Path file = data.resolve("catalog.json");
        assertThat(ProgramRun.run(new ProcessBuilder("mkfifo", file.toString())).exitCode())
                .isZero();
        Process catalog = new ProcessBuilder(Jars.command("catalog", "--port", "0", "--data", data.toString()))
                .redirectError(data.resolve("log").toFile())
                .start();
        try (OutputStream contents = Files.newOutputStream(file)) { // opens when the catalog does
            catalog.destroy();
            contents.write("{\"products\":[]}".getBytes(UTF_8));
        }

        assertThat(catalog.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(catalog.exitValue()).isZero();
        assertThat(data.resolve("log")).content().contains("catalog has stopped");
    }

    @Test
    void takesFlagsFromTheEnvironmentUnlessTheyAreGiven() throws Exception {
        ProcessBuilder command = new ProcessBuilder(Jars.command("catalog", "--port", "0"));
        command.environment().put("TOYSTORE_CATALOG_PORT", "1");
        command.environment().put("TOYSTORE_DATA", data.resolve("here").toString());
        command.environment().put("TOYSTORE_CATALOG_METRICS_PORT", "0");
        command.environment().put("TOYSTORE_ACCESS_LOG", "on");
        try (ServiceProcess process =
                ServiceProcess.start("catalog", command, data.resolve("log")).awaitReady()) {
            assertThat(process.address().port()).isGreaterThan(1);
            assertThat(data.resolve("here/catalog.json")).exists();
            sendTraced(process.address(), 1);
            assertThat(process.terminate()).isZero();
            assertThat(process.log())
                    .containsPattern("metrics on http://127\\.0\\.0\\.1:[0-9]+/metrics\n")
                    .contains(" t-0 stats 1 in ");
        }
    }

    @Test
    void keepsASecondProcessOffTheFolderOfARunningOne() throws Exception {
        try (ServiceProcess first = Jars.start(data, "orders", "--port", "0", "--data", data.toString())) {
            ProgramRun second = ProgramRun.jar("orders", "--port", "0", "--data", data.toString());

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.stderr())
                    .startsWith("orders: the data folder " + data + " is in use by another orders process");
            assertThat(first.terminate()).isZero();
        }
    }

    @Test
    void refusesACatalogFileThatIsNone() throws Exception {
        Files.writeString(
                data.resolve("catalog.json"), "{\"products\":[\n{\"name\":\"Tux\",\"price\":-1,\"quantity\":1}]}");

        ProgramRun failed = ProgramRun.jar("catalog", "--port", "0", "--data", data.toString());

        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.stderr())
                .isEqualTo("catalog: " + data.resolve("catalog.json")
                        + " line 2, column 38, products[0]: price is -1; expected 0 to 1000000000\n");
    }

    @Test
    void endsAndSaysSoWhenTheOrderLogCannotBeWritten() throws Exception {
        Files.writeString(
                data.resolve("toys.json"), "{\"products\":[{\"name\":\"Tux\",\"price\":1,\"quantity\":1000}]}");
        try (TestStore store = new TestStore(data)) {
            store.start("catalog");
            store.start("frontend");
            // from 80 KiB on, the system refuses every write of this process to a file: the log has room once
            ServiceProcess orders = store.start("orders", "ulimit -f 80 && exec ");
            store.awaitReady();

            int placed = 0;
            TestStore.Response answer = store.order("Tux", 1);
            for (; answer.status() == 201; answer = store.order("Tux", 1)) {
                placed++;
            }

            assertThat(placed).isBetween(200, 400);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.error()).contains("it is not known whether the order was stored", "File too large");
            assertThat(orders.awaitExit()).isEqualTo(1);
            store.start("orders");
            assertThat(store.get("/orders/" + placed).status()).isEqualTo(200);
            assertThat(store.get("/orders/" + (placed + 1)).status()).isEqualTo(404);
            assertThat(store.order("Tux", 1).data().get("order_number").intValue())
                    .isEqualTo(placed + 1);
        }
    }

    /** Asks a service so often for its counters, under the traces t-0, t-1, … and has every answer. */
    private static void sendTraced(Address service, int times) throws IOException {
        try (Socket socket = new Socket(service.host(), service.port())) {
            String requests = IntStream.range(0, times)
                    .mapToObj(i -> "{\"type\":\"stats\",\"trace\":\"t-" + i + "\"}\n")
                    .collect(Collectors.joining());
            socket.getOutputStream().write(requests.getBytes(UTF_8));
            socket.shutdownOutput();
            assertThat(new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)).lines())
                    .hasSize(times);
        }
    }

    /** In a folder where the default {@code data} does no harm. */
    private ProcessBuilder inDataFolder(List<String> command) throws IOException {
        return new ProcessBuilder(command).directory(data.toFile());
    }
}

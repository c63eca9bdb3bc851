package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the commands that the documents show, each document with a new store, and compares the output with that in the
 * document. Times, ids and measured values are not compared.
 */
class ExamplesIT {
    /** What is not run: it builds, takes minutes, does not end, needs other servers, or its output depends on chance. */
    private static final Pattern NOT_RUN = Pattern.compile(
            "(mvn|alias|export|git|openssl s_client|patronictl|psql) .*|.*(chaos --minutes|toystore (lab|watch)|find-max|\"watch\"|loadtest compare).*");

    private static final Pattern INTERRUPTED = Pattern.compile("\\^C.*");

    /** The rest has an output that depends on the machine, so it may have more lines than the document shows. */
    private static final Pattern EXACT = Pattern.compile("(curl|printf) .*");

    private static final Pattern TRACE = Pattern.compile("\\./toystore trace (\\S+)");

    /** What the commands mean: those of the documents take the programs from the PATH. */
    private static final String SHELL = """
            curl() { command curl -sS "$@"; }
            loadtest() { "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "$LOADTEST" "$@"; }
            exec 2>&1
            """;

    private static final Map<String, String> VARIABLE = new LinkedHashMap<>();

    static {
        VARIABLE.put("\"time\":\"[^\"]*\"", "\"time\":TIME");
        VARIABLE.put("\"version\":[0-9]+", "\"version\":VERSION");
        VARIABLE.put("\"uptime_seconds\":[0-9]+", "\"uptime_seconds\":SECONDS");
        VARIABLE.put("\"traffic\":\\{[^}]*}", "\"traffic\":COUNTS");
        VARIABLE.put("Date: .*", "Date: DATE");
        VARIABLE.put("X-Request-Id: .*", "X-Request-Id: ID");
    }

    /** Of programs that measure; and verdicts, which depend on it. */
    private static final Map<String, String> MEASURED = new LinkedHashMap<>();

    static {
        MEASURED.put("^(NOT HELD|held):", "VERDICT:");
        MEASURED.put("\"epoch\":\"[^\"]*\"", "\"epoch\":EPOCH");
        MEASURED.put("(?<!\"code\":)(?<![0-9.])[0-9]+([.][0-9]+)?", "#");
        MEASURED.put(" (catalog-reply-reader|orders-log|[a-z]+-session-#) ", " THREAD ");
        MEASURED.put("[█▏→]+", "BAR");
    }

    @TempDir
    static Path folder;

    private static Launcher launcher;
    private static Map<String, String> addresses;

    @BeforeAll
    static void open() throws IOException {
        launcher = new Launcher(folder);
        launcher.environment.put("TOYSTORE_ADMIN_TOKEN", "example-admin-token");
        launcher.environment.put("TOYSTORE_WARMUP", "20ms");
        launcher.environment.put("TOYSTORE_ITERATIONS", "10");
        launcher.environment.put("TOYSTORE_DURATION", "50ms");
        launcher.environment.put("LOADTEST", Jars.of("loadtest").toString());
        launcher.environment.put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1"); // programs live for seconds
        launcher.environment.put("LC_ALL", "C.UTF-8");
        Files.createSymbolicLink(folder.resolve("toystore"), Jars.root().resolve("toystore"));
        ProgramRun up = launcher.run("up");
        assertThat(up.exitCode()).as(up.stderr()).isZero();

        String store = "127.0.0.1:" + launcher.environment.get("TOYSTORE_PORT");
        addresses = Map.of(
                "127.0.0.1:8080",
                store,
                "127.0.0.1:8090",
                store,
                "127.0.0.1 9001",
                "127.0.0.1 " + launcher.environment.get("TOYSTORE_CATALOG_PORT"),
                "127.0.0.1 9002",
                "127.0.0.1 " + launcher.environment.get("TOYSTORE_ORDERS_PORT"));
        launcher.environment.put("TOYSTORE_STORE", store);
    }

    @AfterAll
    static void close() {
        launcher.close();
    }

    static List<Document> documents() throws IOException {
        return Document.all().stream()
                .filter(document -> document.examples().stream().anyMatch(ExamplesIT::canRun))
                .toList();
    }

    private static boolean canRun(Document.Example example) {
        return !example.output().isEmpty()
                && !NOT_RUN.matcher(example.command()).matches()
                && example.output().stream()
                        .noneMatch(line -> INTERRUPTED.matcher(line).matches());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void printsWhatTheDocumentShows(Document document) throws Exception {
        for (String program : List.of("curl", "nc")) {
            assumeThat(ProgramRun.run(new ProcessBuilder("bash", "-c", "command -v " + program))
                            .exitCode())
                    .as(program + " is installed")
                    .isZero();
        }
        ProgramRun reset = launcher.run("reset", "--yes");
        assertThat(reset.exitCode()).as(reset.stderr()).isZero();

        for (Document.Example example : document.examples()) {
            if (canRun(example)) {
                run(example);
            }
        }
    }

    private static void run(Document.Example example) throws Exception {
        Matcher trace = TRACE.matcher(example.command());
        if (trace.matches()) {
            order(trace.group(1));
        }
        String output = output(shortened(example.command()));

        boolean exact = EXACT.matcher(example.command()).matches();
        String found = comparable(output.lines().toList(), example.command());
        if (exact) {
            assertThat(found).as("%s%n%s", example, output).isEqualTo(comparable(example.output(), example.command()));
            return;
        }
        int from = 0;
        for (String line : withoutWarnings(example.output())) {
            for (String part : line.split("…", -1)) {
                String expected = comparable(List.of(part), example.command());
                int at = found.indexOf(expected, from);
                assertThat(at)
                        .as("%s%n%s%nhas no \"%s\" in%n%s", example, output, expected, found.substring(from))
                        .isNotNegative();
                from = at + expected.length();
            }
        }
    }

    /** With the addresses of this store, and with as few requests as print what the document shows. */
    private static String shortened(String command) {
        String text = command.replaceAll("--warmup \\S+", "--warmup 20ms")
                .replaceAll("--duration \\S+", command.contains("sweep") ? "--duration 50ms" : "--requests 100");
        for (Map.Entry<String, String> address : addresses.entrySet()) {
            text = text.replaceAll(Pattern.quote(address.getKey()) + "(?![0-9])", address.getValue());
        }
        return text;
    }

    private static String output(String command) throws IOException {
        ProcessBuilder shell = launcher.command();
        shell.command(List.of("bash", "-c", SHELL + command));
        return ProgramRun.run(shell, Duration.ofMinutes(3)).stdout();
    }

    /** In one line, as documents break long lines. */
    private static String comparable(List<String> lines, String command) {
        Map<String, String> variable = command.startsWith("curl ") ? VARIABLE : MEASURED;
        return withoutWarnings(lines).stream()
                .map(line -> {
                    String text = line.strip();
                    for (Map.Entry<String, String> entry : variable.entrySet()) {
                        text = text.replaceAll(entry.getKey(), entry.getValue());
                    }
                    return text;
                })
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining(" "))
                .replaceAll("\\s+", " ");
    }

    /** A load test warns of what this machine did. */
    private static List<String> withoutWarnings(List<String> lines) {
        List<String> rest = new ArrayList<>();
        boolean warning = false;
        for (String line : lines) {
            warning = line.startsWith("! ") || (warning && line.startsWith("  "));
            if (!warning) {
                rest.add(line);
            }
        }
        return rest;
    }

    private static void order(String id) throws IOException, InterruptedException {
        HttpRequest order = HttpRequest.newBuilder(URI.create("http://" + addresses.get("127.0.0.1:8080") + "/orders"))
                .header("Content-Type", "application/json")
                .header("X-Request-Id", id)
                .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":1}"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(order, BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(201);
    }
}

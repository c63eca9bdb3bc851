package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that runs a store, as one uses it from a terminal. */
class LauncherIT {
    private static final String ADMIN_TOKEN = TestStore.ADMIN_TOKEN;
    private static final Pattern OPEN = Pattern.compile("The store is open: (http://127\\.0\\.0\\.[12]:[0-9]+)");

    /** As the launcher prints it, to be typed again: a clone may be in a folder whose name has a space. */
    private static final String SCRIPT =
            Jars.root().resolve("toystore").toString().replace(" ", "\\ ");

    @TempDir
    static Path shared;

    /** Of a store for tests that leave it open; its data folder has a space in its name. */
    private static Launcher open;

    private static ProgramRun opened;

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private Launcher launcher;

    @BeforeAll
    static void open() throws IOException {
        open = new Launcher(shared);
        open.environment.put("TOYSTORE_DATA", myStore().toString());
        open.environment.put("TOYSTORE_JAVA_OPTS", "-XX:+UseSerialGC"); // with both compilers
        open.environment.put("TOYSTORE_QUEUE", "100");
        open.environment.put("TOYSTORE_ACCESS_LOG", "off"); // so that its logs stay short
        opened = open.run("up");
    }

    @AfterAll
    static void close() {
        open.close();
    }

    @BeforeEach
    void choosePorts() throws IOException {
        launcher = new Launcher(folder);
    }

    private static Path myStore() {
        return shared.resolve("my store");
    }

    @AfterEach
    void stopWhatRuns() {
        launcher.close();
    }

    @Test
    void opensAStoreAndClosesItAndOpensItAgainAsItWas() throws Exception {
        ProgramRun first = toystore("up");
        String store = address(first);
        String data = folder.toRealPath() + "/data";
        assertThat(first.stdout()).endsWith("""

                        The store is open: %1$s/

                        Open this page in a browser, or try
                          %2$s client --data %3$s
                          curl %1$s/products/Tux
                          curl -d '{"name":"Tux","quantity":5}' -H 'Content-Type: application/json' %1$s/orders
                          %2$s down --data %3$s
                        The files of the store are in %3$s
                        """.formatted(store, SCRIPT, data));
        assertThat(get(store + "/products/Tux")).contains("\"quantity\":100");
        order(store);

        ProgramRun again = toystore("up");
        assertThat(again.exitCode()).isZero();
        assertThat(again.stdout())
                .contains("catalog runs already", "orders runs already", "frontend runs already")
                .endsWith("\nThe store is open: " + store + "/\n");

        ProgramRun elsewhere = toystore("up", "--port", "1");
        assertThat(elsewhere.exitCode()).isEqualTo(1);
        assertThat(elsewhere.stderr())
                .startsWith("toystore: --port is 1, but the store in ")
                .contains(" is open with ", "; " + SCRIPT + " down --data ");
        ProgramRun otherHost = toystore("up", "--host", "127.0.0.2");
        assertThat(otherHost.exitCode()).isEqualTo(1);
        assertThat(otherHost.stderr())
                .matches("toystore: --host is 127\\.0\\.0\\.2, but the store in .* is open with 127\\.0\\.0\\.1; .*\n");

        ProgramRun down = toystore("down");
        assertThat(down.exitCode()).isZero();
        assertThat(down.stdout()).isEqualTo("frontend stopped\norders stopped\ncatalog stopped\n");
        assertThat(toystore("down").stdout()).startsWith("nothing runs in ");
        assertThat(toystore("trace", "my-order").stdout())
                .containsSubsequence("frontend", "POST /orders 201", "orders", "place 1", "catalog", "reserve 1");

        store = up();
        assertThat(get(store + "/products/Tux")).contains("\"quantity\":95");
        assertThat(get(store + "/orders/1")).contains("\"order_number\":1");
    }

    @Test
    void givesRequestsPrecedenceOverTheCompilerThatIsNotUrgent() throws Exception {
        for (String service : TestStore.SERVICES) {
            Map<String, Integer> niceness = niceness(service);
            assertThat(niceness.get("C2 CompilerThre")).as(service).isEqualTo(10);
            assertThat(niceness.get("C1 CompilerThre")).as(service).isEqualTo(niceness.get("java"));
        }
    }

    /** The nice values of the threads of a service, by their names, of which Linux keeps 15 characters. */
    private static Map<String, Integer> niceness(String service) throws IOException {
        Path tasks = Path.of("/proc", pid(myStore(), service), "task");
        Map<String, Integer> niceness = new HashMap<>();
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                String stat = Files.readString(thread.resolve("stat")); // proc(5): 1234 (name) S …, nice is the 19th
                int end = stat.lastIndexOf(')');
                String name = stat.substring(stat.indexOf('(') + 1, end);
                niceness.merge(name, Integer.parseInt(stat.substring(end + 2).split(" ", -1)[16]), Math::max);
            }
        }
        return niceness;
    }

    @Test
    void tellsWhatRunsAndWhatItLogged() throws Exception {
        ProgramRun nothing = toystore("status");
        assertThat(nothing.exitCode()).isEqualTo(1);
        assertThat(nothing.stdout()).startsWith("catalog   stopped\norders    stopped\nfrontend  stopped\n");
        assertThat(toystore("logs").stderr()).contains("there is no log yet in ");

        ProgramRun all = open.run("status");
        assertThat(all.exitCode()).isZero();
        assertThat(all.stdout())
                .containsPattern("orders +runs +pid [0-9]+ +127\\.0\\.0\\.1:[0-9]+\n")
                .endsWith("the store is open: " + address(opened) + "/\n");

        assertThat(open.run("logs", "orders").stdout())
                .contains("orders serves on 127.0.0.1:")
                .doesNotContain("frontend serves");
        assertThat(open.run("logs").stdout()).contains("catalog serves on", "orders serves on", "frontend serves on");
        assertThat(open.run("logs", "catalog", "--lines", "1").stdout().lines()).hasSize(1);
        assertThat(open.run("logs", "--lines=ten").stderr())
                .isEqualTo("toystore: --lines is \"ten\"; expected a number of lines\n");
    }

    @Test
    void startsAServiceAnewThatWasKilled() throws Exception {
        String store = up();
        order(store);
        kill("-KILL", "orders");

        ProgramRun status = toystore("status");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.stdout())
                .contains("orders    stopped\n")
                .containsPattern("the store is not ready: orders at 127\\.0\\.0\\.1:[^\"{}]*\n");

        ProgramRun up = toystore("up");
        assertThat(up.stdout()).contains("catalog runs already", "orders serves on", "frontend runs already");
        assertThat(get(store + "/orders/1")).contains("\"order_number\":1");
    }

    @Test
    void bringsServicesBackWhereTheyWere() throws Exception {
        launcher.environment.put("TOYSTORE_ADMIN_TOKEN", ADMIN_TOKEN);
        String store = address(
                toystore("up", "--port", "0", "--catalog-port", "0", "--orders-port", "0", "--host", "127.0.0.2"));
        List<String> where = runningAt();
        Launcher.PORTS.forEach(launcher.environment::remove);
        launcher.environment.remove("TOYSTORE_ADMIN_TOKEN");
        assertThat(Files.getPosixFilePermissions(launcher.data().resolve("run/settings")))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

        kill("-KILL", "orders");
        kill("-KILL", "frontend");
        ProgramRun elsewhere = toystore("up", "--orders-port", "1");
        assertThat(elsewhere.stderr()).startsWith("toystore: --orders-port is 1, but the store in ");
        assertThat(toystore("up").exitCode()).isZero();
        assertThat(runningAt()).isEqualTo(where);
        assertThat(restock(store)).isEqualTo(200);

        for (String service : List.of("catalog", "orders", "frontend")) {
            kill("-KILL", service);
        }
        assertThat(address(toystore("up"))).isEqualTo(store);
        assertThat(runningAt()).isEqualTo(where);

        toystore("down");
        assertThat(launcher.data().resolve("run/settings")).doesNotExist();
    }

    @Test
    void refusesASettingThatAnOpenStoreDoesNotHave() throws Exception {
        Launcher again = new Launcher(shared);
        again.environment.putAll(open.environment);
        again.run("up");

        again.environment.put("TOYSTORE_ADMIN_TOKEN", ADMIN_TOKEN);
        ProgramRun newSetting = again.run("up");
        again.environment.remove("TOYSTORE_ADMIN_TOKEN");
        again.environment.put("TOYSTORE_QUEUE", "200");
        ProgramRun otherValue = again.run("up");

        assertThat(newSetting.exitCode()).isEqualTo(1);
        assertThat(newSetting.stderr())
                .startsWith("toystore: TOYSTORE_ADMIN_TOKEN is not as it was when the store in ")
                .doesNotContain(ADMIN_TOKEN);
        assertThat(otherValue.stderr()).startsWith("toystore: TOYSTORE_QUEUE is not as it was when the store in ");
        assertThat(Files.readString(myStore().resolve("run/settings"))).doesNotContain(ADMIN_TOKEN);
    }

    @Test
    void closesAStoreAlsoIfItCannotSaySo() throws Exception {
        assumeThat(Path.of("/dev/full")).exists();
        up();
        ProcessBuilder command = launcher.command("down");
        command.command().addAll(0, List.of("bash", "-c", "exec \"$@\" >/dev/full", "bash"));

        ProgramRun down = ProgramRun.run(command);

        assertThat(down.exitCode()).isEqualTo(1);
        assertThat(down.stderr())
                .isEqualTo("toystore: not all of the output could be written to stdout: the disk is full, or the reader"
                        + " has closed it\n");
        assertThat(toystore("status").stdout()).startsWith("catalog   stopped\norders    stopped\nfrontend  stopped\n");
    }

    @Test
    void killsAServiceThatDoesNotStopAndSaysSo() throws Exception {
        up();
        kill("-STOP", "catalog");

        ProgramRun down = toystore("down");

        assertThat(down.exitCode()).isZero();
        assertThat(down.stdout())
                .startsWith("frontend stopped\norders stopped\n")
                .containsPattern("catalog had to be killed: it did not stop in 2 s \\(pid [0-9]+\\)");
        assertThat(toystore("status").stdout()).startsWith("catalog   stopped\n");
    }

    @Test
    void goesBackToTheStartAndOpensAStoreAgainWhereItWas() throws Exception {
        launcher.environment.put("TOYSTORE_ADMIN_TOKEN", ADMIN_TOKEN);
        String store = address(toystore("up", "--port", "0", "--catalog-port", "0", "--host", "127.0.0.2"));
        launcher.environment.remove("TOYSTORE_ADMIN_TOKEN");
        List<String> where = runningAt();
        order(store);

        ProgramRun unasked = toystore("reset");
        assertThat(unasked.exitCode()).isEqualTo(1);
        assertThat(unasked.stderr()).contains("say --yes if that is meant");
        assertThat(get(store + "/orders/1")).contains("\"order_number\":1");

        ProgramRun reset = toystore("reset", "--yes");
        assertThat(reset.exitCode()).as(reset.stderr()).isZero();
        assertThat(runningAt()).isEqualTo(where);
        assertThat(get(store + "/products/Tux")).contains("\"quantity\":100");
        assertThat(get(store + "/orders/1")).contains("order not found");
        assertThat(restock(store)).isEqualTo(200);

        toystore("down");
        assertThat(toystore("reset", "--yes").exitCode()).isZero();
        try (var files = Files.list(folder.resolve("data"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("catalog.lock", "orders.lock", "toystore.lock", "logs");
        }
    }

    /**
     * A lock file still names the process of a service that has ended, and the system gives its id to another process.
     */
    @Test
    void takesNoServiceOfAnotherStoreForOneOfThisStore() throws Exception {
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.copy(myStore().resolve("run/catalog.pid"), other.resolve("catalog.lock"));

        assertThat(toystore("status", "--data", other.toString()).stdout()).startsWith("catalog   stopped\n");
    }

    @Test
    void keepsItsHandsOffServicesThatItDidNotStart() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        try (TestStore store = TestStore.open(data)) {
            assertThat(store.order("Tux", 5).status()).isEqualTo(201);

            ProgramRun reset = toystore("reset", "--yes");
            assertThat(reset.exitCode()).isEqualTo(1);
            assertThat(reset.stderr())
                    .matches("toystore: nothing was deleted: catalog runs in \\Q" + data.toRealPath()
                            + "\\E \\(pid [0-9]+\\), but was not started by ./toystore; stop it first\n");
            ProgramRun status = toystore("status");
            assertThat(status.exitCode()).isZero();
            assertThat(status.stdout())
                    .containsPattern("catalog   runs     pid [0-9]+ +but was not started by ./toystore\n")
                    .containsPattern("orders    runs     pid [0-9]+ +but was not started by ./toystore\n")
                    .containsPattern("frontend  runs     pid [0-9]+ +but was not started by ./toystore\n");
            assertThat(toystore("down").stdout())
                    .contains("catalog is left alone", "orders is left alone", "frontend is left alone");
            assertThat(toystore("up").stderr()).startsWith("toystore: catalog runs in " + data.toRealPath() + " (pid ");
            assertThat(toystore("status", "--data", other()).stdout()).contains("frontend  stopped\n");
            assertThat(store.get("/orders/1").status()).isEqualTo(200);
        }
        assertThat(toystore("reset", "--yes").exitCode()).isZero();
    }

    @Test
    void makesNoFolderOfAMisspeltName() throws Exception {
        assertThat(toystore("status", "--data", other()).stdout()).endsWith("there is no folder " + other() + "\n");
        assertThat(toystore("down", "--data", other()).stdout())
                .isEqualTo("nothing runs in " + other() + ": there is no such folder\n");
        assertThat(toystore("reset", "--yes", "--data", other()).stderr()).contains("there is no folder " + other());
        assertThat(folder.resolve("other")).doesNotExist();

        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(toystore("up", "--data", file.toString()).stderr())
                .isEqualTo("toystore: the data folder " + file + " is a file\n");
    }

    @Test
    void runsTwoStoresSideBySide() throws Exception {
        String one = address(opened);
        String before = get(one + "/products/Tux");
        ProgramRun second = toystore("up", "--port", "0", "--catalog-port=0", "--orders-port", "0");
        String two = address(second);
        order(two);

        assertThat(two).isNotEqualTo(one);
        assertThat(get(one + "/products/Tux")).isEqualTo(before);
        assertThat(get(two + "/products/Tux")).contains("\"quantity\":95");
        toystore("down", "--data=" + launcher.data());
        assertThat(open.run("status").exitCode()).isZero();
    }

    @Test
    void runsTheClientAndTheLoadTestInItsStore() throws Exception {
        String other = other();
        ProgramRun none = toystore("client", "--data", other);
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.stderr())
                .startsWith("toystore: no store of ./toystore runs in " + other + ": " + SCRIPT + " up");

        String data = myStore().toString();
        assertThat(opened.stdout()).contains("  " + SCRIPT + " client --data " + shared.toRealPath() + "/my\\ store\n");
        ProgramRun client = toystore("client", "--seed", "7", "--data", data);
        assertThat(client.exitCode()).isZero();
        assertThat(client.stdout())
                .startsWith("5 shoppers at " + address(opened).substring("http://".length()))
                .contains("0 mismatches");

        String nobody = "127.0.0.1:" + launcher.environment.get("TOYSTORE_PORT");
        ProgramRun named = toystore("loadtest", "query", "--clients", "1", nobody);
        assertThat(named.stderr()).startsWith(SCRIPT + " loadtest query: " + nobody + " cannot be reached");
        launcher.environment.put("TOYSTORE_STORE", nobody);
        assertThat(toystore("client").stderr()).startsWith("client: " + nobody + " cannot be reached");
        assertThat(toystore("client", "--data", other).stderr())
                .startsWith("toystore: no store of ./toystore runs in ");
        ProgramRun loadtest = toystore("loadtest", "--help");
        assertThat(loadtest.stdout()).startsWith("Usage: " + SCRIPT + " loadtest");
    }

    @Test
    void saysThatAServiceDiesAtItsStart() throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("data")).resolve("catalog.json"), "no catalog");

        ProgramRun up = toystore("up");

        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.stderr()).contains("catalog did not start", "catalog.json line 1, column 1: not JSON");
    }

    @Test
    void stopsWhatItHasStartedWhenAServiceDiesAtItsStart() throws Exception {
        Files.writeString(
                Files.createDirectories(folder.resolve("data")).resolve("orders-00000000000000000001.log"), "no log\n");

        ProgramRun up = toystore("up");

        assertThat(up.exitCode()).isEqualTo(1);
        assertThat(up.stderr())
                .contains("orders did not start")
                .endsWith("toystore: the store is not open; stopped what this command had started: catalog orders\n");
        assertThat(Launcher.processesIn(folder)).isEmpty();
        assertThat(toystore("status").stdout()).isEqualTo("catalog   stopped\norders    stopped\nfrontend  stopped\n");
    }

    @Test
    void saysThatItFindsNoSuchRequest() throws Exception {
        ProgramRun nowhere = toystore("trace", "7d1f");
        assertThat(nowhere.exitCode()).isEqualTo(1);
        assertThat(nowhere.stderr())
                .isEqualTo(SCRIPT + " trace: there is no log yet in " + folder
                        + "/data/logs; --data names the folder of a store\n");
        assertThat(toystore("trace", "a b").exitCode()).isEqualTo(2);
        assertThat(toystore("trace", "7d1f", "--lines", "1").exitCode()).isEqualTo(2);
        assertThat(toystore("trace").exitCode()).isEqualTo(2);
    }

    @Test
    void explainsItself() throws Exception {
        assertThat(toystore("help").stdout()).startsWith("usage: " + SCRIPT + " COMMAND");
        assertThat(toystore().stdout()).startsWith("usage: " + SCRIPT + " COMMAND");

        for (String command : List.of("chaos", "certs", "audit", "trace", "watch", "db local start", "export")) {
            assertThat(toystore((command + " --help").split(" ", -1)).stdout())
                    .startsWith("Usage: " + SCRIPT + " " + command);
        }

        ProgramRun unknown = toystore("open");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.stderr()).isEqualTo("toystore: open is no command; " + SCRIPT + " help lists them\n");
        assertThat(toystore("up", "--prot", "1").stderr()).startsWith("toystore: --prot is not understood by up; ");
        assertThat(toystore("up", "--port").stderr()).isEqualTo("toystore: --port needs a value\n");
        assertThat(toystore("logs", "shop").stderr()).startsWith("toystore: logs of shop?");

        ProgramRun port = toystore("up", "--orders-port", "abc");
        assertThat(port.exitCode()).isEqualTo(2);
        assertThat(port.stderr()).isEqualTo("toystore: --orders-port is \"abc\"; expected 0 (any free one) to 65535\n");
        assertThat(toystore("up", "--port", "65536").stderr()).startsWith("toystore: --port is \"65536\"");

        Path link = Files.createSymbolicLink(folder.resolve("link"), Jars.root().resolve("toystore"));
        Launcher linked = new Launcher(folder, link);
        assertThat(linked.run("--version").stdout()).matches("Toy Store [0-9]+\\.[0-9]+\\.[0-9]+\n");
        assertThat(linked.run("help").stdout()).startsWith("usage: " + link + " COMMAND");
        Files.delete(link);
    }

    /** Where each service says that it runs. */
    private List<String> runningAt() throws IOException {
        return toystore("status")
                .stdout()
                .lines()
                .map(line -> line.replaceFirst("pid [0-9]+ *", ""))
                .toList();
    }

    private String up() throws IOException {
        return address(toystore("up"));
    }

    private static String address(ProgramRun up) {
        assertThat(up.exitCode()).as(up.stdout() + up.stderr()).isZero();
        Matcher matcher = OPEN.matcher(up.stdout());
        assertThat(matcher.find()).as(up.stdout()).isTrue();
        return matcher.group(1);
    }

    private ProgramRun toystore(String... arguments) throws IOException {
        return launcher.run(arguments);
    }

    private String other() {
        return launcher.other().toString();
    }

    private void kill(String signal, String service) throws IOException {
        assertThat(ProgramRun.run(new ProcessBuilder(
                                "bash", "-c", "kill " + signal + " " + pid(launcher.data(), service)))
                        .exitCode())
                .isZero();
    }

    private static String pid(Path data, String service) throws IOException {
        return Files.readString(data.resolve("run/" + service + ".pid")).strip();
    }

    private String get(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
                .body();
    }

    private int restock(String store) throws Exception {
        HttpRequest change = HttpRequest.newBuilder(URI.create(store + "/products/Tux"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + ADMIN_TOKEN)
                .PUT(BodyPublishers.ofString("{\"add\":1}"))
                .build();
        return http.send(change, BodyHandlers.discarding()).statusCode();
    }

    private void order(String store) throws Exception {
        HttpRequest order = HttpRequest.newBuilder(URI.create(store + "/orders"))
                .header("Content-Type", "application/json")
                .header("X-Request-Id", "my-order")
                .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":5}"))
                .build();
        assertThat(http.send(order, BodyHandlers.ofString()).statusCode()).isEqualTo(201);
    }
}

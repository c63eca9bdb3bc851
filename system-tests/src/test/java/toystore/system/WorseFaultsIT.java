package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.system.TestStore.Response;

/** Faults other than a killed process: unusual locales, a copied log, a changed file, web pages, a lack of threads. */
class WorseFaultsIT {
    private static final String LOG = "orders-00000000000000000001.log";

    @TempDir
    Path data;

    /** In some of these locales, {@code %020d} has other digits. Each reads what those before it have written. */
    @Test
    void keepsOrdersInEveryLocale() throws Exception {
        List<String> locales = List.of(
                "-Duser.language=ar -Duser.country=EG",
                "-Duser.language=bn -Duser.country=BD",
                "-Duser.language=th -Duser.country=TH -Duser.variant=TH",
                "-Duser.language=tr -Duser.country=TR -Dfile.encoding=ISO-8859-9");
        try (TestStore store = new TestStore(data)) {
            for (int run = 1; run <= locales.size(); run++) {
                for (String service : List.of("catalog", "orders", "frontend")) {
                    store.start(service, "JAVA_TOOL_OPTIONS='" + locales.get(run - 1) + "' exec ");
                }
                store.awaitReady();
                Response placed = store.order("Tux", 5, "key-" + run);
                assertThat(placed.orderNumber()).isEqualTo(run);
                assertThat(store.order("Tux", 5, "key-1").orderNumber()).isEqualTo(1);
                assertThat(store.get("/orders/1").data().get("quantity").intValue())
                        .isEqualTo(5);
                assertThat(store.quantityOf("Tux")).isEqualTo(100 - 5 * run);
                assertThat(placed.header("Date").orElseThrow())
                        .matches("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT");
                store.stopAll();
                assertThat(files("orders-*")).containsExactly(LOG);
                assertThat(files("catalog-*.log")).containsExactly("catalog-changes-00000000000000000001.log");
            }
        }
    }

    /** Otherwise, two orders services on two copies of a log would sell 120 of 100 units. */
    @Test
    void placesNoOrderWithALogThatTheCatalogDoesNotFollow(@TempDir Path elsewhere) throws Exception {
        Path log = data.resolve(LOG);
        try (TestStore store = TestStore.open(data)) {
            for (int i = 0; i < 3; i++) {
                store.order("Tux", 20);
            }
            store.stopAll();
            Path copy = Files.copy(log, elsewhere.resolve("copy"));
            store.startAll();
            store.order("Tux", 20, "of-the-original");
            store.killAll(); // before the next checkpoint
            Path original = Files.move(log, elsewhere.resolve("original"));
            Files.move(copy, log);
            store.startAll();
            assertThat(store.order("Tux", 20, "of-the-copy").orderNumber()).isEqualTo(4);
            await().until(() ->
                    store.sendMessage("catalog", "{\"type\":\"position\"}").contains("\"as_of\":4"));
            store.service("orders").kill();
            Files.move(log, copy);
            Files.move(original, log);

            store.start("orders");

            await().untilAsserted(() -> assertThat(store.get("/ready").error())
                    .contains(" has another history than the one that ", "up to order 4 its digest is "));
            assertThat(store.order("Tux", 20).status()).isEqualTo(503);
            store.service("orders").kill();
            Files.move(copy, log, StandardCopyOption.REPLACE_EXISTING);
            store.start("orders");
            store.awaitReady();
            assertThat(store.order("Tux", 20).orderNumber()).isEqualTo(5);
            assertThat(store.order("Tux", 1).status()).isEqualTo(409);
        }
    }

    @Test
    void ignoresChangesMadeToTheCatalogFileByHand() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.order("Tux", 5);
            store.stopAll();
            Path file = data.resolve("catalog.json");
            String changed = Files.readString(file)
                    .replace("\"Tux\",\"price\":15.99,\"quantity\":95", "\"Tux\",\"price\":10.99,\"quantity\":99");
            Files.writeString(file, changed);
            assertThat(audit().exitCode()).isEqualTo(1);
            assertThat(audit().stdout())
                    .contains(file + " was changed", "catalog.json says 10.99", "catalog.json says 99");

            store.startAll();

            assertThat(store.get("/products/Tux").data())
                    .hasToString("{\"name\":\"Tux\",\"price\":15.99,\"quantity\":95}");
            assertThat(data.resolve("catalog.json.damaged")).hasContent(changed);
            assertThat(store.service("catalog").log())
                    .contains(file + " was changed: its checksum does not match its contents");
            store.stopAll();
            assertThat(audit().exitCode()).isZero();
        }
    }

    @Test
    void refusesALogWithoutItsEndEvenIfTheCatalogHasNotAppliedIt() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            store.order("Tux", 5);
            store.order("Tux", 6);
            store.killAll();
            Path log = data.resolve(LOG);
            byte[] bytes = Files.readAllBytes(log);
            String text = Files.readString(log).stripTrailing();
            for (int cut : new int[] {text.length() - 20, text.lastIndexOf('\n') + 1}) {
                Files.write(log, Arrays.copyOf(bytes, cut));

                ProgramRun orders = ProgramRun.jar("orders", "--port", "0", "--data", data.toString());

                assertThat(orders.exitCode()).isEqualTo(1);
                assertThat(orders.stderr()).contains("its end was cut off");
            }
            Files.write(log, bytes);
            store.startAll();
            assertThat(store.order("Tux", 1).orderNumber()).isEqualTo(3);
        }
    }

    /** A web page in a browser on this machine can send the same requests. */
    @Test
    void letsNoWebPagePlaceOrdersOrChangePrices() throws Exception {
        try (TestStore store = TestStore.open(data)) {
            HttpClient browser =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            String[][] attacks = {
                {"catalog", "{\"type\":\"put\",\"name\":\"Tux\",\"price\":0.01,\"add\":1}\n"},
                {"orders", "{\"type\":\"place\",\"name\":\"Tux\",\"quantity\":1}\n"}
            };
            for (String[] attack : attacks) {
                HttpRequest form = HttpRequest.newBuilder(
                                URI.create("http://" + store.service(attack[0]).address() + "/"))
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString(attack[1].repeat(3)))
                        .build();
                var response = browser.send(form, BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(400);
                assertThat(response.body()).contains("do not speak HTTP");
            }
            assertThat(store.get("/products/Tux").data())
                    .hasToString("{\"name\":\"Tux\",\"price\":15.99,\"quantity\":100}");
            assertThat(store.get("/orders/1").status()).isEqualTo(404);
        }
    }

    /** A frontend without threads must not report that it is ready, drop every connection, and ignore SIGTERM. */
    @Test
    void servesAndStopsOrDoesNotStartWhenThreadsAreFew() throws Exception {
        assumeTrue(isRoot(), "only root can start a process as a user without other processes");
        int served = 0;
        for (int threads = 16; threads <= 64 && served < 2; threads += 3) {
            List<String> command = new ArrayList<>(List.of(
                    "setpriv", "--reuid=65533", "--regid=65533", "--clear-groups", "prlimit", "--nproc=" + threads));
            command.addAll(Jars.command("frontend", "--port", "0"));
            Process process = new ProcessBuilder(command)
                    .redirectError(data.resolve("frontend.log").toFile())
                    .start();
            try (BufferedReader stdout = process.inputReader()) {
                String ready = stdout.lines()
                        .filter(line -> line.startsWith("ready frontend "))
                        .findFirst()
                        .orElse(null);
                if (ready == null) {
                    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
                    assertThat(process.exitValue())
                            .as("with %d threads", threads)
                            .isEqualTo(1);
                    assertThat(Files.readString(data.resolve("frontend.log")))
                            .contains("unable to create native thread")
                            .doesNotContain("\tat ");
                    continue;
                }
                served++;
                URI health = URI.create("http://" + ready.substring("ready frontend ".length()) + "/health");
                HttpRequest request = HttpRequest.newBuilder(health)
                        .timeout(Duration.ofMinutes(2))
                        .build();
                assertThat(HttpClient.newHttpClient()
                                .send(request, BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(200);
                process.destroy();
                assertThat(process.waitFor(5, TimeUnit.MINUTES))
                        .as("with %d threads", threads)
                        .isTrue();
                assertThat(process.exitValue()).isZero();
            } finally {
                process.destroyForcibly();
            }
        }
        assertThat(served).isEqualTo(2);
    }

    private static boolean isRoot() throws IOException {
        return ProgramRun.run(new ProcessBuilder("id", "-u")).stdout().strip().equals("0");
    }

    private ProgramRun audit() throws IOException {
        return ProgramRun.jar("orders", "audit", "--data", data.toString());
    }

    private List<String> files(String glob) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(data, glob)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }
}

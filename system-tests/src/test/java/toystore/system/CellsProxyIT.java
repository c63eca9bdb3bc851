package toystore.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import toystore.certs.CertificateFolder;
import toystore.common.Address;
import toystore.common.Threads;
import toystore.postgres.ClusterOptions;
import toystore.postgres.LocalCluster;
import toystore.process.FreePorts;
import toystore.tls.Identity;
import toystore.tls.Tls;

/**
 * Two cells on one database, behind HAProxy with the configuration in {@code deploy}; only its ports, addresses and files
 * are changed.
 */
class CellsProxyIT {
    private static final int STOCK = 1_000_000;
    private static final int CLIENTS = 4;

    private static final List<Launcher> CELLS = new ArrayList<>();

    @TempDir
    static Path folder;

    private static Path tls;
    private static LocalCluster database;
    private static HttpClient client;
    private static Address shop;
    private static Address stats;
    private static TestProxy proxy;

    private String toy;

    @BeforeAll
    static void openTwoCells() throws Exception {
        TestProxy.installed("haproxy");
        tls = folder.resolve("tls");
        CertificateFolder.make(
                tls, List.of("cell-1.example.com", "cell-2.example.com", "shop.example.com"), Clock.systemUTC());
        client = HttpClient.newBuilder()
                .sslContext(Tls.context(null, Tls.trusting(Identity.certificates(tls.resolve("ca.pem")))))
                .build();
        database = LocalCluster.temporary(ClusterOptions.fast(1));
        for (int number = 1; number <= 2; number++) {
            Launcher cell = new Launcher(Files.createDirectories(folder.resolve("cell-" + number)));
            CELLS.add(cell);
            cell.environment.put("TOYSTORE_DB", database.url());
            cell.environment.put("TOYSTORE_ADMIN_TOKEN", TestStore.ADMIN_TOKEN);
        }
        assertSucceeds(CELLS.get(0).run("db", "init"));
        startProxy();
    }

    /** Starts what a test before has killed; each test has a toy of its own. */
    @BeforeEach
    void bothCellsSellAToy() throws Exception {
        openCells();
        await().until(() -> state(1).equals("UP,L7OK") && state(2).equals("UP,L7OK"));
        toy = "toy-" + UUID.randomUUID();
        HttpResponse<String> added = send(request("/products/" + toy)
                .header("Authorization", "Bearer " + TestStore.ADMIN_TOKEN)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"price\":15.99,\"add\":" + STOCK + "}")));
        assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    }

    private static void openCells() throws IOException {
        for (Launcher cell : CELLS) {
            if (Launcher.processesIn(cell.data()).size() < TestStore.SERVICES.size()) {
                assertSucceeds(cell.run("up", "--tls", tls.toString()));
            }
        }
    }

    @AfterAll
    static void stop() {
        if (proxy != null) {
            proxy.close();
        }
        CELLS.forEach(Launcher::close);
        if (database != null) {
            database.close();
        }
    }

    private static void assertSucceeds(ProgramRun run) {
        assertThat(run.exitCode()).as(run.stdout() + run.stderr()).isZero();
    }

    private static void startProxy() throws IOException {
        Path certificate = Files.write(
                folder.resolve("shop.pem"),
                (Files.readString(tls.resolve("frontend.pem")) + Files.readString(tls.resolve("frontend-key.pem")))
                        .getBytes(US_ASCII));
        shop = new Address("127.0.0.1", FreePorts.next());
        stats = new Address("127.0.0.1", FreePorts.next());
        String configuration = Files.readString(Jars.root().resolve("deploy/haproxy/haproxy-cells.cfg"))
                .replace("bind :443 ", "bind " + shop + " ")
                .replace("/etc/haproxy/shop.example.com.pem", certificate.toString())
                .replace("/etc/haproxy/toystore-ca.pem", tls + "/ca.pem");
        for (int number = 1; number <= 2; number++) {
            configuration = configuration.replace(
                    " cell-" + number + ".example.com:8443 ",
                    " 127.0.0.1:" + CELLS.get(number - 1).environment.get("TOYSTORE_PORT") + " ");
        }
        proxy = TestProxy.haproxy(folder.resolve("haproxy"), configuration, stats);
    }

    /** Kills a service of the first cell under load. Each order is sent once: HAProxy sends it to the other cell. */
    @ParameterizedTest
    @ValueSource(strings = {"frontend", "orders", "catalog"})
    void noOrderWithAKeyFailsWhenACellLosesAService(String service) throws Exception {
        Queue<HttpResponse<String>> responses = new ConcurrentLinkedQueue<>();
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        AtomicBoolean enough = new AtomicBoolean();
        List<Thread> clients = IntStream.range(0, CLIENTS)
                .mapToObj(number -> Threads.named("client-" + number, () -> {
                    while (!enough.get() && failures.isEmpty()) {
                        try {
                            responses.add(order(UUID.randomUUID().toString()));
                        } catch (IOException | RuntimeException e) {
                            failures.add(e);
                        }
                    }
                }))
                .toList();
        clients.forEach(Thread::start);
        try {
            await().until(() -> responses.size() >= 5 || !failures.isEmpty());
            kill(service);
            int sold = responses.size();
            await().until(() -> !failures.isEmpty() || !state(1).startsWith("UP"));
            await().until(() -> !failures.isEmpty() || responses.size() >= sold + 10);
        } finally {
            enough.set(true);
            for (Thread thread : clients) {
                thread.join();
            }
        }

        assertThat(failures).isEmpty();
        assertThat(responses)
                .allSatisfy(response ->
                        assertThat(response.statusCode()).as(response.body()).isEqualTo(201));
        assertThat(responses.stream().map(CellsProxyIT::number)).doesNotHaveDuplicates();
        assertThat(quantity()).isEqualTo(STOCK - responses.size());
    }

    @Test
    void anOrderThatIsSentAgainIsTheSameOrderAtEveryCell() throws Exception {
        String key = UUID.randomUUID().toString();
        HttpResponse<String> first = order(key);
        kill("frontend");
        HttpResponse<String> second = order(key);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
    }

    /** Without a cell, HAProxy itself responds in the form of the store. */
    @Test
    void withoutACellAnOrderMayBeTriedAgain() throws Exception {
        CELLS.forEach(Launcher::close);
        await().until(() -> !state(1).startsWith("UP") && !state(2).startsWith("UP"));

        HttpResponse<String> refused = order(UUID.randomUUID().toString());

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(JsonMapper.shared()
                        .readTree(refused.body())
                        .get("error")
                        .get("code")
                        .intValue())
                .isEqualTo(503);
    }

    private static void kill(String service) throws IOException {
        String pid = Files.readString(CELLS.get(0).data().resolve("run/" + service + ".pid"))
                .strip();
        assertSucceeds(ProgramRun.run(new ProcessBuilder("kill", "-KILL", pid)));
    }

    private HttpResponse<String> order(String key) throws IOException {
        return send(request("/orders")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString("{\"name\":\"" + toy + "\",\"quantity\":1}")));
    }

    private static long number(HttpResponse<String> order) {
        return JsonMapper.shared()
                .readTree(order.body())
                .get("data")
                .get("order_number")
                .longValue();
    }

    private int quantity() throws IOException {
        HttpResponse<String> product = send(request("/products/" + toy));
        assertThat(product.statusCode()).as(product.body()).isEqualTo(200);
        return JsonMapper.shared()
                .readTree(product.body())
                .get("data")
                .get("quantity")
                .intValue();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + shop.port() + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What HAProxy thinks of a cell: its state, and the result of the last check; empty until HAProxy responds. */
    private static String state(int cell) {
        return TestProxy.checks(stats)
                .lines()
                .map(line -> line.split(",", -1))
                .filter(columns -> columns[1].equals("cell-" + cell))
                .map(columns -> columns[17] + "," + columns[36].replace("* ", ""))
                .findFirst()
                .orElse("");
    }
}

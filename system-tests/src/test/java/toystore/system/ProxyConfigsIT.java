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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.certs.CertificateFolder;
import toystore.common.Address;
import toystore.process.FreePorts;
import toystore.tls.Identity;
import toystore.tls.Tls;

/**
 * The configurations of nginx and HAProxy in {@code deploy}, with only their ports, addresses and files changed.
 *
 * <p>Tests of programs that are not installed are skipped, and the test summary says so.
 */
class ProxyConfigsIT {
    private static final String ORDER = "{\"name\":\"Tux\",\"quantity\":1}";

    @TempDir
    Path folder;

    private final List<TestProxy> proxies = new ArrayList<>();
    private Launcher launcher;
    private Address store;

    /** The certificates of the proxy, as of a public authority. */
    private Path shop;

    private Path storeTls;

    @BeforeEach
    void makeCertificates() throws IOException {
        shop = folder.resolve("shop");
        CertificateFolder.make(shop, List.of("shop.example.com"), Clock.systemUTC());
        storeTls = folder.resolve("tls");
        CertificateFolder.make(storeTls, List.of("store.example.com"), Clock.systemUTC());
        launcher = new Launcher(folder);
        store = new Address("127.0.0.1", Integer.parseInt(launcher.environment.get("TOYSTORE_PORT")));
    }

    @AfterEach
    void stop() throws Exception {
        proxies.forEach(TestProxy::close);
        launcher.close();
    }

    @Test
    void nginxTakesTlsAndPassesPlainHttpOn() throws Exception {
        TestProxy.installed("nginx");
        up();

        assertSells(startNginx("toystore.conf", storeTls));
    }

    @Test
    void nginxTakesTlsAndPassesTlsOn() throws Exception {
        TestProxy.installed("nginx");
        up("--tls", storeTls.toString());

        assertSells(startNginx("toystore-tls.conf", storeTls));
        Address wrong = startNginx("toystore-tls.conf", shop);
        assertThat(get(wrong, "/products/Tux").statusCode())
                .as("with another authority")
                .isEqualTo(502);
    }

    @Test
    void haproxyTakesTlsAndPassesPlainHttpOnAndChecksThatTheStoreIsReady() throws Exception {
        TestProxy.installed("haproxy");
        up();
        Address stats = new Address("127.0.0.1", FreePorts.next());

        assertSells(startHaproxy("haproxy.cfg", storeTls, stats, ",L7OK,200,"));

        assertThat(ProgramRun.run(new ProcessBuilder(
                                "kill",
                                "-KILL",
                                Files.readString(launcher.data().resolve("run/orders.pid"))
                                        .strip()))
                        .exitCode())
                .isZero();
        await().until(() -> TestProxy.checks(stats), now -> now.contains(",L7STS,503,"));
    }

    @Test
    void haproxyTakesTlsAndPassesTlsOn() throws Exception {
        TestProxy.installed("haproxy");
        up("--tls", storeTls.toString());
        Address stats = new Address("127.0.0.1", FreePorts.next());

        assertSells(startHaproxy("haproxy-tls.cfg", storeTls, stats, ",L7OK,200,"));

        Address wrongStats = new Address("127.0.0.1", FreePorts.next());
        startHaproxy("haproxy-tls.cfg", shop, wrongStats, ",L6RSP,"); // it does not trust the certificate
    }

    private void up(String... flags) throws IOException {
        List<String> words = new ArrayList<>(List.of("up"));
        words.addAll(List.of(flags));
        ProgramRun up = launcher.run(words.toArray(String[]::new));
        assertThat(up.exitCode()).as(up.stderr()).isZero();
    }

    private Address startNginx(String name, Path trusted) throws IOException {
        Address proxy = new Address("127.0.0.1", FreePorts.next());
        String configuration = Files.readString(
                        Jars.root().resolve("deploy/nginx").resolve(name))
                .replace("listen 443 ssl;", "listen " + proxy + " ssl;")
                .replace("listen [::]:443 ssl;", "")
                .replace("/etc/letsencrypt/live/shop.example.com/fullchain.pem", shop + "/frontend.pem")
                .replace("/etc/letsencrypt/live/shop.example.com/privkey.pem", shop + "/frontend-key.pem")
                .replace("/etc/nginx/toystore-ca.pem", trusted + "/ca.pem")
                .replace("server 127.0.0.1:8080;", "server " + store + ";")
                .replace("server store.example.com:8443;", "server " + store + ";");
        proxies.add(TestProxy.nginx(folder.resolve("nginx-" + proxy.port()), configuration));
        await().until(() -> responds(proxy));
        return proxy;
    }

    private Address startHaproxy(String name, Path trusted, Address stats, String check) throws IOException {
        Address proxy = new Address("127.0.0.1", FreePorts.next());
        Path prefix = Files.createDirectories(folder.resolve("haproxy-" + proxy.port()));
        Path certificate = Files.write(
                prefix.resolve("shop.pem"),
                (Files.readString(shop.resolve("frontend.pem")) + Files.readString(shop.resolve("frontend-key.pem")))
                        .getBytes(US_ASCII));
        String configuration = Files.readString(
                        Jars.root().resolve("deploy/haproxy").resolve(name))
                .replace("bind :443 ", "bind " + proxy + " ")
                .replace("/etc/haproxy/shop.example.com.pem", certificate.toString())
                .replace("/etc/haproxy/toystore-ca.pem", trusted + "/ca.pem")
                .replace("server store 127.0.0.1:8080 ", "server store " + store + " ")
                .replace("server store store.example.com:8443 ", "server store " + store + " ");
        proxies.add(TestProxy.haproxy(prefix, configuration, stats));
        await().until(() -> TestProxy.checks(stats), now -> now.contains(check));
        return proxy;
    }

    private boolean responds(Address proxy) {
        try {
            get(proxy, "/ready");
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void assertSells(Address proxy) throws IOException {
        assertThat(get(proxy, "/ready").statusCode()).isEqualTo(200);
        assertThat(get(proxy, "/products/Tux").body()).contains("\"quantity\":100}");
        HttpResponse<String> order = send(
                proxy,
                request(proxy, "/orders")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(ORDER)));
        assertThat(order.statusCode()).as(order.body()).isEqualTo(201);
        assertThat(get(proxy, "/products/Tux").body()).contains("\"quantity\":99}");
    }

    private HttpResponse<String> get(Address proxy, String path) throws IOException {
        return send(proxy, request(proxy, path));
    }

    private static HttpRequest.Builder request(Address proxy, String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + proxy.port() + path));
    }

    private HttpResponse<String> send(Address proxy, HttpRequest.Builder request) throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(Tls.context(null, Tls.trusting(Identity.certificates(shop.resolve("ca.pem")))))
                .build();
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + proxy + " was asked", e);
        }
    }
}

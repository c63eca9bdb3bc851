package toystore.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import java.util.Optional;
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

    private final List<Process> proxies = new ArrayList<>();
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
        for (Process proxy : proxies) {
            proxy.destroy();
            proxy.waitFor();
        }
        launcher.close();
    }

    @Test
    void nginxTakesTlsAndPassesPlainHttpOn() throws Exception {
        Path nginx = installed("nginx");
        up();

        assertSells(startNginx(nginx, "toystore.conf", storeTls));
    }

    @Test
    void nginxTakesTlsAndPassesTlsOn() throws Exception {
        Path nginx = installed("nginx");
        up("--tls", storeTls.toString());

        assertSells(startNginx(nginx, "toystore-tls.conf", storeTls));
        Address wrong = startNginx(nginx, "toystore-tls.conf", shop);
        assertThat(get(wrong, "/products/Tux").statusCode())
                .as("with another authority")
                .isEqualTo(502);
    }

    @Test
    void haproxyTakesTlsAndPassesPlainHttpOnAndChecksThatTheStoreIsReady() throws Exception {
        Path haproxy = installed("haproxy");
        up();
        Address stats = new Address("127.0.0.1", FreePorts.next());

        assertSells(startHaproxy(haproxy, "haproxy.cfg", storeTls, stats, ",L7OK,200,"));

        assertThat(ProgramRun.run(new ProcessBuilder(
                                "kill",
                                "-KILL",
                                Files.readString(launcher.data().resolve("run/orders.pid"))
                                        .strip()))
                        .exitCode())
                .isZero();
        await().until(() -> InteropIT.checks(stats), now -> now.contains(",L7STS,503,"));
    }

    @Test
    void haproxyTakesTlsAndPassesTlsOn() throws Exception {
        Path haproxy = installed("haproxy");
        up("--tls", storeTls.toString());
        Address stats = new Address("127.0.0.1", FreePorts.next());

        assertSells(startHaproxy(haproxy, "haproxy-tls.cfg", storeTls, stats, ",L7OK,200,"));

        Address wrongStats = new Address("127.0.0.1", FreePorts.next());
        startHaproxy(haproxy, "haproxy-tls.cfg", shop, wrongStats, ",L6RSP,"); // it does not trust the certificate
    }

    private static Path installed(String program) {
        Optional<Path> file = InteropIT.find(program);
        assumeTrue(file.isPresent(), program + " is not installed");
        return file.get();
    }

    private void up(String... flags) throws IOException {
        List<String> words = new ArrayList<>(List.of("up"));
        words.addAll(List.of(flags));
        ProgramRun up = launcher.run(words.toArray(String[]::new));
        assertThat(up.exitCode()).as(up.stderr()).isZero();
    }

    private Address startNginx(Path nginx, String name, Path trusted) throws IOException {
        Address proxy = new Address("127.0.0.1", FreePorts.next());
        Path prefix = Files.createDirectories(folder.resolve("nginx-" + proxy.port()));
        String configuration = Files.readString(
                        Jars.root().resolve("deploy/nginx").resolve(name))
                .replace("listen 443 ssl;", "listen " + proxy + " ssl;")
                .replace("listen [::]:443 ssl;", "")
                .replace("/etc/letsencrypt/live/shop.example.com/fullchain.pem", shop + "/frontend.pem")
                .replace("/etc/letsencrypt/live/shop.example.com/privkey.pem", shop + "/frontend-key.pem")
                .replace("/etc/nginx/toystore-ca.pem", trusted + "/ca.pem")
                .replace("server 127.0.0.1:8080;", "server " + store + ";")
                .replace("server store.example.com:8443;", "server " + store + ";");
        Files.writeString(prefix.resolve("toystore.conf"), configuration);
        Files.writeString(prefix.resolve("nginx.conf"), """
                daemon off;
                worker_processes 1;
                pid nginx.pid;
                error_log stderr;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
                  include toystore.conf;
                }
                """);
        start(prefix.resolve("log"), nginx.toString(), "-p", prefix.toString(), "-c", "nginx.conf", "-e", "stderr");
        await().until(() -> responds(proxy));
        return proxy;
    }

    private Address startHaproxy(Path haproxy, String name, Path trusted, Address stats, String check)
            throws IOException {
        Address proxy = new Address("127.0.0.1", FreePorts.next());
        Path prefix = Files.createDirectories(folder.resolve("haproxy-" + proxy.port()));
        Path certificate = Files.write(
                prefix.resolve("shop.pem"),
                (Files.readString(shop.resolve("frontend.pem")) + Files.readString(shop.resolve("frontend-key.pem")))
                        .getBytes(US_ASCII));
        String configuration =
                Files.readString(Jars.root().resolve("deploy/haproxy").resolve(name))
                                .replace("bind :443 ", "bind " + proxy + " ")
                                .replace("/etc/haproxy/shop.example.com.pem", certificate.toString())
                                .replace("/etc/haproxy/toystore-ca.pem", trusted + "/ca.pem")
                                .replace("server store 127.0.0.1:8080 ", "server store " + store + " ")
                                .replace("server store store.example.com:8443 ", "server store " + store + " ")
                        + "\nlisten stats\n  bind " + stats + "\n  stats enable\n  stats uri /\n";
        Path file = Files.writeString(prefix.resolve("haproxy.cfg"), configuration);
        start(prefix.resolve("log"), haproxy.toString(), "-db", "-f", file.toString());
        await().until(() -> InteropIT.checks(stats), now -> now.contains(check));
        return proxy;
    }

    private void start(Path log, String... command) throws IOException {
        proxies.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
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
                .sslContext(Tls.context(null, Tls.trusting(Identity.certificates(shop.resolve("ca.pem")))[0]))
                .build();
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while " + proxy + " was asked", e);
        }
    }
}

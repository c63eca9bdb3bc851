package toystore.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.certs.CertificateFolder;
import toystore.common.Address;
import toystore.process.FreePorts;
import toystore.process.ServiceProcess;
import toystore.tls.Identity;
import toystore.tls.Tls;

/**
 * Clients and proxies of other projects with the HTTPS of a real frontend. Its backends are down. Tests of programs
 * that are not installed are skipped.
 */
class HttpsIT {
    @TempDir
    static Path folder;

    private static ServiceProcess frontend;
    private static Address address;

    @BeforeAll
    static void start() throws Exception {
        CertificateFolder.make(folder, List.of(), Clock.systemUTC());
        address = new Address("127.0.0.1", FreePorts.next());
        frontend = Jars.start(
                folder,
                "frontend",
                "--port",
                Integer.toString(address.port()),
                "--warm-up",
                "off",
                "--tls-cert",
                folder.resolve("frontend.pem").toString(),
                "--tls-key",
                folder.resolve("frontend-key.pem").toString());
    }

    @AfterAll
    static void stop() {
        frontend.close();
    }

    @ParameterizedTest
    @CsvSource({
        "200, /health, --tlsv1.3",
        "200, /health, --tls-max 1.2",
        "200, /, --http2",
        "200, /, --http1.0",
        "503, /products/Tux, --compressed",
        "413, /orders, --data-binary @ca.pem --header Content-Length:99999"
    })
    void curlGetsTheStatus(int status, String path, String flags) throws Exception {
        assertThat(curl("https://localhost:" + address.port() + path, flags)).isEqualTo(Integer.toString(status));
    }

    @Test
    void curlGets400ForPlainHttp() throws Exception {
        assertThat(curl("http://" + address + "/health", "--no-progress-meter")).isEqualTo("400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void opensslAgreesOnStrongParametersAndResumes(String version) throws Exception {
        Path session = folder.resolve("session" + version);
        String first = openssl("GET /health HTTP/1.0\r\n\r\n", version, "-sess_out", session.toString());
        String second = openssl("GET /health HTTP/1.0\r\n\r\n", version, "-sess_in", session.toString());

        assertThat(first)
                .contains("HTTP/1.1 200 OK", "Compression: NONE", "Verify return code: 0 (ok)")
                .containsPattern("Cipher is (TLS_AES|ECDHE-ECDSA-AES)")
                .contains("New, TLS");
        assertThat(second).contains("HTTP/1.1 200 OK", "Reused, TLS");
    }

    @Test
    void opensslCannotRenegotiate() throws Exception {
        assertThat(openssl("R\nGET /health HTTP/1.0\r\n\r\n", "-tls1_2")).doesNotContain("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1"})
    void opensslCannotUseAnOldVersion(String version) throws Exception {
        assertThat(openssl("", version, "-cipher", "ALL:@SECLEVEL=0")).contains("Cipher is (NONE)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void javaClientGetsResponses(String protocol) throws Exception {
        SSLContext context = Tls.context(null, Tls.trusting(Identity.certificates(folder.resolve("ca.pem"))));
        HttpClient client = HttpClient.newBuilder()
                .sslContext(context)
                .sslParameters(Tls.parameters(context, List.of(protocol)))
                .build();

        for (int i = 0; i < 3; i++) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("https://" + address + "/health"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
        }
    }

    /** A proxy that checks the certificate of its upstream. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void nginxUsesTheStoreAsATlsUpstream(String protocol) throws Exception {
        Address proxy = new Address("127.0.0.1", FreePorts.next());
        String http = """
                upstream store { server %s; keepalive 8; }
                server {
                  listen %s;
                  location / {
                    proxy_pass https://store;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_ssl_protocols %s;
                    proxy_ssl_trusted_certificate %s;
                    proxy_ssl_verify on;
                    proxy_ssl_name localhost;
                  }
                }
                """.formatted(address, proxy, protocol, folder.resolve("ca.pem"));
        TestProxy nginx = TestProxy.nginx(folder.resolve("nginx-" + protocol), http);
        try (nginx) {
            await().until(() -> status(proxy) == 200);
            for (int i = 0; i < 50; i++) {
                assertThat(status(proxy)).isEqualTo(200);
            }
        }
    }

    private static int status(Address proxy) throws InterruptedException {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + proxy + "/health"))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    private static String curl(String url, String flags) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                TestProxy.installed("curl"),
                "--silent",
                "--max-time",
                "20",
                "--output",
                "/dev/null",
                "--write-out",
                "%{http_code}"));
        command.addAll(List.of("--cacert", folder.resolve("ca.pem").toString(), url));
        command.addAll(List.of(flags.split(" ", -1)));
        ProgramRun program = ProgramRun.run(new ProcessBuilder(command).directory(folder.toFile()));
        assertThat(program.exitCode()).as(program.stderr()).isZero();
        return program.stdout();
    }

    /** Runs s_client, which sends the text; returns all that it prints. */
    private static String openssl(String text, String... flags) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(TestProxy.installed("openssl"), "s_client", "-ign_eof", "-connect"));
        command.addAll(
                List.of(address.toString(), "-CAfile", folder.resolve("ca.pem").toString()));
        command.addAll(List.of(flags));
        if (text.startsWith("R")) {
            command.remove("-ign_eof"); // it reads no commands then
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = process.getOutputStream()) {
            out.write(text.getBytes(UTF_8));
        } catch (IOException refused) {
            // it has ended
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return output;
    }
}

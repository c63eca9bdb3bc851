package toystore.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import toystore.certs.CertificateAuthority;
import toystore.certs.CertificateAuthority.Validity;
import toystore.common.cli.Program;
import toystore.loadtest.result.Results;
import toystore.loadtest.result.ResultsFile;
import toystore.testing.CapturedOutput;
import toystore.tls.Tls;

/** The load test of servers with certificates. */
class LoadTestOverTlsTest {
    @TempDir
    Path folder;

    private final Validity valid = Validity.of(Instant.now(), Duration.ofDays(1));
    private final CertificateAuthority authority = CertificateAuthority.create("Test CA", valid);

    @RegisterExtension
    private final CapturedOutput output = new CapturedOutput();

    private ScriptedServer server;
    private String url;

    @BeforeEach
    void open() throws Exception {
        server = new ScriptedServer(
                (line, body, number) -> ScriptedServer.ok(
                        line.startsWith("GET /products ")
                                ? "{\"data\":[{\"name\":\"Tux\",\"price\":3.49,\"quantity\":9}],\"next\":null}"
                                : "{\"data\":{\"name\":\"Tux\",\"price\":3.49,\"quantity\":9}}"),
                Tls.context(authority.issue("store", List.of("127.0.0.1"), valid), null));
        url = "https://" + server.address();
        Files.writeString(ca(), authority.identity().certificatePem());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @Test
    void measuresAStoreWithATrustedCertificateAndNamesTheScheme() throws Exception {
        assertThat(run("query", url, "--cacert", ca().toString(), "--requests", "50"))
                .as(output.err())
                .isZero();

        Results results = ResultsFile.read(folder.resolve("report").resolve("results.json"));
        assertThat(results.target()).isEqualTo(url);
        assertThat(results.steps().get(0).failed()).isZero();
        assertThat(results.steps().get(0).count()).isEqualTo(50);
        assertThat(Files.readString(folder.resolve("report").resolve("report.html")))
                .contains(url);
        assertThat(output.err()).doesNotContain("insecure");
    }

    @Test
    void measuresAnyUrlOverTls() throws Exception {
        assertThat(run("url", url + "/x", "--cacert", ca().toString(), "--requests", "20"))
                .as(output.err())
                .isZero();

        Results results = ResultsFile.read(folder.resolve("report").resolve("results.json"));
        assertThat(results.target()).isEqualTo(url + "/x");
        assertThat(results.steps().get(0).count()).isEqualTo(20);
    }

    @Test
    void measuresAnUntrustedStoreOnlyIfToldSoAndSaysSoOnce() {
        assertThat(run("query", url, "--requests", "20")).isEqualTo(Program.USAGE);
        assertThat(output.err())
                .isEqualTo("loadtest query: the certificate of " + server.address()
                        + " is not trusted: it was issued by \"CN=Test CA\", and by none of the JDK's certificate"
                        + " authorities; --cacert FILE trusts another one\n");
        output.reset();

        assertThat(run("query", url, "--insecure", "--requests", "20")).isZero();
        assertThat(output.err())
                .containsOnlyOnce(
                        "--insecure: the certificate of the server is not checked; it may be" + " any server\n");
    }

    @Test
    void refusesAFileWithoutCertificates() throws Exception {
        Path none = Files.writeString(folder.resolve("none.pem"), "nothing");
        for (String[] words : List.of(new String[] {"query", url}, new String[] {"url", url + "/x"})) {
            output.reset();
            assertThat(run(words[0], words[1], "--cacert", none.toString())).isEqualTo(Program.USAGE);
            assertThat(output.err())
                    .startsWith("loadtest " + words[0] + ": --cacert cannot be used: " + none + " has text without")
                    .hasLineCount(1);
        }
        assertThat(server.requests()).isZero();
    }

    @Test
    void doesNotReadTheFileForAServerWithoutTls() throws Exception {
        try (ScriptedTarget plain = ScriptedTarget.of(10)) {
            assertThat(run("query", plain.address().toString(), "--cacert", "/no/such/file", "--requests", "5"))
                    .isZero();
        }
    }

    private Path ca() {
        return folder.resolve("ca.pem");
    }

    private int run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--out", folder.resolve("report").toString(), "--warmup", "0s"));
        return Program.run(new LoadTestMain(), all.toArray(String[]::new));
    }
}

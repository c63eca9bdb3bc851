package toystore.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.certs.CertificateFolder;
import toystore.tls.Identity;
import toystore.tls.Tls;

/** The script that runs a store, with HTTPS and with services that prove their roles. */
class LauncherTlsIT {
    private static final Pattern OPEN = Pattern.compile("The store is open: (https://127\\.0\\.0\\.1:[0-9]+)/\n");
    private static final String SCRIPT =
            Jars.root().resolve("toystore").toString().replace(" ", "\\ ");

    @TempDir
    Path folder;

    private Launcher launcher;

    @BeforeEach
    void choosePorts() throws IOException {
        launcher = new Launcher(folder);
    }

    @AfterEach
    void stopWhatRuns() {
        launcher.close();
    }

    @Test
    void opensAStoreOverTlsAndClosesItAndOpensItAgainAsItWas() throws Exception {
        ProgramRun up = launcher.run("up", "--tls");
        String store = address(up);
        Path data = launcher.data().toRealPath();
        Path ca = data.resolve("tls/ca.pem");
        assertThat(up.stderr()).isEmpty();
        assertThat(up.stdout())
                .startsWith("certificates are in " + data + "/tls; run " + SCRIPT + " certs " + data + "/tls before 20")
                .contains(
                        "\n  curl --cacert " + ca + " " + store + "/products/Tux\n",
                        "\n  curl --cacert " + ca + " -d '{\"name\":\"Tux\",\"quantity\":5}' -H ");
        assertThat(order(store, ca)).isEqualTo(201);

        ProgramRun status = launcher.run("status");
        assertThat(status.exitCode()).as(status.stdout()).isZero();
        assertThat(status.stdout()).endsWith("\nthe store is open: " + store + "/\n");
        ProgramRun again = launcher.run("up");
        assertThat(again.exitCode()).as(again.stderr()).isZero();
        assertThat(again.stdout())
                .contains("frontend runs already on ")
                .endsWith("\nThe store is open: " + store + "/\n");

        ProgramRun client = launcher.run("client");
        assertThat(client.exitCode()).as(client.stderr()).isZero();
        assertThat(client.stdout()).contains("0 mismatches");
        ProgramRun loadtest =
                launcher.run("loadtest", "query", "--clients", "1", "--duration", "100ms", "--out", folder + "/report");
        assertThat(loadtest.exitCode()).as(loadtest.stderr()).isZero();

        ProgramRun reset = launcher.run("reset", "--yes");
        assertThat(address(reset)).isEqualTo(store);
        assertThat(get(store + "/products/Tux", ca).body()).contains("\"quantity\":100}");
        assertThat(launcher.run("down").stdout()).isEqualTo("frontend stopped\norders stopped\ncatalog stopped\n");
        byte[] certificate = Files.readAllBytes(data.resolve("tls/frontend.pem"));

        address(launcher.run("up", "--tls"));
        assertThat(data.resolve("tls/frontend.pem")).hasBinaryContent(certificate);
    }

    @Test
    void saysWhyAStoreOverTlsIsNotReady() throws Exception {
        address(launcher.run("up", "--tls"));
        kill("orders");

        ProgramRun status = launcher.run("status");

        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.stdout())
                .contains("orders    stopped\n")
                .containsPattern("the store is not ready: orders at 127\\.0\\.0\\.1:[^\"{}]*\n");
        assertThat(launcher.run("up").stdout()).contains("orders serves on ", "The store is open: https://");
    }

    /** A service that is started again presents the certificate that it finds then. */
    @Test
    void usesCertificatesThatSomebodyElseMade() throws Exception {
        Path mine = folder.resolve("my certificates");
        assertThat(launcher.run("certs", "my certificates", "shop.example.com").exitCode())
                .isZero();

        String store = address(launcher.run(
                "up", "--tls-cert", "my certificates/frontend.pem", "--tls-key=my certificates/frontend-key.pem"));

        assertThat(get(store + "/products/Tux", mine.resolve("ca.pem")).statusCode())
                .isEqualTo(200);
        assertThat(launcher.data().resolve("tls")).doesNotExist();
        ProgramRun other = launcher.run("up", "--tls");
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.stderr()).startsWith("toystore: --tls is not as it was when the store in ");
        assertThat(launcher.data().resolve("tls")).doesNotExist();
    }

    @Test
    void provesRolesBetweenServicesOfAPlainStore() throws Exception {
        launcher.run("certs", "peers");
        launcher.environment.put("TOYSTORE_PEER_TLS", "peers");

        ProgramRun up = launcher.run("up");

        assertThat(up.exitCode()).as(up.stderr()).isZero();
        assertThat(up.stdout()).contains("\nThe store is open: http://127.0.0.1:");
        assertThat(Files.readString(launcher.data().resolve("run/settings")))
                .contains("TOYSTORE_PEER_TLS=" + folder.resolve("peers"));
        assertThat(launcher.run("status").exitCode()).isZero();
    }

    @Test
    void letsOnlyTheFrontendListenBeyondThisMachine() throws Exception {
        ProgramRun up = launcher.run("up", "--tls", "--host", "0.0.0.0");

        String store = address(up);
        assertThat(log("catalog")).contains("catalog serves on 127.0.0.1:");
        assertThat(log("orders")).contains("orders serves on 127.0.0.1:");
        assertThat(log("frontend")).contains("frontend serves on 0.0.0.0:");
        assertThat(get(store + "/ready", launcher.data().resolve("tls/ca.pem")).statusCode())
                .isEqualTo(200);
        String here = ProgramRun.run(new ProcessBuilder("bash", "-c", "hostname -I 2>/dev/null"))
                .stdout()
                .strip();
        if (!here.isEmpty()) {
            X509Certificate certificate = Identity.certificates(launcher.data().resolve("tls/frontend.pem"))
                    .get(0);
            assertThat(certificate.getSubjectAlternativeNames())
                    .extracting(name -> (Object) name.get(1))
                    .contains(here.split(" ", -1)[0]);
        }
    }

    /** The certificate was made for this machine alone, and the keys were copied carelessly. */
    @Test
    void saysWhatIsWrongWithCertificatesThatWereMadeBefore() throws Exception {
        Path tls = folder.toRealPath().resolve("data/tls");
        CertificateFolder.make(tls, List.of(), Clock.systemUTC());
        Files.setPosixFilePermissions(tls.resolve("orders-key.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        String certs = "; " + SCRIPT + " certs " + tls;

        ProgramRun up = launcher.run("up", "--tls", "--host", "127.0.0.2");

        assertThat(up.exitCode()).as(up.stderr()).isZero();
        assertThat(up.stdout()).contains("The store is open: https://127.0.0.2:");
        assertThat(up.stderr())
                .isEqualTo("toystore: " + tls + "/orders-key.pem has the mode rw-r--r--, so that others can use it"
                        + certs + " repairs that\ntoystore: the certificate is not good for 127.0.0.2" + certs
                        + " 127.0.0.2 adds it\n");
        assertThat(launcher.run("certs", tls.toString(), "127.0.0.2").exitCode())
                .isZero();
        assertThat(launcher.run("up", "--tls").stderr()).isEmpty();
        ProgramRun down = launcher.run("down");
        assertThat(down.exitCode()).as(down.stderr()).isZero();
        assertThat(launcher.run("up", "--tls", "--host", "0.0.0.0").stderr())
                .as("a machine that has a name, or an address")
                .matches("(toystore: the certificate is not good for (.+)" + Pattern.quote(certs)
                        + " \\2 adds (it|them)\n)?");
    }

    @Test
    void saysThatAPlainStoreDoesNotUseTheCertificatesOfItsFolder() throws Exception {
        Path data = folder.toRealPath().resolve("data");
        CertificateFolder.make(data.resolve("tls"), List.of(), Clock.systemUTC());

        ProgramRun up = launcher.run("up");

        assertThat(up.stdout()).contains("\nThe store is open: http://127.0.0.1:");
        assertThat(up.stderr())
                .isEqualTo("toystore: " + data + "/tls has certificates; " + SCRIPT + " up --data " + data
                        + " --tls uses them\n");
        assertThat(launcher.run("up").stderr()).isEmpty();
    }

    @Test
    void saysThatAFileOfTheOpenStoreIsMissing() throws Exception {
        address(launcher.run("up", "--tls"));
        Path data = launcher.data().toRealPath();
        Files.delete(data.resolve("tls/ca.pem"));

        ProgramRun again = launcher.run("up");

        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.stderr())
                .isEqualTo("toystore: the store in " + data + " was opened with TLS: there is no file " + data
                        + "/tls/ca.pem; put it back\n");
    }

    @Test
    void saysThatCertificatesEndSoon() throws Exception {
        Path tls = folder.resolve("tls");
        Clock longAgo =
                Clock.offset(Clock.systemUTC(), Duration.ofDays(20 - 365).plusHours(1));
        CertificateFolder.make(tls, List.of(), longAgo);

        ProgramRun up = launcher.run("up", "--tls", "tls");

        address(up);
        assertThat(up.stderr())
                .isEqualTo("toystore: " + tls + "/frontend.pem: 20 days left; " + SCRIPT + " certs " + tls
                        + " renews it\n");
        assertThat(launcher.run("certs", "tls").exitCode()).isZero();
        assertThat(Identity.certificates(tls.resolve("frontend.pem"))
                        .get(0)
                        .getNotAfter()
                        .toInstant())
                .isAfter(Instant.now().plus(Duration.ofDays(360)));
        assertThat(launcher.run("certs", "--check", "tls").exitCode()).isZero();
    }

    @Test
    void refusesFilesThatItCannotUseBeforeItStartsAnything() throws Exception {
        Path some = folder.resolve("some");
        CertificateFolder.make(some, List.of(), Clock.systemUTC());
        Files.delete(some.resolve("orders-key.pem"));
        String certificate = some + "/frontend.pem";

        refused(
                2,
                "--tls-cert is given without --tls-key; expected both: a certificate and its key",
                certificateOnly());
        refused(
                2,
                "--tls-key is given without --tls-cert; expected both: a certificate and its key",
                "--tls-key",
                some + "/frontend-key.pem");
        refused(
                1,
                "--tls-key: there is no file " + folder + "/missing",
                "--tls-cert",
                certificate,
                "--tls-key",
                "missing");
        refused(1, "--tls-cert: " + some + " is not a file", "--tls-cert", "some", "--tls-key", "missing");
        refused(
                1,
                "--peer-tls: there is no folder " + folder + "/none; " + SCRIPT + " certs " + folder + "/none makes it",
                "--peer-tls",
                "none");
        String makes = "; " + SCRIPT + " certs " + some + " makes it";
        refused(1, "--peer-tls: there is no file " + some + "/orders-key.pem" + makes, "--peer-tls", "some");
        refused(1, "--tls: there is no file " + some + "/orders-key.pem" + makes, "--tls", "some");
        Path door = folder.resolve("door");
        CertificateFolder.make(door, List.of(), Clock.systemUTC());
        Files.delete(door.resolve("frontend.pem"));
        refused(
                1,
                "--tls: there is no file " + door + "/frontend.pem; " + SCRIPT + " certs " + door + " makes it",
                "--tls",
                "door");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        refused(
                1,
                "--peer-tls: there is no file " + empty + "/ca.pem; " + SCRIPT + " certs " + empty + " makes it",
                "--peer-tls",
                "empty");
        Files.delete(some.resolve("ca.pem"));
        refused(1, "--tls: there is no file " + some + "/ca.pem; put it back", "--tls", "some");
        refused(
                2,
                "--tls names all certificates, so it takes no --peer-tls beside it",
                "--tls",
                "some",
                "--peer-tls",
                "some");
        Files.writeString(folder.resolve("file"), "");
        refused(1, "--tls: certs: " + folder + "/file is a file, but a folder was expected", "--tls", "file");
        launcher.environment.put("TOYSTORE_TLS_CERT", "some/frontend.pem");
        refused(2, "TOYSTORE_TLS_CERT is given without --tls-key; expected both: a certificate and its key");
    }

    private static String[] certificateOnly() {
        return new String[] {"--tls-cert", "some/frontend.pem"};
    }

    private void refused(int exitCode, String message, String... flags) throws IOException {
        String[] words = new String[flags.length + 1];
        words[0] = "up";
        System.arraycopy(flags, 0, words, 1, flags.length);
        ProgramRun up = launcher.run(words);
        assertThat(up.stderr()).isEqualTo("toystore: " + message + "\n");
        assertThat(up.exitCode()).isEqualTo(exitCode);
        assertThat(up.stdout()).isEmpty();
        assertThat(launcher.data().resolve("run")).doesNotExist();
    }

    private static String address(ProgramRun up) {
        assertThat(up.exitCode()).as(up.stdout() + up.stderr()).isZero();
        Matcher matcher = OPEN.matcher(up.stdout());
        assertThat(matcher.find()).as(up.stdout()).isTrue();
        return matcher.group(1);
    }

    private String log(String service) throws IOException {
        return Files.readString(launcher.data().resolve("logs/" + service + ".log"));
    }

    private void kill(String service) throws IOException {
        String pid = Files.readString(launcher.data().resolve("run/" + service + ".pid"))
                .strip();
        assertThat(ProgramRun.run(new ProcessBuilder("kill", "-KILL", pid)).exitCode())
                .isZero();
    }

    private static int order(String store, Path ca) throws Exception {
        return send(
                        HttpRequest.newBuilder(URI.create(store + "/orders"))
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"name\":\"Tux\",\"quantity\":5}")),
                        ca)
                .statusCode();
    }

    private static HttpResponse<String> get(String url, Path ca) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url)), ca);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request, Path ca) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(Tls.context(null, Tls.trusting(Identity.certificates(ca))))
                .build()
                .send(request.build(), BodyHandlers.ofString());
    }
}

package toystore.certs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.common.cli.Program;

class CertsMainTest {
    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

    @TempDir
    private Path folder;

    private record Run(int code, String stdout, String stderr) {}

    @Test
    void saysWhatItMadeAndUntilWhen() {
        Run run = certs(START, folder.toString(), "Shop.example.com");

        assertThat(run.stderr()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(run.stdout()).isEqualTo("""
                ca.pem        made     until 2036-11-26
                frontend.pem  made     until 2027-11-29  localhost 127.0.0.1 ::1 shop.example.com
                orders.pem    made     until 2027-11-29  localhost 127.0.0.1 ::1
                catalog.pem   made     until 2027-11-29  localhost 127.0.0.1 ::1
                Clients trust these certificates if they have %s/ca.pem. The keys are secret, that of the authority most of all.
                Run this again before 2027-11-29 to renew them.
                """.formatted(folder));
    }

    @Test
    void checksWhenTheCertificatesEnd() {
        certs(START, folder.toString());

        Run inTime = certs(START.plus(Duration.ofDays(334)), "--check", folder.toString());
        assertThat(inTime.code()).isZero();
        assertThat(inTime.stderr()).isEmpty();
        assertThat(inTime.stdout()).isEqualTo("""
                ca.pem        until 2036-11-26, 3316 days left
                frontend.pem  until 2027-11-29, 31 days left
                orders.pem    until 2027-11-29, 31 days left
                catalog.pem   until 2027-11-29, 31 days left
                """);

        Run soon = certs(START.plus(Duration.ofDays(335)), "--check", folder.toString());
        assertThat(soon.code()).isEqualTo(1);
        assertThat(soon.stderr())
                .isEqualTo("certs: " + folder + "/frontend.pem: 30 days left; certs " + folder + " renews it\n");

        Run late = certs(START.plus(Duration.ofDays(366)), "--check", folder.toString());
        assertThat(late.code()).isEqualTo(1);
        assertThat(late.stderr()).contains("/frontend.pem: expired; ");
    }

    @Test
    void checkChangesNothing() {
        Path missing = folder.resolve("missing");

        Run run = certs(START, "--check", missing.toString());

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.stderr()).isEqualTo("certs: " + missing + "/ca.pem does not exist\n");
        assertThat(missing).doesNotExist();
    }

    @Test
    void checksThatTheCertificateIsGoodForHosts() {
        certs(START, folder.toString(), "10.0.0.7", "*.example.com");

        assertThat(certs(START, "--check", folder.toString(), "Shop.example.com", "localhost", "10.0.0.7")
                        .code())
                .isZero();
        Run one = certs(START, "--check", folder.toString(), "10.0.0.7", "192.0.2.2");
        assertThat(one.code()).isEqualTo(1);
        assertThat(one.stderr())
                .isEqualTo(
                        "certs: the certificate is not good for 192.0.2.2; certs " + folder + " 192.0.2.2 adds it\n");
        assertThat(certs(START, "--check", folder.toString(), "a.org", "example.com")
                        .stderr())
                .isEqualTo("certs: the certificate is not good for a.org example.com; certs " + folder
                        + " a.org example.com adds them\n");
        assertThat(certs(START, "--check", folder.toString(), "a_b").code()).isEqualTo(2);
    }

    @Test
    void checksTheKeys() throws Exception {
        certs(START, folder.toString());
        Files.delete(key("frontend"));
        Files.write(key("orders"), Files.readAllBytes(key("catalog")));
        Files.setPosixFilePermissions(key("catalog"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(key("ca"), PosixFilePermissions.fromString("rw-rw----"));

        Run check = certs(START, "--check", folder.toString());

        assertThat(check.code()).isEqualTo(1);
        assertThat(check.stderr()).isEqualTo("""
                certs: DIR/ca-key.pem has the mode rw-rw----, so that others can use it; certs DIR repairs that
                certs: DIR/frontend-key.pem does not exist; certs DIR makes a new one
                certs: the key in DIR/orders-key.pem is not that of the certificate in DIR/orders.pem; certs DIR makes a new one
                certs: DIR/catalog-key.pem has the mode rw-r--r--, so that others can use it; certs DIR repairs that
                """.replace("DIR", folder.toString()));
        assertThat(certs(START, folder.toString()).stdout())
                .contains(
                        "\nfrontend.pem  renewed, with a new key, until 2027-11-29  localhost",
                        "\norders.pem    renewed, with a new key, until 2027-11-29  localhost",
                        "\ncatalog.pem   renewed  until 2027-11-29  localhost");
        assertThat(certs(START, "--check", folder.toString()).code()).isZero();
    }

    @Test
    void checksTheKeyOfTheAuthorityIfItIsThere() throws Exception {
        certs(START, folder.toString());
        Files.write(key("ca"), Files.readAllBytes(key("catalog")));
        assertThat(certs(START, "--check", folder.toString()))
                .extracting(Run::code, Run::stderr)
                .containsExactly(
                        1,
                        "certs: the key in " + key("ca") + " is not that of the authority in " + folder + "/ca.pem\n");

        Files.delete(key("ca"));
        assertThat(certs(START, "--check", folder.toString()).code()).isZero();
    }

    @Test
    void saysWhatToDoAboutAFileThatIsDamaged() throws Exception {
        certs(START, folder.toString());
        Path certificate = folder.resolve("frontend.pem");
        Files.writeString(certificate, Files.readString(certificate).substring(0, 200));
        String damaged = "certs: " + certificate + " is cut off: it has BEGIN CERTIFICATE, but no END CERTIFICATE;"
                + " delete it, and run certs again with the hosts that it was good for\n";

        assertThat(certs(START, folder.toString())).isEqualTo(new Run(1, "", damaged));
        assertThat(certs(START, "--check", folder.toString())).isEqualTo(new Run(1, "", damaged));

        Files.delete(certificate);
        assertThat(certs(START, folder.toString()).code()).isZero();
        Files.writeString(key("orders"), "");
        assertThat(certs(START, folder.toString()).stderr())
                .startsWith("certs: " + key("orders") + " has no content, but ")
                .endsWith("; delete it, and run certs again\n");
        Files.delete(key("orders"));
        assertThat(certs(START, folder.toString()).code()).isZero();
    }

    @Test
    void refusesWhatItCannotUseInOneLine() throws Exception {
        assertThat(certs(START))
                .isEqualTo(
                        new Run(2, "", "certs: Missing required parameter: 'DIR'; certs --help lists what there is\n"));
        assertThat(certs(START, "--nix"))
                .isEqualTo(new Run(2, "", "certs: Unknown option: '--nix'; certs --help lists what there is\n"));
        assertThat(certs(START, folder.toString(), "a_b").code()).isEqualTo(2);
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(certs(START, file.toString()))
                .isEqualTo(new Run(2, "", "certs: " + file + " is a file, but a folder was expected\n"));
        assertThat(certs(START, file + "/sub").stderr())
                .isEqualTo("certs: the folder " + file + "/sub cannot be made: Not a directory\n");
    }

    private Path key(String name) {
        return folder.resolve(name + "-key.pem");
    }

    private static Run certs(Instant now, String... arguments) {
        PrintStream stdout = System.out;
        PrintStream stderr = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, UTF_8));
        System.setErr(new PrintStream(err, true, UTF_8));
        try {
            int code = Program.run(new CertsMain(Clock.fixed(now, ZoneOffset.UTC)), arguments);
            return new Run(code, out.toString(UTF_8), err.toString(UTF_8));
        } finally {
            System.setOut(stdout);
            System.setErr(stderr);
        }
    }
}

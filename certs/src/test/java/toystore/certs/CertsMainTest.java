package toystore.certs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
                .isEqualTo("certs: " + folder + "/frontend.pem: 30 days left; run certs without --check to renew it\n");

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
        assertThat(certs(START, "--check", folder.toString(), "a.org").stderr())
                .isEqualTo("certs: --check changes nothing, so it takes no hosts\n");
    }

    @Test
    void refusesWhatItCannotUseInOneLine() throws Exception {
        assertThat(certs(START))
                .isEqualTo(
                        new Run(2, "", "certs: Missing required parameter: 'DIR'; certs --help lists what there is\n"));
        assertThat(certs(START, folder.toString(), "a_b").code()).isEqualTo(2);
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThat(certs(START, file.toString()))
                .isEqualTo(new Run(2, "", "certs: " + file + " is a file, but a folder was expected\n"));
        assertThat(certs(START, file + "/sub").stderr()).isEqualTo("certs: " + file + "/sub: Not a directory\n");
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

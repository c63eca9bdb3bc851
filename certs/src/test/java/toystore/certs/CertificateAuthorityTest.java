package toystore.certs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.certs.CertificateAuthority.Validity;
import toystore.tls.Identity;
import toystore.tls.TlsFileException;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final Validity YEAR = Validity.of(NOW, Duration.ofDays(365));

    @TempDir
    private Path folder;

    private final CertificateAuthority authority = CertificateAuthority.create("Toy Store CA", YEAR);

    @Test
    void issuesACertificateThatItsFilesProve() throws IOException, GeneralSecurityException {
        Identity issued = authority.issue("orders", List.of("localhost", "127.0.0.1", "::1"), YEAR);

        Identity read = read(write("a.pem", issued.certificatePem()), write("a-key.pem", issued.keyPem()));

        assertThat(read.certificate()).isEqualTo(issued.certificate());
        assertThat(read.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=orders");
        assertThat(read.certificate().getSubjectAlternativeNames())
                .extracting(name -> (Object) name.get(1))
                .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
        read.certificate().verify(authority.identity().certificate().getPublicKey());
    }

    @Test
    void issuesNoAuthority() {
        assertThat(authority.identity().certificate().getBasicConstraints()).isZero();
        assertThat(authority.issue("orders", List.of(), YEAR).certificate().getBasicConstraints())
                .isEqualTo(-1);
    }

    @Test
    void refusesTheKeyOfAnotherCertificate() throws IOException, GeneralSecurityException {
        Path certificate =
                write("a.pem", authority.issue("orders", List.of(), YEAR).certificatePem());
        Path key = write("b-key.pem", authority.issue("orders", List.of(), YEAR).keyPem());

        assertThatThrownBy(() -> read(certificate, key))
                .isInstanceOf(TlsFileException.class)
                .hasMessage("the key in " + key + " is not that of the first certificate in " + certificate
                        + " (CN=orders)");
    }

    @Test
    void refusesACertificateThatHasExpired() throws IOException, GeneralSecurityException {
        Identity old = authority.issue(
                "orders", List.of(), new Validity(NOW.minus(Duration.ofDays(2)), NOW.minus(Duration.ofDays(1))));
        Path certificate = write("a.pem", old.certificatePem());
        Path key = write("a-key.pem", old.keyPem());

        assertThatThrownBy(() -> read(certificate, key))
                .hasMessage(certificate + ": the certificate CN=orders is valid from 2026-11-27T12:00:00Z to"
                        + " 2026-11-28T12:00:00Z, but it is 2026-11-29T12:00:00Z");
    }

    private static Identity read(Path certificate, Path key) throws IOException {
        return Identity.read(certificate, key, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private Path write(String name, String text) throws IOException {
        return Files.write(folder.resolve(name), text.getBytes(UTF_8));
    }
}

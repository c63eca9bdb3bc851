package toystore.certs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import toystore.certs.CertificateAuthority.Validity;
import toystore.tls.Identity;
import toystore.tls.TlsFileException;

/** Pairs of a certificate file and a key file: those that can be used, and what is said about the others. */
class IdentityTest {
    private static final Instant NOW = Instant.parse("2026-11-03T04:05:06Z");
    private static final Validity DAY = Validity.of(NOW, Duration.ofDays(1));
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test CA", DAY);
    private static final Identity SERVER = AUTHORITY.issue("server", List.of("localhost"), DAY);

    @TempDir
    private Path folder;

    private Path certificate;
    private Path key;

    @BeforeEach
    void write() throws Exception {
        certificate = Files.writeString(folder.resolve("cert.pem"), SERVER.certificatePem());
        key = Files.writeString(folder.resolve("key.pem"), SERVER.keyPem());
    }

    @Test
    void readsAPair() throws Exception {
        assertThat(read().chain()).containsExactly(SERVER.certificate());
        assertThat(read().key()).isEqualTo(SERVER.key());
        assertThat(read()).hasToString("CN=server");
    }

    @Test
    void readsAChainWithTextBetweenTheBlocksAndOtherLineEnds() throws Exception {
        String root = AUTHORITY.identity().certificatePem();
        Files.writeString(certificate, "subject=server\n" + SERVER.certificatePem() + "issuer:\n" + root);
        assertThat(read().chain())
                .containsExactly(SERVER.certificate(), AUTHORITY.identity().certificate());

        Files.writeString(certificate, Files.readString(certificate).replace("\n", "\r\n"));
        Files.writeString(key, Files.readString(key).replace("\n", "\r\n"));
        assertThat(read().chain()).hasSize(2);
    }

    @Test
    void refusesAChainInAnotherOrder() throws Exception {
        Identity other = CertificateAuthority.create("Other CA", DAY).identity();
        Files.writeString(certificate, SERVER.certificatePem() + other.certificatePem());
        refuses("certificate 2 (CN=Other CA) did not issue certificate 1 (CN=server)");

        Files.writeString(certificate, AUTHORITY.identity().certificatePem() + SERVER.certificatePem());
        refuses("is not that of the first certificate in " + certificate + " (CN=Test CA)");
    }

    @Test
    void refusesAKeyOfAnotherCertificate() throws Exception {
        Files.writeString(key, AUTHORITY.identity().keyPem());

        refuses("the key in " + key + " is not that of the first certificate in " + certificate + " (CN=server)");
    }

    @Test
    void refusesACertificateThatIsNotValidNow() {
        assertThatThrownBy(() -> readAt(NOW.plus(Duration.ofDays(2)).plusNanos(5)))
                .hasMessageContaining("CN=server is valid from")
                .hasMessageEndingWith("but it is 2026-11-05T04:05:06Z");
        assertThatThrownBy(() -> readAt(NOW.minus(Duration.ofDays(2)))).isInstanceOf(TlsFileException.class);
    }

    /** The forms of keys that programs write, and the command that converts them. */
    @ParameterizedTest
    @CsvSource({
        "RSA PRIVATE KEY, openssl pkcs8 -topk8 -nocrypt -in",
        "EC PRIVATE KEY, openssl pkcs8 -topk8 -nocrypt -in",
        "ENCRYPTED PRIVATE KEY, openssl pkcs8 -topk8 -nocrypt -in",
        "OPENSSH PRIVATE KEY, ssh-keygen -p -m PKCS8"
    })
    void namesTheCommandThatConvertsAKey(String label, String command) throws Exception {
        Files.writeString(key, "-----BEGIN " + label + "-----\nTUlJ\n-----END " + label + "-----\n");

        refuses(key + " has " + label, command);
    }

    @Test
    void namesTheCommandThatConvertsBinaryFiles() throws Exception {
        Files.write(key, SERVER.key().getEncoded());
        refuses(key + " has binary content", "openssl pkey -inform DER", "openssl pkcs12 -nocerts -nodes");

        Files.write(certificate, SERVER.certificate().getEncoded());
        refuses(certificate + " has binary content", "openssl x509 -inform DER");
    }

    @Test
    void refusesFilesWithoutContent() throws Exception {
        Files.writeString(key, "");
        refuses(key + " has no content");

        Files.writeString(certificate, "hello\n");
        refuses(certificate + " has text without a PEM block");

        Files.delete(certificate);
        refuses(certificate + " does not exist");

        certificate = folder.resolve("key.pem").resolve("cert.pem");
        assertThatThrownBy(this::read).hasMessage(certificate + " cannot be read: Not a directory");
    }

    /** A file that is written while it is read. */
    @Test
    void refusesFilesThatAreCutOffAnywhere() throws Exception {
        String pem = SERVER.certificatePem();
        for (int length = 0; length < pem.length() - 1; length++) {
            Files.writeString(certificate, pem.substring(0, length));
            assertThatThrownBy(this::read).as("%s bytes", length).isInstanceOf(TlsFileException.class);
        }
    }

    @Test
    void refusesSeveralKeysDamagedKeysAndOtherAlgorithms() throws Exception {
        Files.writeString(key, SERVER.keyPem() + SERVER.keyPem());
        refuses(key + " has 2 private keys, but one was expected");

        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----\n");
        refuses("the block PRIVATE KEY is not base64");

        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nTUlJ\n-----END PRIVATE KEY-----\n");
        refuses("damaged, or neither RSA nor EC");

        Identity other = new Identity(
                List.<X509Certificate>of(SERVER.certificate()),
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
        Files.writeString(key, other.keyPem());
        refuses("damaged, or neither RSA nor EC");
    }

    @Test
    void neverShowsTheKey() throws Exception {
        String secret = SERVER.keyPem().lines().toList().get(1);
        Files.write(key, (SERVER.keyPem() + SERVER.keyPem()).getBytes(ISO_8859_1));

        assertThatThrownBy(this::read).message().doesNotContain(secret);
        assertThat(SERVER.toString()).doesNotContain(secret);
    }

    private Identity read() throws TlsFileException {
        return readAt(NOW);
    }

    private Identity readAt(Instant now) throws TlsFileException {
        return Identity.read(certificate, key, Clock.fixed(now, ZoneOffset.UTC));
    }

    private void refuses(String... parts) {
        assertThatThrownBy(this::read).isInstanceOf(TlsFileException.class).hasMessageContainingAll(parts);
    }
}

package toystore.frontend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import toystore.certs.CertificateAuthority;
import toystore.certs.CertificateAuthority.Validity;
import toystore.tls.Identity;
import toystore.tls.Tls;

/** The pair of files for HTTPS, and its renewal. */
class ServerCertificateTest {
    private static final Instant NOW = Instant.parse("2026-11-03T04:05:06Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final Validity OLD_TIME = new Validity(Instant.EPOCH, Instant.parse("2126-01-01T00:00:00Z"));
    private static final Validity NEW_TIME = new Validity(Instant.EPOCH, Instant.parse("2127-01-01T00:00:00Z"));
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test CA", NEW_TIME);
    private static final Identity OLD = AUTHORITY.issue("old", List.of("localhost"), OLD_TIME);
    private static final Identity NEW = AUTHORITY.issue("new", List.of("localhost"), NEW_TIME);

    @TempDir
    private Path folder;

    private FrontendConfig.TlsFiles pair;
    private ServerCertificate certificate;

    @BeforeEach
    void start() throws Exception {
        pair = write(folder, OLD);
        certificate = new ServerCertificate(pair, Duration.ofMillis(5), CLOCK);
        certificate.start();
    }

    @AfterEach
    void stop() {
        certificate.close();
    }

    @Test
    void usesAReplacedPair() throws Exception {
        SSLContext before = certificate.context();
        assertThat(certificate.expiry()).isEqualTo(OLD_TIME.until());

        write(folder, NEW);

        await().until(() -> certificate.expiry().equals(NEW_TIME.until()));
        assertThat(certificate.context()).isNotSameAs(before);
    }

    @Test
    void warnsOfTheCertificateOfAnAuthority() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger logger = (Logger) LoggerFactory.getLogger(ServerCertificate.class);
        logger.addAppender(lines);
        try {
            Path other = Files.createDirectory(folder.resolve("other"));
            new ServerCertificate(write(other, NEW), Duration.ofDays(1), CLOCK).close();
            assertThat(lines.list).isEmpty();

            new ServerCertificate(write(other, AUTHORITY.identity()), Duration.ofDays(1), CLOCK).close();
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(lines.list)
                .singleElement()
                .asString()
                .startsWith("[WARN] --tls-cert " + folder.resolve("other"))
                .contains(" is the certificate of an authority (CN=Test CA), ");
    }

    @Test
    void usesAReplacedLink() throws Exception {
        FrontendConfig.TlsFiles linked = new FrontendConfig.TlsFiles(
                folder.resolve("data").resolve("cert.pem"),
                folder.resolve("data").resolve("key.pem"));
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        write(first, OLD);
        write(second, NEW);
        Files.createSymbolicLink(folder.resolve("data"), first);
        try (ServerCertificate behindLink = new ServerCertificate(linked, Duration.ofMillis(5), CLOCK)) {
            behindLink.start();

            Files.createSymbolicLink(folder.resolve("next"), second);
            Files.move(
                    folder.resolve("next"),
                    folder.resolve("data"),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);

            await().until(() -> behindLink.expiry().equals(NEW_TIME.until()));
        }
    }

    @Test
    void keepsThePairInUseWhileTheFilesDoNotFit() throws Exception {
        SSLContext before = certificate.context();
        String key = NEW.keyPem();
        Identity expired =
                AUTHORITY.issue("expired", List.of(), new Validity(NOW.minusSeconds(9), NOW.minusSeconds(1)));

        for (Content content : List.of(
                new Content(NEW.certificatePem(), OLD.keyPem()), // the key is not renewed yet
                new Content(NEW.certificatePem(), key.substring(0, key.length() / 2)), // half-written
                new Content(NEW.certificatePem(), ""),
                new Content("", key),
                new Content(expired.certificatePem(), expired.keyPem()))) {
            Files.writeString(pair.certificate(), content.certificate());
            Files.writeString(pair.key(), content.key());
            long written = System.nanoTime();
            await().until(() -> System.nanoTime() - written > 30_000_000); // some checks

            assertThat(certificate.context()).isSameAs(before);
        }
        Files.delete(pair.key());
        write(folder, NEW);
        await().until(() -> certificate.expiry().equals(NEW_TIME.until()));
    }

    private record Content(String certificate, String key) {}

    @Test
    void showsTheNewCertificateToNewConnections() throws Exception {
        assertThat(shownBy(certificate.context())).isEqualTo(OLD.certificate());

        write(folder, NEW);
        await().until(() -> certificate.expiry().equals(NEW_TIME.until()));

        assertThat(shownBy(certificate.context())).isEqualTo(NEW.certificate());
    }

    @Test
    void refusesToStartWithFilesThatDoNotFit() throws Exception {
        Files.writeString(pair.key(), NEW.keyPem());

        assertThatThrownBy(() -> new ServerCertificate(pair, Duration.ofHours(1), CLOCK))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("--tls-cert and --tls-key cannot be used: the key in ")
                .hasMessageContaining("is not that of the first certificate");
    }

    @Test
    void takesBothFlagsOrNone() {
        assertThat(FrontendConfig.TlsFiles.of("", "")).isEmpty();
        assertThat(FrontendConfig.TlsFiles.of("a", "b"))
                .contains(new FrontendConfig.TlsFiles(Path.of("a"), Path.of("b")));
        assertThatThrownBy(() -> FrontendConfig.TlsFiles.of("a", ""))
                .hasMessage("--tls-cert is given without --tls-key; HTTPS needs both");
        assertThatThrownBy(() -> FrontendConfig.TlsFiles.of("", "b"))
                .hasMessage("--tls-key is given without --tls-cert; HTTPS needs both");
    }

    private static FrontendConfig.TlsFiles write(Path folder, Identity identity) throws Exception {
        return new FrontendConfig.TlsFiles(
                Files.writeString(folder.resolve("cert.pem"), identity.certificatePem()),
                Files.writeString(folder.resolve("key.pem"), identity.keyPem()));
    }

    /** The certificate that a client of a server with this context gets. */
    private static X509Certificate shownBy(SSLContext context) throws Exception {
        SSLContext client =
                Tls.context(null, Tls.trusting(List.of(AUTHORITY.identity().certificate()))[0]);
        try (SSLServerSocket listener = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> acceptOne(listener));
            server.start();
            try (SSLSocket tls = (SSLSocket)
                    client.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), listener.getLocalPort())) {
                tls.startHandshake();
                return (X509Certificate) tls.getSession().getPeerCertificates()[0];
            } finally {
                server.join();
            }
        }
    }

    private static void acceptOne(SSLServerSocket listener) {
        try (SSLSocket peer = (SSLSocket) listener.accept()) {
            peer.startHandshake();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

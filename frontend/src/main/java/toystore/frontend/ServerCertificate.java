package toystore.frontend;

import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.BackgroundLoop;
import toystore.tls.Identity;
import toystore.tls.ReloadedFiles;
import toystore.tls.Tls;
import toystore.tls.TlsFileException;

/**
 * The certificate for HTTPS, and its key. It is read again when its files change, and used for new connections then.
 * Thread-safe.
 */
final class ServerCertificate implements Closeable {
    /** How often the files are compared with those in use. */
    static final Duration CHECKED_EVERY = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(ServerCertificate.class);

    private final ReloadedFiles<InUse> files;
    private final BackgroundLoop checks;

    /** A pair of files that fits. Connections of one context can be resumed by others. */
    private record InUse(Identity identity, SSLContext context) {}

    /** @throws IOException if the files cannot be used; the message says why */
    ServerCertificate(FrontendConfig.TlsFiles pair, Duration checkedEvery, Clock clock) throws IOException {
        this.files = open(pair, clock);
        this.checks = new BackgroundLoop("frontend-certificate", checkedEvery, () -> {
            files.check();
            return checkedEvery;
        });
    }

    private static ReloadedFiles<InUse> open(FrontendConfig.TlsFiles pair, Clock clock) throws IOException {
        try {
            return ReloadedFiles.open(List.of(pair.certificate(), pair.key()), () -> {
                Identity identity = Identity.read(pair.certificate(), pair.key(), clock);
                warnOfAuthority(pair, identity);
                return new InUse(identity, Tls.context(identity, null));
            });
        } catch (TlsFileException e) {
            throw new IOException("--tls-cert and --tls-key cannot be used: " + e.getMessage(), e);
        }
    }

    /** Does not refuse it, because {@code openssl req -x509} makes such certificates for servers. */
    private static void warnOfAuthority(FrontendConfig.TlsFiles pair, Identity identity) {
        if (identity.certificate().getBasicConstraints() >= 0) {
            log.warn(
                    "--tls-cert {} is the certificate of an authority ({}), and --tls-key can issue others; expected those"
                            + " of a server, such as frontend.pem of ./toystore certs",
                    pair.certificate(),
                    identity);
        }
    }

    /** Looks at the files now and then, until this is closed. */
    void start() {
        checks.start();
    }

    /** The context for the next connection. */
    SSLContext context() {
        return files.current().context();
    }

    /** When the certificate, or that of an issuer, expires. */
    Instant expiry() {
        return files.current().identity().chain().stream()
                .map(each -> each.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    @Override
    public void close() {
        checks.close();
    }
}

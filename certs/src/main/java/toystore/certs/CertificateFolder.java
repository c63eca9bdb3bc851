package toystore.certs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import toystore.certs.CertificateAuthority.Validity;
import toystore.tls.Identity;

/**
 * The certificates of a store: those of its authority and of its services.
 *
 * <pre>
 *   ca.pem             the certificate of the authority: who trusts it trusts all of them
 *   ca-key.pem         the key of the authority, to issue more; no service reads it
 *   frontend.pem       the certificate of the frontend: to its clients, and to the other services
 *   frontend-key.pem   its key
 *   orders.pem, orders-key.pem, catalog.pem, catalog-key.pem
 * </pre>
 */
public final class CertificateFolder {
    /** The services, each of which has a certificate with its name. */
    public static final List<String> ROLES = List.of("frontend", "orders", "catalog");
    /** The hosts that each certificate is good for. */
    public static final List<String> LOCAL_HOSTS = List.of("localhost", "127.0.0.1", "::1");

    private static final Duration VALIDITY = Duration.ofDays(365);

    private CertificateFolder() {}

    /** Makes an authority and the certificates of all services, which are good for localhost and other hosts. */
    public static void make(Path folder, List<String> otherHosts, Clock clock) throws IOException {
        Validity validity = Validity.of(clock.instant(), VALIDITY);
        List<String> hosts = new ArrayList<>(LOCAL_HOSTS);
        hosts.addAll(otherHosts);
        Files.createDirectories(folder);
        CertificateAuthority authority = CertificateAuthority.create("Toy Store CA", validity);
        write(folder, "ca", authority.identity());
        for (String role : ROLES) {
            write(folder, role, authority.issue(role, hosts, validity));
        }
    }

    private static void write(Path folder, String name, Identity identity) throws IOException {
        try {
            Files.write(folder.resolve(name + ".pem"), identity.certificatePem().getBytes(US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate of " + name + " cannot be encoded: " + e.getMessage(), e);
        }
        Path key = folder.resolve(name + "-key.pem");
        Files.deleteIfExists(key);
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(key, identity.keyPem().getBytes(US_ASCII));
    }
}

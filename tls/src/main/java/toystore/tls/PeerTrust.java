package toystore.tls;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * Decides about the certificate of another service: the store's own authority must have issued it, it must be valid
 * now, and its common name must be one of the expected ones. Thread-safe.
 *
 * <p>The common name is the identity of a service, not its host: services move between machines, and a host name in the
 * certificate would add nothing. Only the store's authority issues such certificates, so a peer that proves to be
 * {@code orders} is the orders service wherever it runs. A public authority would not do: it vouches for host names, to
 * anyone. So the authorities of the JDK are not trusted here.
 *
 * <p>The message of a refusal has the subject of the certificate and the reason.
 */
public final class PeerTrust extends X509ExtendedTrustManager {
    private static final String ANY_KEY_EXCHANGE = "UNKNOWN"; // TLS 1.3 has no other

    private final X509ExtendedTrustManager pkix;
    private final Set<String> names;

    /** @param names the common names that are accepted */
    public PeerTrust(List<X509Certificate> authorities, Set<String> names) {
        this.pkix = Arrays.stream(Tls.trusting(authorities))
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the JDK cannot check certificates"));
        this.names = Set.copyOf(names);
    }

    /** The decision of the JDK. */
    private interface Pkix {
        void check() throws CertificateException;
    }

    /**
     * Checks the certificates of a client, also those of a session that was resumed, which the JDK does not check again.
     *
     * @return the common name
     * @throws CertificateException if they are refused; the message has the subject and the reason
     */
    public String checkClient(List<X509Certificate> chain) throws CertificateException {
        X509Certificate[] array = chain.toArray(X509Certificate[]::new);
        return check(array, () -> pkix.checkClientTrusted(array, ANY_KEY_EXCHANGE));
    }

    /** Likewise, those of a server. */
    public String checkServer(List<X509Certificate> chain) throws CertificateException {
        X509Certificate[] array = chain.toArray(X509Certificate[]::new);
        return check(array, () -> pkix.checkServerTrusted(array, ANY_KEY_EXCHANGE));
    }

    private String check(X509Certificate[] chain, Pkix decision) throws CertificateException {
        X509Certificate certificate = chain[0];
        try {
            decision.check();
        } catch (CertificateException e) {
            throw refused(certificate, reason(certificate, e), e);
        }
        List<String> found = commonNames(certificate);
        if (found.size() != 1 || !names.contains(found.get(0))) {
            throw refused(
                    certificate,
                    "its common name is " + String.join(" and ", found) + ", but "
                            + String.join(", ", new TreeSet<>(names))
                            + (names.size() == 1 ? " was expected" : " were expected"),
                    null);
        }
        return found.get(0);
    }

    private static CertificateException refused(X509Certificate certificate, String reason, Exception cause) {
        return new CertificateException(
                "the certificate " + certificate.getSubjectX500Principal() + " is refused: " + reason, cause);
    }

    private static String reason(X509Certificate certificate, CertificateException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return "it expired at " + certificate.getNotAfter().toInstant();
            }
            if (cause instanceof CertificateNotYetValidException) {
                return "it is not valid before " + certificate.getNotBefore().toInstant();
            }
            if (cause instanceof CertPathBuilderException || isOfAnotherAuthority(cause)) {
                return "another authority than that of this store issued it: " + certificate.getIssuerX500Principal();
            }
        }
        return e.getMessage();
    }

    /** Of another key: the authority can have the name of the right one. */
    private static boolean isOfAnotherAuthority(Throwable cause) {
        return cause instanceof CertPathValidatorException invalid
                && (invalid.getReason() == PKIXReason.NO_TRUST_ANCHOR
                        || invalid.getReason() == BasicReason.INVALID_SIGNATURE);
    }

    private static List<String> commonNames(X509Certificate certificate) throws CertificateException {
        List<String> found = new ArrayList<>();
        try {
            String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
            for (Rdn part : new LdapName(subject).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    found.add(String.valueOf(part.getValue()));
                }
            }
            return found;
        } catch (InvalidNameException e) {
            throw refused(certificate, "its subject cannot be read", e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyExchange) throws CertificateException {
        check(chain, () -> pkix.checkClientTrusted(chain, keyExchange));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyExchange, Socket socket)
            throws CertificateException {
        check(chain, () -> pkix.checkClientTrusted(chain, keyExchange, socket));
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine)
            throws CertificateException {
        check(chain, () -> pkix.checkClientTrusted(chain, keyExchange, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyExchange) throws CertificateException {
        check(chain, () -> pkix.checkServerTrusted(chain, keyExchange));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyExchange, Socket socket)
            throws CertificateException {
        check(chain, () -> pkix.checkServerTrusted(chain, keyExchange, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine)
            throws CertificateException {
        check(chain, () -> pkix.checkServerTrusted(chain, keyExchange, engine));
    }

    /** None is announced: a client with a certificate of another authority would send none, and the log not name it. */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}

package toystore.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The settings of TLS that the store offers and accepts: TLS 1.3 and 1.2, forward secrecy and authenticated encryption
 * only (RFC 9325 §3, §4). Without renegotiation and compression.
 */
public final class Tls {
    /** The protocols, newest first. */
    public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    private static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    private static final int CACHED_SESSIONS = 10_000;
    private static final int SESSION_SECONDS = 3600;
    private static final char[] NO_PASSWORD = new char[0];

    static {
        // The JDK reads it when the first context is made. TLS 1.3 has no renegotiation; of the store's clients of
        // TLS 1.2, none needs it.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private Tls() {}

    /**
     * A context for connections.
     *
     * @param identity what this side proves itself with; {@code null} for a client without a certificate
     * @param trust decides about the certificates of the other side; {@code null} if a server asks for none
     */
    public static SSLContext context(Identity identity, TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    identity == null ? new KeyManager[0] : keyManagers(identity),
                    trust == null ? new TrustManager[0] : new TrustManager[] {trust},
                    null);
            context.getServerSessionContext().setSessionCacheSize(CACHED_SESSIONS);
            context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JDK cannot make a context for TLS: " + e.getMessage(), e);
        }
    }

    /**
     * The parameters for one connection: its protocols and cipher suites.
     *
     * @param protocols some of {@link #PROTOCOLS}
     */
    public static SSLParameters parameters(SSLContext context, List<String> protocols) {
        SSLParameters parameters = context.getDefaultSSLParameters();
        List<String> supported =
                Arrays.asList(context.getSupportedSSLParameters().getCipherSuites());
        parameters.setProtocols(protocols.toArray(String[]::new));
        parameters.setCipherSuites(
                CIPHER_SUITES.stream().filter(supported::contains).toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        return parameters;
    }

    /** The decision of the JDK about certificates (RFC 5280 §6), with these certificates as its only roots. */
    public static X509ExtendedTrustManager trusting(List<X509Certificate> roots) {
        try {
            KeyStore store = emptyStore();
            for (int i = 0; i < roots.size(); i++) {
                store.setCertificateEntry("root-" + i, roots.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return (X509ExtendedTrustManager) factory.getTrustManagers()[0]; // the only one of PKIX
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JDK cannot check certificates: " + e.getMessage(), e);
        }
    }

    /** The first exception of a type among a failure and its causes: the JDK wraps the reason of a failed handshake. */
    public static <E extends Throwable> Optional<E> cause(Throwable failure, Class<E> type) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    private static KeyManager[] keyManagers(Identity identity) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "identity", identity.key(), NO_PASSWORD, identity.chain().toArray(X509Certificate[]::new));
        // it takes the key out of the store once, and not for each handshake like "PKIX"
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        // in memory only; "PKCS12" would encrypt the key with 10,000 rounds of a hash
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, NO_PASSWORD);
        return store;
    }
}

package toystore.client.http;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import toystore.common.Address;
import toystore.tls.Identity;
import toystore.tls.Tls;
import toystore.tls.TlsFileException;

/**
 * How a client encrypts its connections, and which servers it trusts: TLS 1.3 and 1.2. Thread-safe.
 *
 * <p>A connection resumes the session of an earlier one of the same instance to the same server.
 */
public final class ClientTls {
    /** Trusts the servers whose certificates the JDK's authorities have issued for the host of the URL. */
    public static final ClientTls BY_JDK_ROOTS = new ClientTls(new CheckedServers(
            jdkRoots(), "none of the JDK's certificate authorities; --cacert FILE trusts another one"));

    // messages of the JDK, which has no types for them
    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");
    private static final String NO_TLS = "Unsupported or unrecognized SSL message";

    private final SSLContext context;
    private final SSLParameters parameters;

    private ClientTls(X509ExtendedTrustManager servers) {
        this.context = Tls.context(null, servers);
        this.parameters = Tls.parameters(context, Tls.PROTOCOLS);
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the trust manager compares the host (RFC 9110 §4.3.4)
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
    }

    /**
     * Trusts the servers whose certificates one of the authorities in a PEM file has issued for the host of the URL,
     * and no others.
     *
     * @throws TlsFileException if the file has no certificates; the message says what it has
     */
    public static ClientTls trusting(Path authorities) throws TlsFileException {
        X509ExtendedTrustManager check = Tls.trusting(Identity.certificates(authorities));
        return new ClientTls(new CheckedServers(check, "no certificate authority in " + authorities));
    }

    /** Encrypts, but trusts every server: also one that only pretends to be the right one. */
    public static ClientTls insecure() {
        return new ClientTls(new AnyServer());
    }

    /**
     * A socket for the bytes of TLS. It tells whether they ended without the word of TLS for it, close_notify: the JDK
     * reports both ends in the same way, and reads nothing after that word. Used by one thread.
     */
    static final class Carrier extends Socket {
        private static final int BUFFER = 4096; // bytes of records that are read ahead: one read for a short response

        private boolean cutOff;
        private InputStream in; // made once, as it may hold bytes

        /** Returns whether a read has found that the connection ended, though the server had not said so. */
        boolean isCutOff() {
            return cutOff;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            if (in == null) {
                in = new FilterInputStream(new BufferedInputStream(super.getInputStream(), BUFFER)) {
                    @Override
                    public int read() throws IOException {
                        return seen(super.read());
                    }

                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        return seen(super.read(bytes, offset, length));
                    }
                };
            }
            return in;
        }

        private int seen(int result) {
            cutOff |= result < 0;
            return result;
        }
    }

    /**
     * Makes the handshake on a connected socket. The connection ends when that socket is closed.
     *
     * @throws IOException if there is no server of TLS, or one that is not trusted; the message is for a person
     */
    SSLSocket over(Carrier raw, Address server) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(raw, server.host(), server.port(), false);
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
            return socket;
        } catch (SSLException e) {
            throw new IOException(problem(server, e), e);
        }
    }

    private static String problem(Address server, SSLException e) {
        Optional<RefusedCertificateException> refused = Tls.cause(e, RefusedCertificateException.class);
        if (refused.isPresent()) {
            return "the certificate of " + server + " " + refused.get().getMessage();
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains(NO_TLS)) {
            return server + " does not respond in TLS; expected a server of https://, and this may be one of http://";
        }
        Matcher alert = ALERT.matcher(message);
        if (alert.find()) {
            return server + " refuses the TLS handshake: " + alert.group(1);
        }
        if (Tls.cause(e, EOFException.class).isPresent()) {
            return server + " closed the connection within the TLS handshake";
        }
        return "the TLS handshake with " + server + " failed: " + message;
    }

    private static X509ExtendedTrustManager jdkRoots() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init((KeyStore) null);
            return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK's certificate authorities cannot be read: " + e.getMessage(), e);
        }
    }

    /** The message is a predicate of "the certificate of the server". */
    private static final class RefusedCertificateException extends CertificateException {
        private static final long serialVersionUID = 1;

        RefusedCertificateException(String message, CertificateException cause) {
            super(message, cause);
        }
    }

    /** The decision of the JDK, with a reason for a person. */
    private static final class CheckedServers extends ServersOnly {
        private final X509ExtendedTrustManager jdk;
        private final String unknownIssuer;

        /** @param unknownIssuer what did not issue the certificate, if none of the trusted authorities has */
        CheckedServers(X509ExtendedTrustManager jdk, String unknownIssuer) {
            this.jdk = jdk;
            this.unknownIssuer = unknownIssuer;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange, Socket socket)
                throws CertificateException {
            try {
                jdk.checkServerTrusted(chain, keyExchange, socket);
            } catch (CertificateException e) {
                throw new RefusedCertificateException(reason(chain, keyExchange, e), e);
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return jdk.getAcceptedIssuers();
        }

        private String reason(X509Certificate[] chain, String keyExchange, CertificateException e) {
            X509Certificate own = chain[0];
            if (Tls.cause(e, CertificateExpiredException.class).isPresent()) {
                return "has expired: it was valid until " + own.getNotAfter().toInstant();
            }
            if (Tls.cause(e, CertificateNotYetValidException.class).isPresent()) {
                return "is not valid before " + own.getNotBefore().toInstant();
            }
            if (Tls.cause(e, CertPathBuilderException.class).isPresent()) {
                return "is not trusted: it was issued by \"" + own.getIssuerX500Principal() + "\", and by "
                        + unknownIssuer;
            }
            try {
                jdk.checkServerTrusted(chain, keyExchange); // without the host
                return "is for other hosts: " + hosts(own);
            } catch (CertificateException invalid) {
                return "is not trusted: " + e.getMessage();
            }
        }

        private static String hosts(X509Certificate certificate) throws CertificateParsingException {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? "it names none"
                    : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.joining(", "));
        }
    }

    /** Does not check anything. Without the base class, the JDK would compare the host. */
    private static final class AnyServer extends ServersOnly {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange, Socket socket) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** Decides about the servers at the other ends of sockets, and nothing else. */
    private abstract static class ServersOnly extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange) throws CertificateException {
            throw new CertificateException("the host of the certificate is not known");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("there are no engines here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyExchange) throws CertificateException {
            throw new CertificateException("there are no clients here");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyExchange, Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, keyExchange);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, keyExchange);
        }
    }
}

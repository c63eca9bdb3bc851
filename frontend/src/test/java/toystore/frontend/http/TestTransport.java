package toystore.frontend.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import toystore.certs.CertificateAuthority;
import toystore.certs.CertificateAuthority.Validity;
import toystore.certs.CertificateFolder;
import toystore.common.Address;
import toystore.tls.Identity;
import toystore.tls.Tls;

/** How the clients and the servers of tests connect. */
public enum TestTransport {
    PLAIN(""),
    TLS_1_3("TLSv1.3"),
    TLS_1_2("TLSv1.2");

    private final String protocol;

    TestTransport(String protocol) {
        this.protocol = protocol;
    }

    /** The certificates of all tests, and the contexts that use them. */
    private static final class Contexts {
        private static final Validity VALIDITY =
                new Validity(Instant.EPOCH, Instant.EPOCH.plus(Duration.ofDays(50_000)));
        private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test CA", VALIDITY);
        private static final Identity IDENTITY = AUTHORITY.issue("frontend", CertificateFolder.LOCAL_HOSTS, VALIDITY);
        private static final SSLContext SERVER = Tls.context(IDENTITY, null);
        private static final SSLContext CLIENT =
                Tls.context(null, Tls.trusting(List.of(AUTHORITY.identity().certificate())));
    }

    /** The authority that the clients trust. */
    public static CertificateAuthority authority() {
        return Contexts.AUTHORITY;
    }

    /** The certificate of the servers, and its key. */
    public static Identity identity() {
        return Contexts.IDENTITY;
    }

    public boolean isTls() {
        return this != PLAIN;
    }

    /** The context of a server. */
    public Optional<Supplier<SSLContext>> server() {
        return this == PLAIN ? Optional.empty() : Optional.of(() -> Contexts.SERVER);
    }

    /** The context of a client that trusts the servers. */
    public static SSLContext client() {
        return Contexts.CLIENT;
    }

    /** The parameters of a client that speaks this version only. */
    public SSLParameters clientParameters() {
        return Tls.parameters(Contexts.CLIENT, List.of(protocol));
    }

    /** Connects. A TLS handshake begins with the first byte that is sent or awaited. */
    public Socket connect(Address server) throws IOException {
        return connectFrom("127.0.0.1", server);
    }

    /** The same, from an address of this machine. */
    public Socket connectFrom(String address, Address server) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(address, 0));
        socket.connect(server.resolve());
        socket.setTcpNoDelay(true);
        return this == PLAIN ? socket : layer(socket, server);
    }

    /** Waits for the end of the TLS handshake. */
    public static void finishHandshake(Socket socket) throws IOException {
        if (socket instanceof SSLSocket tls) {
            tls.startHandshake();
        }
    }

    /** Layers TLS over a socket of a client, and closes the one with the other. */
    Socket layer(Socket socket, Address server) throws IOException {
        SSLSocket tls =
                (SSLSocket) Contexts.CLIENT.getSocketFactory().createSocket(socket, server.host(), server.port(), true);
        SSLParameters parameters = clientParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        tls.setSSLParameters(parameters);
        return tls;
    }
}

package toystore.wire.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Abbreviated;
import toystore.common.Address;
import toystore.common.BackgroundLoop;
import toystore.common.ConnectionReaper;
import toystore.common.ConnectionReaper.Deadline;
import toystore.common.Threads;
import toystore.common.log.LimitedLog;
import toystore.tls.Identity;
import toystore.tls.PeerTrust;
import toystore.tls.ReloadedFiles;
import toystore.tls.Tls;
import toystore.wire.message.Reply;
import toystore.wire.message.Role;

/**
 * TLS 1.3 between services, with certificates on both sides. Thread-safe.
 *
 * <p>The folder has the certificate of the store's authority, and the certificate and the key of this service:
 * {@code ca.pem}, {@code orders.pem}, {@code orders-key.pem}. {@link PeerTrust} decides about the certificate of the
 * other side; its common name is the {@link Role} of the peer.
 *
 * <p>A client of TLS 1.3 has finished its handshake before the server has seen the client's certificate. So the server
 * sends a greeting, the line {@code {"code":1}}, when it has accepted the client, and the client waits for it before it
 * uses the connection. So a refused client never sends a request.
 *
 * <p>The handshake of a server runs on the thread of the session, for at most 5 s. At most 192 run at once: a further
 * one ends the oldest. So peers that have proved nothing hold three quarters of the session threads at most, and a
 * handshake that takes milliseconds succeeds while they try. The limit is so high because honest peers that all connect
 * again after a restart must not end each other's handshakes.
 *
 * <p>The files are read again every 10 s. New connections use the new content at once. A client replaces its other
 * connections before their next request. A server ends a connection whose client's certificate has expired, or is not
 * accepted any more because {@code ca.pem} was replaced: within 10 s after the requests in progress, and a stream of
 * replies within 20 s.
 */
public final class PeerTls implements PeerTransport {
    static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);
    static final int MAX_HANDSHAKES = 192;

    private static final Logger log = LoggerFactory.getLogger(PeerTls.class);
    private static final Duration CHECK_EVERY = Duration.ofSeconds(10);
    private static final Duration WARM_UP = Duration.ofMillis(500); // at most
    private static final int WARM_UP_HANDSHAKES = 20;
    private static final List<String> PROTOCOLS = List.of("TLSv1.3");
    private static final int HANDSHAKE_RECORD = 0x16; // the first byte of a connection (RFC 8446 §5.1)
    private static final byte[] GREETING = ("{\"code\":" + Reply.OK + "}\n").getBytes(US_ASCII);
    private static final int MAX_SHOWN = 300; // characters of a message about a certificate of a stranger

    private final Role role; // of this service
    private final ReloadedFiles<Credentials> files;
    private final LimitedLog refusals = new LimitedLog(log);
    private final Queue<Socket> handshaking = new ConcurrentLinkedQueue<>(); // of the server, the oldest first
    private final Queue<Accepted> accepted = new ConcurrentLinkedQueue<>();
    private volatile int reloads; // of the files; read by all clients before each request
    private final BackgroundLoop checks = new BackgroundLoop("peer-tls", CHECK_EVERY, this::checkAgain);

    /**
     * What the files have.
     *
     * @param trust accepts all roles
     * @param servers the contexts of a client, by the role of the server
     */
    private record Credentials(Identity identity, PeerTrust trust, SSLContext server, Map<Role, SSLContext> servers) {

        static Credentials read(Path folder, Role role, Clock clock) throws IOException {
            Path certificate = folder.resolve(role.commonName() + ".pem");
            Identity identity = Identity.read(certificate, folder.resolve(role.commonName() + "-key.pem"), clock);
            List<X509Certificate> authorities = Identity.certificates(folder.resolve("ca.pem"));
            try {
                new PeerTrust(authorities, Set.of(role.commonName())).checkClient(identity.chain());
            } catch (CertificateException e) {
                throw new IOException(certificate + " does not fit ca.pem beside it: " + e.getMessage(), e);
            }
            PeerTrust trust = new PeerTrust(
                    authorities,
                    Arrays.stream(Role.values()).map(Role::commonName).collect(Collectors.toSet()));
            Map<Role, SSLContext> servers = new EnumMap<>(Role.class);
            for (Role server : Role.values()) {
                servers.put(server, Tls.context(identity, new PeerTrust(authorities, Set.of(server.commonName()))));
            }
            return new Credentials(identity, trust, Tls.context(identity, trust), servers);
        }
    }

    /** A connection that was accepted. Only the thread of the checks changes it. */
    private static final class Accepted {
        private final Socket raw;
        private final List<X509Certificate> chain;
        private boolean ending;

        Accepted(Socket raw, List<X509Certificate> chain) {
            this.raw = raw;
            this.chain = chain;
        }
    }

    /**
     * The bytes of a client. Their end is a timeout for the JDK, after which a TLS connection can still send; at a plain
     * end it would not send the replies to requests in progress. The server itself ends the input when it is closed.
     */
    private static final class EndlessInput extends InputStream {
        private final InputStream rest;
        private int first; // -1 when it has been read

        EndlessInput(int first, InputStream rest) {
            this.first = first;
            this.rest = rest;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (first >= 0) {
                bytes[offset] = (byte) first;
                first = -1;
                return 1;
            }
            int count = rest.read(bytes, offset, length);
            if (count < 0) {
                throw new EndOfInputException();
            }
            return count;
        }

        @Override
        public int available() throws IOException {
            return rest.available();
        }
    }

    private static final class EndOfInputException extends InterruptedIOException {
        private static final long serialVersionUID = 1;
    }

    /** What the client sends within TLS: its end is one again. */
    private static final class EndedInput extends FilterInputStream {
        EndedInput(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (EndOfInputException e) {
                return -1;
            }
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            try {
                return super.read(bytes, offset, length);
            } catch (EndOfInputException e) {
                return -1;
            }
        }
    }

    private PeerTls(Role role, ReloadedFiles<Credentials> files) {
        this.role = role;
        this.files = files;
    }

    /**
     * Reads the certificates.
     *
     * @param role of this service; its common name is that of the files, too
     * @throws IOException if they cannot be used; the message says why
     */
    public static PeerTls open(Path folder, Role role) throws IOException {
        List<Path> paths = List.of(
                folder.resolve("ca.pem"),
                folder.resolve(role.commonName() + ".pem"),
                folder.resolve(role.commonName() + "-key.pem"));
        PeerTls opened =
                new PeerTls(role, ReloadedFiles.open(paths, () -> Credentials.read(folder, role, Clock.systemUTC())));
        opened.rehearse();
        opened.checks.start();
        return opened;
    }

    @Override
    public String toString() {
        Identity identity = files.current().identity();
        return "TLS, here with the certificate " + identity + ", valid until "
                + identity.certificate().getNotAfter().toInstant();
    }

    /**
     * Connects with itself. So the JVM has loaded what a handshake needs, for which the first one takes long; and
     * certificates that cannot be used on both sides are found at the start.
     */
    private void rehearse() throws IOException {
        try (ConnectionReaper reaper = new ConnectionReaper("peer-tls-rehearsal-reaper", Duration.ofMillis(100));
                ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel client = SocketChannel.open(listener.getLocalSocketAddress());
                Socket server = accept(listener, client);
                Deadline deadline = reaper.watch(client, HANDSHAKE_TIMEOUT)) {
            reaper.start();
            Threads.named("peer-tls-rehearsal", () -> {
                        boolean accepted = false;
                        try {
                            accept(server, reaper);
                            accepted = true;
                        } catch (IOException e) {
                            log.warn("the rehearsal of a handshake failed: {}", serverProblem(e));
                        } finally {
                            if (!accepted) {
                                SocketServer.closeQuietly(server);
                            }
                        }
                    })
                    .start();
            Address address = Address.of((InetSocketAddress) listener.getLocalSocketAddress());
            connect(client, new MessageClient.Options(role.commonName(), address, 1, this), deadline);
        } catch (IOException e) {
            throw new IOException("a TLS connection with these certificates fails: " + e.getMessage(), e);
        }
    }

    /** Accepts the connection of a client, and closes those of others, which may have come first. */
    private static Socket accept(ServerSocket listener, SocketChannel client) throws IOException {
        while (true) {
            Socket accepted = listener.accept();
            if (accepted.getRemoteSocketAddress().equals(client.getLocalAddress())) {
                return accepted;
            }
            accepted.close();
        }
    }

    /** Connects with itself again and again: a peer has to wait for a handshake that the JVM has not compiled. */
    @Override
    public void warmUp() throws IOException {
        long end = System.nanoTime() + WARM_UP.toNanos();
        for (int i = 0; i < WARM_UP_HANDSHAKES && System.nanoTime() - end < 0; i++) {
            rehearse();
        }
    }

    @Override
    public void close() {
        checks.close();
    }

    @Override
    public PeerStreams connect(SocketChannel raw, MessageClient.Options service, Deadline deadline) throws IOException {
        deadline.start();
        try {
            PeerStreams streams = handshake(raw.socket(), service.service());
            if (deadline.stop()) {
                return streams;
            }
        } catch (IOException e) {
            if (!deadline.isExpired()) {
                throw e;
            }
        }
        throw new SocketTimeoutException(
                "no TLS handshake in " + service.replyTimeout().toMillis() + " ms");
    }

    private PeerStreams handshake(Socket raw, String service) throws IOException {
        Role server = Role.named(service)
                .orElseThrow(() -> new IllegalArgumentException("there is no role for the service " + service));
        int reload = reloads;
        Credentials credentials = files.current();
        X509Certificate own = credentials.identity().certificate();
        if (hasExpired(own)) { // the server would close the connection, and could not say why
            throw new ConnectException("the certificate " + credentials.identity() + " of this side expired at "
                    + own.getNotAfter().toInstant());
        }
        SSLContext context = credentials.servers().get(server);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, service, raw.getPort(), false);
        socket.setUseClientMode(true);
        socket.setSSLParameters(Tls.parameters(context, PROTOCOLS));
        try {
            socket.startHandshake();
            List<X509Certificate> chain = chain(socket);
            credentials.trust().checkServer(chain); // again, because of sessions that were resumed
            InputStream in = socket.getInputStream();
            awaitGreeting(in);
            return new PeerStreams(
                    in, socket.getOutputStream(), server, () -> reloads != reload || hasExpired(chain.get(0)));
        } catch (SSLException | CertificateException e) {
            throw (ConnectException) new ConnectException(clientProblem(e)).initCause(e);
        }
    }

    @Override
    public PeerStreams accept(Socket raw, ConnectionReaper reaper) throws IOException {
        handshaking.add(raw);
        if (handshaking.size() > MAX_HANDSHAKES) {
            endOldestHandshake();
        }
        try (Deadline deadline = reaper.watch(raw, HANDSHAKE_TIMEOUT)) {
            deadline.start();
            try {
                PeerStreams streams = handshake(raw);
                if (!deadline.stop()) {
                    throw new SocketException("closed at the end of its handshake");
                }
                return streams;
            } catch (NotTlsException e) {
                logRefusal(raw, "it sent plain text to a port for TLS");
                throw e;
            } catch (IOException e) {
                if (deadline.isExpired()) {
                    logRefusal(raw, "no TLS handshake in " + HANDSHAKE_TIMEOUT.toMillis() + " ms");
                } else if (e instanceof SSLException && !raw.isClosed()) {
                    logRefusal(raw, serverProblem(e));
                }
                throw e;
            }
        } finally {
            handshaking.remove(raw);
        }
    }

    private PeerStreams handshake(Socket raw) throws IOException {
        int first = raw.getInputStream().read();
        if (first < 0) {
            throw new EOFException("closed before the handshake");
        }
        if (first != HANDSHAKE_RECORD) {
            throw new NotTlsException(first);
        }
        SSLContext context = files.current().server();
        SSLSocketFactory factory = context.getSocketFactory();
        InputStream all = new EndlessInput(first, raw.getInputStream());
        SSLSocket socket = (SSLSocket) factory.createSocket(raw, all, false); // in server mode
        var parameters = Tls.parameters(context, PROTOCOLS);
        parameters.setNeedClientAuth(true);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        List<X509Certificate> chain = chain(socket);
        accepted.add(new Accepted(raw, chain)); // first: from here on, a check that reads new files looks at it, too
        Role peer = role(files.current(), chain);
        if (!handshaking.remove(raw)) {
            throw new SocketException("closed at the end of its handshake");
        }
        socket.getOutputStream().write(GREETING);
        return new PeerStreams(new EndedInput(socket.getInputStream()), socket.getOutputStream(), peer, () -> false);
    }

    /** Ends the handshake that takes longest, so that this one, which may take milliseconds, has a place. */
    private void endOldestHandshake() {
        Socket oldest = handshaking.poll();
        if (oldest != null) {
            logRefusal(oldest, "more than " + MAX_HANDSHAKES + " handshakes were in progress, and it was the oldest");
            SocketServer.closeQuietly(oldest);
        }
    }

    private static Role role(Credentials credentials, List<X509Certificate> chain) throws SSLException {
        try {
            return Role.named(credentials.trust().checkClient(chain)).orElseThrow();
        } catch (CertificateException e) { // of a session that was resumed, or because of a new authority
            throw (SSLException) new SSLHandshakeException(e.getMessage()).initCause(e);
        }
    }

    private static List<X509Certificate> chain(SSLSocket socket) throws SSLException {
        return Arrays.stream(socket.getSession().getPeerCertificates())
                .map(X509Certificate.class::cast)
                .toList();
    }

    private static void awaitGreeting(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(GREETING.length);
        while (line.size() < GREETING.length) {
            int next = in.read(); // not more: a reply may follow
            if (next < 0) {
                throw new EOFException("the connection was closed before its greeting");
            }
            line.write(next);
        }
        if (!Arrays.equals(line.toByteArray(), GREETING)) {
            throw new ConnectException("its first line is not the greeting " + new String(GREETING, US_ASCII).strip()
                    + " of a service of this store");
        }
    }

    private String clientProblem(Exception e) {
        Optional<CertificateException> refusal = Tls.cause(e, CertificateException.class);
        String message = String.valueOf(e.getMessage());
        if (refusal.isPresent()) {
            return shown(refusal.get().getMessage());
        }
        if (message.contains("Unsupported or unrecognized SSL message")) {
            return "it speaks no TLS, or has no room for another connection";
        }
        if (message.startsWith("Received fatal alert: ")) {
            return "it refuses the certificate " + files.current().identity() + " (" + message.substring(22)
                    + "); its log says why";
        }
        return "the TLS handshake failed: " + shown(message);
    }

    private String serverProblem(IOException e) {
        Optional<CertificateException> refusal = Tls.cause(e, CertificateException.class);
        String message = String.valueOf(e.getMessage());
        if (refusal.isPresent()) {
            return refusal.get().getMessage();
        }
        if (message.contains("certificate_unknown")) { // the alert of a client that refuses the server
            return "it does not trust the certificate " + files.current().identity() + ": does it have another ca.pem?";
        }
        return message.contains("Empty client certificate chain")
                ? "it has no certificate"
                : "the TLS handshake failed: " + message;
    }

    private void logRefusal(Socket raw, String reason) {
        refusals.warn("refused a peer at " + raw.getRemoteSocketAddress() + ": " + shown(reason));
    }

    private static String shown(String message) {
        return Abbreviated.printable(message, MAX_SHOWN);
    }

    private static boolean hasExpired(X509Certificate certificate) {
        return Instant.now().isAfter(certificate.getNotAfter().toInstant());
    }

    private Duration checkAgain() {
        try {
            check();
        } catch (RuntimeException e) {
            log.error("the certificates could not be checked; the next check follows", e);
        }
        return CHECK_EVERY;
    }

    /** Reads the files again if they have changed, and ends connections whose certificates are not accepted any more. */
    synchronized void check() {
        boolean changed = files.check();
        if (changed) {
            reloads++;
        }
        PeerTrust trust = files.current().trust();
        accepted.removeIf(connection -> connection.raw.isClosed() || endIfRefused(connection, trust, changed));
    }

    /** Ends the input at first, which ends a connection between two requests; then closes it. */
    private boolean endIfRefused(Accepted connection, PeerTrust trust, boolean changed) {
        if (connection.ending) {
            SocketServer.closeQuietly(connection.raw);
            return true;
        }
        if (!changed && !hasExpired(connection.chain.get(0))) {
            return false;
        }
        try {
            trust.checkClient(connection.chain);
        } catch (CertificateException e) {
            logRefusal(connection.raw, e.getMessage());
            connection.ending = true;
            SocketServer.endInput(connection.raw);
        }
        return false;
    }
}

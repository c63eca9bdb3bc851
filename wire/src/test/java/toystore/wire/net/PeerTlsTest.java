package toystore.wire.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import toystore.certs.CertificateAuthority;
import toystore.certs.CertificateAuthority.Validity;
import toystore.common.Address;
import toystore.tls.Identity;
import toystore.tls.Tls;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.DeferredReply;
import toystore.wire.message.Product;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.PutReply;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.Role;

class PeerTlsTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final Duration LONG = Duration.ofHours(1);
    private static final CatalogRequest.Get GET_TUX = new CatalogRequest.Get("Tux");
    private static final Product TUX = new Product("Tux", new BigDecimal("15.90"), 100, 7);

    @TempDir
    Path folder;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final AtomicInteger handled = new AtomicInteger();
    private CertificateAuthority authority;
    private LogRecorder log;
    private PeerTls catalog;
    private PeerTls frontend;
    private MessageServer<CatalogRequest<?>> server;

    @BeforeEach
    void serve() throws Exception {
        authority = newAuthority();
        write("ca", authority.identity());
        for (Role role : Role.values()) {
            write(role.commonName(), issue(role.commonName()));
        }
        log = add(new LogRecorder(PeerTls.class.getName()));
        catalog = add(PeerTls.open(folder, Role.CATALOG));
        frontend = add(PeerTls.open(folder, Role.FRONTEND));
        SocketServer.Options options = new SocketServer.Options("catalog", ANY_PORT, 256, Duration.ofSeconds(8));
        server = add(new MessageServer<>(options, LONG, CatalogRequest.class, catalog)); // ends no idle connection
        server.start(this::handle);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    private Reply handle(CatalogRequest<?> request) {
        handled.incrementAndGet();
        if (request instanceof CatalogRequest.Watch) {
            return new Heartbeats();
        }
        return request instanceof CatalogRequest.Put put
                ? new PutReply(put.name(), BigDecimal.ONE, put.add(), 1, false)
                : TUX;
    }

    private static final class Heartbeats implements ReplyStream {
        @Override
        public Reply next() {
            return new ProductUpdates(List.of());
        }

        @Override
        public void close() {}
    }

    @Test
    void refusesARequestThatTheRoleDoesNotAllowAndServesTheNextOne() throws Exception {
        LogRecorder requests = add(new LogRecorder(MessageServer.class.getName()));
        MessageClient client = client(frontend, "catalog");

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> client.call(new CatalogRequest.Open("log", 0, 0, "00")))
                    .isInstanceOf(RefusedException.class)
                    .hasMessage("the role frontend may not send open");
            assertThat(client.call(GET_TUX)).isEqualTo(TUX);
        }

        assertThat(handled).hasValue(2);
        assertThat(server.traffic().connections()).isEqualTo(1);
        assertThat(requests.lines())
                .hasSize(2)
                .allMatch(line -> line.matches(
                        "null WARN refused a request of /127\\.0\\.0\\.1:[0-9]+: the role frontend may not send open"));
    }

    @Test
    void readsManyConnectionsAlsoThoseThatResumeASession() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (MessageClient client = new MessageClient(options(frontend, "catalog"))) {
                assertThat(client.call(GET_TUX)).isEqualTo(TUX);
            }
        }
    }

    @Test
    void warmsUpWithConnectionsToItself() throws Exception {
        catalog.warmUp();

        assertThat(logged(" WARN ")).isFalse();
        assertThat(client(frontend, "catalog").call(GET_TUX)).isEqualTo(TUX);
    }

    @Test
    void refusesACertificateWithoutARole() throws Exception {
        assertRefused(
                issue("mallory"),
                "the certificate CN=mallory is refused: its common name is mallory, but catalog, frontend, orders were"
                        + " expected");
    }

    @Test
    void refusesACertificateOfAnotherAuthority() throws Exception {
        CertificateAuthority other = CertificateAuthority.create("Other CA", Validity.of(Instant.now(), LONG));

        assertRefused(
                other.issue("orders", List.of(), Validity.of(Instant.now(), LONG)),
                "the certificate CN=orders is refused: another authority than that of this store issued it: CN=Other CA");
    }

    @Test
    void refusesACertificateOfAnotherAuthorityWithTheSameName() throws Exception {
        assertRefused(
                newAuthority().issue("orders", List.of(), Validity.of(Instant.now(), LONG)),
                "the certificate CN=orders is refused: ");
    }

    @Test
    void refusesAnExpiredCertificate() throws Exception {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));

        assertRefused(
                authority.issue("orders", List.of(), new Validity(yesterday.minus(LONG), yesterday)),
                "the certificate CN=orders is refused: it expired at ");
    }

    @Test
    void refusesAPeerWithoutACertificate() throws Exception {
        assertRefused(null, "it has no certificate");
    }

    private void assertRefused(Identity identity, String reason) throws Exception {
        SSLContext context =
                Tls.context(identity, Tls.trusting(authority.identity().chain()));
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(server.address().host(), server.address().port())) {
            assertThatThrownBy(() -> {
                        socket.getOutputStream().write("{\"type\":\"get\",\"name\":\"Tux\"}\n".getBytes(UTF_8));
                        if (socket.getInputStream().read() < 0) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        await().until(() -> logged(" WARN refused a peer at /127.0.0.1:", reason));
        assertThat(handled).hasValue(0);
    }

    @Test
    void saysToARefusedServiceThatItIsRefused() throws Exception {
        CertificateAuthority other = CertificateAuthority.create("Other CA", Validity.of(Instant.now(), LONG));
        Path stranger = Files.createDirectory(folder.resolve("stranger"));
        write(stranger, "ca", other.identity());
        write(stranger, "frontend", other.issue("frontend", List.of(), Validity.of(Instant.now(), LONG)));
        MessageClient client = client(add(PeerTls.open(stranger, Role.FRONTEND)), "catalog");

        assertThatThrownBy(() -> client.call(GET_TUX))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("cannot be reached: the certificate CN=catalog is refused: another authority")
                .hasCauseInstanceOf(ConnectException.class); // so that callers do not try it for each request
    }

    @Test
    void callsNoServiceInAnotherRole() {
        MessageClient client = client(frontend, "orders");

        assertThatThrownBy(() -> client.call(GET_TUX))
                .hasMessageContaining(
                        "the certificate CN=catalog is refused: its common name is catalog, but orders was"
                                + " expected");
        assertThat(handled).hasValue(0);
    }

    @Test
    void answersPlainTextWithAPlainRefusal() throws Exception {
        try (ScriptedPeer plain = new ScriptedPeer(server.address())) {
            plain.send("{\"type\":\"get\",\"name\":\"Tux\"}\n");

            assertThat(plain.readLine())
                    .isEqualTo("{\"code\":503,\"message\":\"this service expects TLS with certificates on both sides"
                            + " (--peer-tls), but the connection begins with '{'\"}");
            assertThat(plain.readLine()).isNull();
        }
        try (ScriptedPeer http = new ScriptedPeer(server.address())) {
            http.send("GET / HTTP/1.1\r\n\r\n");

            assertThat(http.readLine()).isEqualTo("HTTP/1.1 400 Bad Request");
        }
        assertThat(handled).hasValue(0);
        assertThat(logged(" WARN refused a peer at ", "it sent plain text to a port for TLS"))
                .isTrue();
    }

    @Test
    void saysThatAPlainServiceSpeaksNoTls() throws Exception {
        MessageServer<CatalogRequest<?>> plain = add(new MessageServer<>("catalog", ANY_PORT, CatalogRequest.class));
        plain.start(this::handle);
        MessageClient client =
                add(new MessageClient(new MessageClient.Options("catalog", plain.address(), 1, LONG, LONG, frontend)));

        assertThatThrownBy(() -> client.call(GET_TUX))
                .hasMessage("catalog at " + plain.address()
                        + " cannot be reached: it speaks no TLS, or has no room for another connection");
        assertThat(handled).hasValue(0);
    }

    @Test
    void sendsTheGreetingFirst() throws Exception {
        SSLContext context =
                Tls.context(issue("frontend"), Tls.trusting(authority.identity().chain()));
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                        .createSocket(server.address().host(), server.address().port());
                BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("{\"code\":1}");
        }
    }

    @Test
    void waitsForAHandshakeAsLongAsForAReply() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Address address = new Address("127.0.0.1", silent.getLocalPort());
            MessageClient client = add(new MessageClient(
                    new MessageClient.Options("catalog", address, 1, LONG, Duration.ofMillis(100), frontend)));

            assertThatThrownBy(() -> client.call(GET_TUX))
                    .hasMessage("catalog at " + address + " cannot be reached: no TLS handshake in 100 ms")
                    .hasCauseInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void endsACallThatConnectsWhileTheClientIsClosed() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 4; i++) { // more than the system keeps until they are accepted
                SocketChannel waiting = add(SocketChannel.open());
                waiting.configureBlocking(false);
                waiting.connect(full.getLocalSocketAddress());
            }
            MessageClient client = add(new MessageClient(new MessageClient.Options(
                    "catalog", new Address("127.0.0.1", full.getLocalPort()), 1, LONG, LONG, frontend)));
            FutureTask<Product> call = new FutureTask<>(() -> client.call(GET_TUX));
            Thread caller = new Thread(call);
            caller.start();
            await().until(() -> Arrays.stream(caller.getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("blockingConnect")));

            client.close();
            Thread acceptor = new Thread(() -> acceptAll(full)); // never answers
            acceptor.start();

            await().atMost(Duration.ofMinutes(1)).until(call::isDone); // the system tries to connect every few seconds
            assertThatThrownBy(call::get).hasMessageContaining("cannot be reached: the client is closed");
        }
    }

    private void acceptAll(ServerSocket listener) {
        List<Socket> accepted = new ArrayList<>();
        try {
            while (true) {
                accepted.add(listener.accept());
            }
        } catch (IOException closed) {
            accepted.forEach(SocketServer::closeQuietly);
        }
    }

    @Test
    void servesOthersWhileManyPeersNeverEndTheirHandshake() throws Exception {
        for (int i = 0; i < 300; i++) { // more than there are threads
            ScriptedPeer silent = add(new ScriptedPeer(server.address()));
            if (i % 2 == 0) {
                silent.send(new byte[] {0x16, 3, 1});
            }
        }

        assertThat(client(frontend, "catalog").call(GET_TUX)).isEqualTo(TUX);

        await().until(() -> server.traffic().connections() <= PeerTls.MAX_HANDSHAKES + 1);
        assertThat(logged("handshakes were in progress, and it was the oldest")).isTrue();
    }

    @Test
    void doesNotEndTheHandshakesOfPeersThatConnectTogether() throws Exception {
        for (int i = 0; i < 150; i++) { // about as many as a frontend may have
            add(new ScriptedPeer(server.address()));
        }

        assertThat(client(frontend, "catalog").call(GET_TUX)).isEqualTo(TUX);
        assertThat(logged("it was the oldest")).isFalse();
    }

    @Test
    void refusesAPeerWhoseAuthorityWasReplacedDuringItsHandshake() throws Exception {
        Identity orders = issue("orders");
        SSLContext context = Tls.context(orders, new Trusting(() -> {
            authority = newAuthority();
            write("ca", authority.identity());
            write("catalog", issue("catalog"));
            catalog.check();
        }));
        SSLSocket socket = add(handshake(
                context, new Socket(server.address().host(), server.address().port())));

        assertThatThrownBy(() -> greeting(socket)).isInstanceOf(IOException.class);
        await().until(() -> logged(" WARN refused a peer at ", "the certificate CN=orders is refused: "));
    }

    @Test
    void clientRefusesACatalogThatHasExpiredAlsoOnAKnownConnectionAndInAKnownSession() throws Exception {
        MessageClient known = client(frontend, "catalog");
        waitUntilExpired(Role.CATALOG, () -> {
            catalog.check();
            known.call(GET_TUX);
        });

        assertThatThrownBy(() -> known.call(GET_TUX))
                .hasMessageContaining("the certificate CN=catalog is refused: it expired at ")
                .hasCauseInstanceOf(ConnectException.class);
    }

    @Test
    void serverRefusesAClientThatHasExpiredAlsoOnAKnownConnectionAndInAKnownSession() throws Exception {
        Deque<PeerTls> orders = new ArrayDeque<>();
        Deque<MessageClient> clients = new ArrayDeque<>();
        Deque<SSLContext> contexts = new ArrayDeque<>();
        AtomicInteger handshakes = new AtomicInteger();
        waitUntilExpired(Role.ORDERS, () -> {
            orders.push(add(PeerTls.open(folder, Role.ORDERS)));
            clients.push(client(orders.peek(), "catalog"));
            clients.peek().call(GET_TUX);
            contexts.push(Tls.context(
                    Identity.read(folder.resolve("orders.pem"), folder.resolve("orders-key.pem"), Clock.systemUTC()),
                    new Trusting(handshakes::incrementAndGet)));
            greeting(connect(contexts.peek()));
            int whole = handshakes.get();
            greeting(connect(contexts.peek()));
            assertThat(handshakes).as("the second one resumes a session").hasValue(whole);
        });

        int whole = handshakes.get();
        SSLSocket resumed = connect(contexts.peek());
        assertThatThrownBy(() -> greeting(resumed)).isInstanceOf(IOException.class);
        assertThat(handshakes).hasValue(whole);
        await().until(() -> logged(" WARN refused a peer at ", "the certificate CN=orders is refused: it expired at "));

        catalog.check();
        await().until(() -> server.traffic().connections() == 0);
        assertThatThrownBy(() -> clients.peek().call(GET_TUX)).isInstanceOf(UnavailableException.class);
        assertThatThrownBy(() -> clients.peek().call(GET_TUX))
                .hasMessageContaining("cannot be reached: the certificate CN=orders of this side expired at ")
                .hasCauseInstanceOf(ConnectException.class); // so that callers do not try it for each request
    }

    private interface Step {
        void run() throws Exception;
    }

    /**
     * Gives a service a certificate that is valid for a few seconds, takes a step, and waits for the end of these. On a
     * machine that is too slow for the step, it does so again with a longer time.
     */
    private void waitUntilExpired(Role role, Step whileValid) throws Exception {
        for (int seconds = 3; ; seconds *= 2) {
            Instant now = Instant.now();
            Instant until = now.plusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS);
            write(
                    role.commonName(),
                    authority.issue(role.commonName(), List.of(), new Validity(now.minus(LONG), until)));
            try {
                whileValid.run();
            } catch (Exception | AssertionError e) {
                if (Instant.now().isBefore(until)) {
                    throw e;
                }
            }
            boolean inTime = Instant.now().isBefore(until);
            await().atMost(LONG).until(() -> Instant.now().isAfter(until.plusMillis(1)));
            if (inTime) {
                return;
            }
        }
    }

    /** Trusts all servers, after a step. */
    private static final class Trusting extends X509ExtendedTrustManager {
        private final Step step;

        Trusting(Step step) {
            this.step = step;
        }

        private void trust() throws CertificateException {
            try {
                step.run();
            } catch (Exception e) {
                throw new CertificateException(e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange, Socket socket)
                throws CertificateException {
            trust();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine)
                throws CertificateException {
            trust();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyExchange) throws CertificateException {
            trust();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyExchange, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyExchange) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private SSLSocket connect(SSLContext context) throws IOException {
        return add(handshake(
                context, new Socket(server.address().host(), server.address().port())));
    }

    private static SSLSocket handshake(SSLContext context, Socket raw) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, "catalog", raw.getPort(), true);
        socket.setSSLParameters(Tls.parameters(context, List.of("TLSv1.3")));
        socket.startHandshake();
        return socket;
    }

    private static String greeting(SSLSocket socket) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
        String line = lines.readLine();
        if (line == null) {
            throw new EOFException("closed");
        }
        return line;
    }

    @Test
    void endsAHandshakeThatTakesTooLong() throws Exception {
        try (ScriptedPeer silent = new ScriptedPeer(server.address())) {
            silent.send(new byte[] {0x16});

            assertThatThrownBy(() -> {
                        if (silent.readLine() == null) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        await().until(() -> logged("no TLS handshake in 5000 ms"));
    }

    @Test
    void usesRenewedCertificatesForTheNextRequest() throws Exception {
        MessageClient client = client(frontend, "catalog");
        PipelinedClient pipelined = add(new PipelinedClient(options(frontend, "catalog"), MessageObserver.NONE));
        client.call(GET_TUX);
        pipelined.call(GET_TUX).get();
        write("frontend", issue("frontend"));
        frontend.check();

        assertThat(client.call(GET_TUX)).isEqualTo(TUX);
        assertThat(pipelined.call(GET_TUX).get()).isEqualTo(TUX);

        await().until(() -> server.traffic().connections() == 2); // the two with the old certificate are closed
    }

    @Test
    void usesRenewedCertificatesWhileCallsAreInProgressAndKeepsThese() throws Exception {
        BlockingQueue<CompletableFuture<Reply>> asked = new LinkedBlockingQueue<>();
        MessageServer<CatalogRequest<?>> slow = add(new MessageServer<>(
                new SocketServer.Options("catalog", ANY_PORT, 256, Duration.ofSeconds(8)),
                LONG,
                CatalogRequest.class,
                catalog));
        slow.start(request -> {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            asked.add(reply);
            return new DeferredReply(reply);
        });
        PipelinedClient client = add(new PipelinedClient(
                new MessageClient.Options("catalog", slow.address(), 1, LONG, LONG, frontend), MessageObserver.NONE));
        CompletableFuture<Product> before = client.call(GET_TUX);
        CompletableFuture<Reply> first = asked.take();
        write("frontend", issue("frontend"));
        frontend.check();

        CompletableFuture<Product> after = client.call(GET_TUX);
        asked.take().complete(TUX);
        assertThat(after.get()).isEqualTo(TUX);
        assertThat(slow.traffic().connections()).isEqualTo(2);
        first.complete(TUX);
        assertThat(before.get()).isEqualTo(TUX);

        await().until(() -> slow.traffic().connections() == 1); // the one with the old certificate is closed
    }

    @Test
    void endsAStreamOfRepliesWhenItsOwnCertificateIsRenewed() throws Exception {
        try (MessageClient.Replies<ProductUpdates> watch =
                client(frontend, "catalog").open(new CatalogRequest.Watch())) {
            watch.next();
            watch.next();
            write("frontend", issue("frontend"));
            frontend.check();

            assertThatThrownBy(watch::next)
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("broke off: its certificates were renewed, or have expired");
        }
    }

    @Test
    void keepsTheCertificatesWhenTheirFilesAreHalfWritten() throws Exception {
        String whole = Files.readString(folder.resolve("frontend.pem"));
        Files.writeString(folder.resolve("frontend.pem"), whole.substring(0, whole.length() / 2));
        frontend.check();
        assertThat(client(frontend, "catalog").call(GET_TUX)).isEqualTo(TUX);

        Identity next = issue("frontend"); // its key is not there yet
        Files.writeString(folder.resolve("frontend.pem"), next.certificatePem());
        frontend.check();

        assertThat(client(frontend, "catalog").call(GET_TUX)).isEqualTo(TUX);
    }

    @Test
    void endsConnectionsThatANewAuthorityDoesNotAccept() throws Exception {
        MessageClient client = client(frontend, "catalog");
        client.call(GET_TUX);
        try (MessageClient.Replies<ProductUpdates> watch =
                client(frontend, "catalog").open(new CatalogRequest.Watch())) {
            watch.next();
            authority = newAuthority();
            write("ca", authority.identity());
            write("catalog", issue("catalog"));

            catalog.check();
            catalog.check(); // a stream does not notice the end of its input

            assertThatThrownBy(() -> {
                        while (true) {
                            watch.next();
                        }
                    })
                    .isInstanceOf(UnavailableException.class);
        }
        await().until(() -> server.traffic().connections() == 0);
        assertThat(logged(" WARN refused a peer at /127.0.0.1:", "the certificate CN=frontend is refused: "))
                .isTrue();
        assertThatThrownBy(() -> client.call(GET_TUX)).isInstanceOf(UnavailableException.class);
        int before = handled.get();
        assertThatThrownBy(() -> client.call(GET_TUX)).isInstanceOf(UnavailableException.class);
        assertThat(handled).hasValue(before);
    }

    @Test
    void saysWhatIsWrongWithAFolder() throws Exception {
        write("orders", issue("frontend"));
        assertThatThrownBy(() -> PeerTls.open(folder, Role.ORDERS))
                .isInstanceOf(IOException.class)
                .hasMessage(folder.resolve("orders.pem") + " does not fit ca.pem beside it: the certificate CN=frontend"
                        + " is refused: its common name is frontend, but orders was expected");

        write("ca", newAuthority().identity());
        assertThatThrownBy(() -> PeerTls.open(folder, Role.FRONTEND))
                .hasMessageStartingWith(folder.resolve("frontend.pem") + " does not fit ca.pem beside it: ");

        Files.delete(folder.resolve("ca.pem"));
        assertThatThrownBy(() -> PeerTls.open(folder, Role.FRONTEND)).hasMessageContaining("ca.pem");
    }

    private boolean logged(String... parts) {
        return log.lines().stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
    }

    private static CertificateAuthority newAuthority() {
        return CertificateAuthority.create("Toy Store CA", Validity.of(Instant.now(), LONG));
    }

    private Identity issue(String name) {
        return authority.issue(name, List.of(), Validity.of(Instant.now(), LONG));
    }

    private void write(String name, Identity identity) throws Exception {
        write(folder, name, identity);
    }

    private static void write(Path folder, String name, Identity identity) throws Exception {
        Files.writeString(folder.resolve(name + "-key.pem"), identity.keyPem());
        Files.writeString(folder.resolve(name + ".pem"), identity.certificatePem());
    }

    private MessageClient.Options options(PeerTls transport, String service) {
        return new MessageClient.Options(service, server.address(), 1, LONG, LONG, transport);
    }

    private MessageClient client(PeerTls transport, String service) {
        return add(new MessageClient(options(transport, service)));
    }

    private <C extends AutoCloseable> C add(C resource) {
        opened.push(resource);
        return resource;
    }
}

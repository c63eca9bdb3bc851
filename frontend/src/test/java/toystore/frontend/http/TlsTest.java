package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static toystore.frontend.http.TestServer.GET;
import static toystore.frontend.http.TestServer.LONG;
import static toystore.frontend.http.TestServer.read;
import static toystore.frontend.http.TestServer.readAll;
import static toystore.frontend.http.TestServer.readResponse;
import static toystore.frontend.http.TestServer.send;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import toystore.frontend.http.session.Deadlines;
import toystore.frontend.http.session.HttpServer.Handshakes;

/** RFC 8446 and RFC 5246: handshakes, alerts and the end of connections; and clients that do not mean TLS. */
class TlsTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final int THREADS = 4;
    /** A record of the type handshake, version and length: the client's hello would follow. */
    private static final String RECORD = "\u0016\u0003\u0001\u0002\u0000";

    private final List<AutoCloseable> opened = new ArrayList<>();
    private TestServer server;

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        server.close();
    }

    @Test
    void sendsAPlain400ToAPlainRequest() throws Exception {
        serve(TestServer.within(LONG));

        assertThat(exchangePlain(GET))
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .contains("\r\nConnection: close\r\n", "this port expects HTTPS", "use https://")
                .doesNotContain("Strict-Transport-Security");
        assertThat(server.exchanges()).hasSize(1);
        assertThat(handshakes()).isEqualTo(new Handshakes(0, 0, 1, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\r\n", "\u0017\u0003\u0003\0\1", "\u0080.\1\3\1", "{}", "\u00ff"})
    void closesAConnectionThatIsNeitherTlsNorHttp(String bytes) throws Exception {
        serve(TestServer.within(LONG));

        assertThat(exchangePlain(bytes)).isEmpty();
        assertThat(server.exchanges()).isEmpty();
    }

    @Test
    void aClientThatClosesWithoutAByteIsNoHandshake() throws Exception {
        serve(TestServer.within(LONG));
        plain().close();
        server.connectAndGet("HTTP/1.1 200 OK");

        assertThat(handshakes()).isEqualTo(new Handshakes(1, 0, 0, 0));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "PLAIN")
    void tellsTheHandlerThatARequestIsEncrypted(TestTransport transport) throws Exception {
        serve(
                TestServer.within(LONG),
                request -> Response.data(Status.OK, request.peer().encrypted()));

        assertThat(readResponseTo(GET, connect(transport))).endsWith("{\"data\":true}\n");
    }

    @Test
    void tellsTheHandlerThatAPlainRequestIsNotEncrypted() throws Exception {
        server = new TestServer(
                1,
                10,
                TestServer.within(LONG),
                request -> Response.data(Status.OK, request.peer().encrypted()));

        assertThat(readResponseTo(GET, server.connect())).endsWith("{\"data\":false}\n");
    }

    @Test
    void aClientOfTlsAtAPlainPortGetsAnError() throws Exception {
        server = new TestServer(1, 10, TestServer.within(LONG), TestServer::echo);

        assertThatThrownBy(() -> handshake(connect(TestTransport.TLS_1_3))).isInstanceOf(SSLException.class);
    }

    /** RFC 7301 §3.2. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "PLAIN")
    void speaksHttp11Only(TestTransport transport) throws Exception {
        serve(TestServer.within(LONG));

        SSLSocket both = withProtocols(transport, "h2", "http/1.1");
        both.startHandshake();
        assertThat(both.getApplicationProtocol()).isEqualTo("http/1.1");

        SSLSocket none = withProtocols(transport);
        none.startHandshake();
        assertThat(none.getApplicationProtocol()).isEmpty();

        assertThatThrownBy(() -> handshake(withProtocols(transport, "h2")))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("no_application_protocol");
    }

    /** The hellos of clients whose latest version is TLS 1.0 and TLS 1.1. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void refusesOldVersions(int minor) throws Exception {
        serve(TestServer.within(LONG));
        String hello = "0100002d" + "030" + minor + "5a".repeat(32) + "00" + "0004c013c009" + "0100" + "0000";
        byte[] bytes = HexFormat.of().parseHex("1603010031" + hello);
        Socket peer = plain();

        peer.getOutputStream().write(bytes);

        String alert = readAll(peer);
        assertThat(alert.charAt(0)).isEqualTo((char) 21);
        assertThat(alert.substring(5)).isEqualTo("\2F"); // fatal, protocol_version
    }

    @Test
    void offersForwardSecrecyAndAuthenticatedEncryptionOnly() throws Exception {
        serve(TestServer.within(LONG));
        List<String> offered = new ArrayList<>();

        for (String suite : TestTransport.client().getSupportedSSLParameters().getCipherSuites()) {
            SSLSocket tls = (SSLSocket) connect(
                    suite.startsWith("TLS_AES") || suite.startsWith("TLS_CHACHA")
                            ? TestTransport.TLS_1_3
                            : TestTransport.TLS_1_2);
            tls.setEnabledCipherSuites(new String[] {suite});
            if (succeeds(tls)) {
                offered.add(suite);
            }
        }

        assertThat(offered)
                .hasSizeGreaterThan(3)
                .allMatch(suite ->
                        suite.matches("TLS_(ECDHE_ECDSA_WITH_)?(AES_(128|256)_GCM|CHACHA20_POLY1305)_SHA(256|384)"));
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "PLAIN")
    void resumesTheSessionOfAClient(TestTransport transport) throws Exception {
        serve(TestServer.within(LONG));
        SSLSocket first = (SSLSocket) connect(transport);
        readResponseTo(GET, first);
        await().until(() -> System.currentTimeMillis() > first.getSession().getCreationTime());

        SSLSocket second = (SSLSocket) connect(transport);
        readResponseTo(GET, second);

        assertThat(second.getSession().getCreationTime())
                .isEqualTo(first.getSession().getCreationTime());
    }

    @Test
    void refusesRenegotiation() throws Exception {
        serve(TestServer.within(LONG));
        SSLSocket tls = (SSLSocket) connect(TestTransport.TLS_1_2);
        readResponseTo(GET, tls);

        tls.startHandshake();

        assertThatThrownBy(() -> readResponseTo(GET, tls)).isInstanceOf(IOException.class);
        await().until(() -> sessions() == 0);
    }

    /** The server sends as many of its own, and its thread must not wait for a client that takes none. */
    @Test
    void aClientThatRequestsNewKeysAndNeverReadsIsClosed() throws Exception {
        serve(new Deadlines(LONG, LONG, LONG, LONG, LONG, SHORT));
        SSLSocket tls = (SSLSocket) connect(TestTransport.TLS_1_3);
        readResponseTo(GET, tls);

        assertThatThrownBy(() -> {
                    while (true) {
                        tls.startHandshake(); // in TLS 1.3: an update of the keys
                    }
                })
                .isInstanceOf(IOException.class);

        await().until(() -> sessions() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {RECORD, RECORD + "\1\0\1\u00fc\3\3abc"})
    void timesOutAHandshake(String start) throws Exception {
        serve(new Deadlines(SHORT, LONG, LONG, LONG, LONG, LONG));
        Socket peer = plain();
        send(peer, start);

        assertThat(readAll(peer)).hasSizeLessThan(20); // an alert at most

        assertThat(server.server().timedOut()).isEqualTo(1);
        await().until(() -> handshakes().failed() == 1);
    }

    @Test
    void timesOutAHandshakeThoughBytesKeepArriving() throws Exception {
        serve(new Deadlines(SHORT, LONG, LONG, LONG, LONG, LONG));
        Socket peer = plain();
        send(peer, RECORD + "\1\0\1\u00fc\3\3");

        await().until(() -> {
            sendUnlessClosed(peer, "x");
            return server.server().timedOut() == 1;
        });

        await().until(() -> sessions() == 0);
    }

    @Test
    void timesOutAClientThatIsSilentAfterItsHandshake() throws Exception {
        serve(new Deadlines(LONG, SHORT, LONG, LONG, LONG, LONG));
        await().until(
                        () -> { // a slow machine may miss the deadline before the handshake
                            SSLSocket tls = (SSLSocket) connect(TestTransport.TLS_1_3);
                            return succeeds(tls) && readAll(tls).isEmpty();
                        });

        assertThat(server.server().timedOut()).isPositive();
    }

    /** The server ends first, and must not wait for the client's close_notify. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "PLAIN")
    void endsASessionWhoseClientDoesNotClose(TestTransport transport) throws Exception {
        serve(TestServer.within(LONG));
        Socket peer = connect(transport);

        assertThat(readResponseTo("GET /hello HTTP/1.0\r\n\r\n", peer)).startsWith("HTTP/1.1 200 OK");

        await().until(() -> sessions() == 0);
        assertThat(readAll(peer)).isEmpty();
    }

    @Test
    void sendsAnAlertToAConnectionThatFindsTheQueueFull() throws Exception {
        CountDownLatch proceed = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        server = new TestServer(
                1,
                1,
                TestServer.within(LONG),
                request -> {
                    running.countDown();
                    pass(proceed);
                    return TestServer.echo(request);
                },
                TestTransport.TLS_1_3);
        Socket busy = server.connectAndSend();
        pass(running);
        plain();
        await().until(() -> server.server().waiting() == 1);

        assertThatThrownBy(() -> handshake(connect(TestTransport.TLS_1_3)))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("internal_error");
        assertThat(server.server().refused()).isEqualTo(1);

        proceed.countDown();
        assertThat(readResponse(busy)).contains("{\"data\":\"hello\"}");
    }

    @Test
    void endsASessionWithItsNextResponseWhenOthersWait() throws Exception {
        CountDownLatch proceed = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        server = new TestServer(
                1,
                10,
                TestServer.within(LONG),
                request -> {
                    running.countDown();
                    pass(proceed);
                    return TestServer.echo(request);
                },
                TestTransport.TLS_1_2);
        Socket busy = server.connectAndSend();
        pass(running);
        plain();
        await().until(() -> server.server().waiting() == 1);
        long waits = System.nanoTime();
        await().until(() -> System.nanoTime() - waits > 50_000_000); // longer than a turn
        proceed.countDown();

        assertThat(readAll(busy)).contains("\r\nConnection: close\r\n").endsWith("{\"data\":\"hello\"}\n");
    }

    /** Nothing that a client does is an error of the server: no line above debug, and no stack trace. */
    @Test
    void logsNoErrorForAFailedHandshake() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("toystore");
        lines.start();
        logger.addAppender(lines);
        try {
            serve(TestServer.within(LONG));
            for (String start : List.of(RECORD, RECORD + "x".repeat(600), RECORD + "\1\0\1\u00fc\3\3abc")) {
                Socket peer = plain();
                send(peer, start);
                peer.setOption(StandardSocketOptions.SO_LINGER, 0); // closes with a reset
                peer.close();
            }
            await().until(() -> handshakes().failed() == 3);
            await().until(() -> sessions() == 0);
        } finally {
            logger.detachAppender(lines);
        }

        assertThat(List.copyOf(lines.list))
                .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.INFO))
                .isEmpty();
    }

    private void serve(Deadlines deadlines) throws IOException {
        serve(deadlines, TestServer::echo);
    }

    private void serve(Deadlines deadlines, Router.Handler handler) throws IOException {
        server = new TestServer(THREADS, 100, deadlines, handler, TestTransport.TLS_1_3);
    }

    private Socket connect(TestTransport transport) throws IOException {
        Socket socket = transport.connect(server.server().address());
        opened.add(socket);
        socket.setSoTimeout((int) TestServer.HANG.toMillis());
        return socket;
    }

    private Socket plain() throws IOException {
        return connect(TestTransport.PLAIN);
    }

    private SSLSocket withProtocols(TestTransport transport, String... protocols) throws IOException {
        SSLSocket tls = (SSLSocket) connect(transport);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        tls.setSSLParameters(parameters);
        return tls;
    }

    private String exchangePlain(String bytes) throws IOException {
        Socket peer = plain();
        send(peer, bytes);
        return readAll(peer);
    }

    private static String readResponseTo(String request, Socket peer) throws IOException {
        send(peer, request);
        return readResponse(peer);
    }

    private static void handshake(Socket socket) throws IOException {
        TestTransport.finishHandshake(socket);
        read(socket, 1);
    }

    private static boolean succeeds(SSLSocket tls) {
        try {
            tls.startHandshake();
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static void sendUnlessClosed(Socket peer, String bytes) {
        try {
            peer.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        } catch (IOException closed) {
            // as it should be
        }
    }

    private Handshakes handshakes() {
        return server.server().handshakes().orElseThrow();
    }

    private long sessions() {
        return Stream.of(server.server().busy(), server.server().idle())
                .mapToLong(Integer::longValue)
                .sum();
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

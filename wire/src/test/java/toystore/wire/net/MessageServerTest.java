package toystore.wire.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.log.Trace;
import toystore.wire.message.CatalogRequest;
import toystore.wire.message.Product;
import toystore.wire.message.ProductUpdates;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ReplyStream;
import toystore.wire.message.Role;

@ParameterizedClass
@EnumSource(TestPeers.class)
class MessageServerTest {
    @Parameter
    private TestPeers transport;

    private static final Address ANY_PORT = new Address("127.0.0.1", 0);
    private static final Product TUX = new Product("Tux", new BigDecimal("15.90"), 100, 7);
    private static final String GET_TUX = "{\"type\":\"get\",\"name\":\"Tux\"}\n";
    private static final String REPLY_TUX =
            "{\"code\":1,\"name\":\"Tux\",\"price\":15.90,\"quantity\":100,\"version\":7}";

    private static final Duration LONG = Duration.ofHours(1);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened) { // the last one first: a server waits for its peers
            resource.close();
        }
    }

    @Test
    void repliesToALineThatAPersonTypes() throws Exception {
        ScriptedPeer peer = connect(serve(MessageServerTest::tuxOnly));

        peer.send(GET_TUX);

        assertThat(peer.readLine()).isEqualTo(REPLY_TUX);
    }

    @Test
    void repliesToManyRequestsOnOneConnectionInTheirOrder() throws Exception {
        ScriptedPeer peer = connect(serve(MessageServerTest::tuxOnly));

        peer.send((GET_TUX + "{\"type\":\"get\",\"name\":\"Nux\"}\n").repeat(50));

        for (int i = 0; i < 50; i++) {
            assertThat(peer.readLine()).isEqualTo(REPLY_TUX);
            assertThat(peer.readLine()).contains("\"code\":404", "unknown_product");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello|expected a JSON object, but the line begins with 'h'",
                "[{}]|expected a JSON object, but the line begins with '['",
                "''|expected a JSON object, but the line begins with the byte 0x0a",
                "{|not JSON",
                "{}|type is missing",
                "{\"type\":\"got\"}|type is got",
                "{\"type\":\"get\"}|name is missing",
            })
    void closesTheConnectionAtTheFirstLineThatIsNotARequest(String line, String complaint) throws Exception {
        List<CatalogRequest<?>> handled = new CopyOnWriteArrayList<>();
        ScriptedPeer peer = connect(serve(request -> {
            handled.add(request);
            return tuxOnly(request);
        }));

        peer.send(GET_TUX + line + "\n" + GET_TUX.repeat(10));

        assertThat(peer.readLine()).isEqualTo(REPLY_TUX);
        assertThat(peer.readLine()).startsWith("{\"code\":400,\"message\":\"" + complaint);
        assertThat(peer.readLine()).isNull();
        assertThat(handled).hasSize(1);
    }

    /** A web page can make a browser send any text to any port of this machine. */
    @ParameterizedTest
    @MethodSource("strangers")
    void handlesNoRequestWithinAnotherProtocol(String name, String stream) throws Exception {
        List<CatalogRequest<?>> handled = new CopyOnWriteArrayList<>();
        ScriptedPeer peer = connect(serve(request -> {
            handled.add(request);
            return tuxOnly(request);
        }));

        peer.send(stream.getBytes(ISO_8859_1));
        String answer = new String(peer.readAllBytes(), ISO_8859_1);

        assertThat(handled).isEmpty();
        if (stream.contains("HTTP/")) {
            assertThat(answer)
                    .startsWith("HTTP/1.1 400 Bad Request\r\n")
                    .contains("Connection: close\r\n")
                    .endsWith("This port is for the services of the store, which do not speak HTTP. The frontend "
                            + "does.\n");
        } else {
            assertThat(answer).startsWith("{\"code\":400,").endsWith("}\n");
        }
    }

    static Stream<Arguments> strangers() {
        String body = GET_TUX.repeat(3);
        String head =
                "Host: 127.0.0.1:9001\r\nContent-Type: text/plain\r\nContent-Length: " + body.length() + "\r\n\r\n";
        String helloOfTls = "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003" + "\n".repeat(32);
        return Stream.of(
                Arguments.of("a form of a web page", "POST / HTTP/1.1\r\n" + head + body),
                Arguments.of("the same with bare line feeds", "POST / HTTP/1.0\n\n" + body),
                Arguments.of("HTTP/0.9", "GET /\r\n" + body),
                Arguments.of("a preflight", "OPTIONS / HTTP/1.1\r\nOrigin: http://evil.example\r\n" + head + body),
                Arguments.of("a proxy request", "GET http://127.0.0.1:9001/ HTTP/1.1\r\n" + head + body),
                Arguments.of("a tunnel", "CONNECT 127.0.0.1:9001 HTTP/1.1\r\n\r\n" + body),
                Arguments.of("another method", "put /{\"type\":\"put\"} HTTP/1.1\r\n" + head + body),
                Arguments.of("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + body),
                Arguments.of("empty lines before a request", "\r\n\r\nPOST / HTTP/1.1\r\n" + head + body),
                Arguments.of("TLS", helloOfTls + body),
                Arguments.of("PROXY version 1", "PROXY TCP4 192.0.2.1 192.0.2.2 5 9001\r\n" + body),
                Arguments.of("PROXY version 2", "\r\n\r\n\u0000\r\nQUIT\n!\u0011\u0000\f" + body),
                Arguments.of("Redis", "*1\r\n$4\r\nPING\r\n" + body),
                Arguments.of("SMTP", "EHLO evil.example\r\n" + body),
                Arguments.of("a byte order mark", "\u00ef\u00bb\u00bf" + body));
    }

    /** Once, 3,000 such peers left as many watchers in the catalog. */
    @Test
    void closesAStreamWhosePeerIsGoneBeforeItsFirstReply() throws Exception {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger made = new AtomicInteger();
        CountDownLatch gone = new CountDownLatch(1);
        MessageServer<CatalogRequest<?>> server = serve(request -> {
            if (request instanceof CatalogRequest.Watch) {
                pass(gone);
                made.incrementAndGet();
                open.incrementAndGet();
                return new Endless(open);
            }
            return tuxOnly(request);
        });
        for (int i = 0; i < 5; i++) {
            ScriptedPeer peer = connect(server);
            peer.send(GET_TUX.repeat(3) + "{\"type\":\"watch\"}\n");
            peer.socket.setSoLinger(true, 0);
            peer.close();
        }
        gone.countDown();

        await().until(() -> made.get() == 5 && open.get() == 0);
    }

    @Test
    void closesTheConnectionAfterAStream() throws Exception {
        MessageServer<CatalogRequest<?>> server = serve(request ->
                request instanceof CatalogRequest.Watch ? new Endless(new AtomicInteger()) : tuxOnly(request));
        ScriptedPeer peer = connect(server);

        peer.send(GET_TUX + "{\"type\":\"watch\"}\n" + GET_TUX);

        assertThat(peer.readLine()).isEqualTo(REPLY_TUX);
        assertThat(peer.readLine()).contains("products");
        server.close();
        assertThat(peer.readAllBytes()).asString(UTF_8).doesNotContain("Tux");
    }

    @Test
    void endsAStreamWithTheReasonWhyThereAreNoMoreReplies() throws Exception {
        AtomicInteger open = new AtomicInteger(1);
        ScriptedPeer peer = connect(serve(request -> new Ended(open)));

        peer.send("{\"type\":\"watch\"}\n" + GET_TUX);

        assertThat(peer.readLine()).isEqualTo("{\"code\":503,\"message\":\"the source is gone\"}");
        assertThat(peer.readLine()).isNull();
        assertThat(open).hasValue(0);
    }

    private record Ended(AtomicInteger open) implements ReplyStream {
        @Override
        public Reply next() throws RefusedException {
            throw new RefusedException(Refusal.notReady("the source is gone"));
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    private static final class Endless implements ReplyStream {
        private final CountDownLatch never = new CountDownLatch(1);
        private final AtomicInteger open;

        Endless(AtomicInteger open) {
            this.open = open;
        }

        @Override
        public Reply next() throws InterruptedException {
            assertThat(never.await(10, TimeUnit.MILLISECONDS)).isFalse();
            return new ProductUpdates(List.of());
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    @Test
    void closesAConnectionWhoseLineNeverEnds() throws Exception {
        ScriptedPeer peer = connect(serve(MessageServerTest::tuxOnly));

        peer.send("{" + "x".repeat(200_000));

        assertThat(peer.readLine()).isEqualTo("{\"code\":400,\"message\":\"the line is longer than 65536 bytes\"}");
        assertThat(peer.readLine()).isNull();
    }

    @Test
    void refusesALastLineWithoutALineFeed() throws Exception {
        ScriptedPeer peer = connect(serve(MessageServerTest::tuxOnly));

        peer.send("{\"type\":\"stats\"}");
        peer.socket.shutdownOutput();

        assertThat(peer.readLine()).contains("\"code\":400", "ended within a line, after 16 bytes");
        assertThat(peer.readLine()).isNull();
    }

    @Test
    void hidesTheDetailsOfAFault() throws Exception {
        ScriptedPeer peer = connect(serve(request -> {
            throw new IllegalStateException("secret");
        }));

        peer.send(GET_TUX + GET_TUX);

        assertThat(peer.readLine()).contains("\"code\":500").doesNotContain("secret");
        assertThat(peer.readLine()).contains("\"code\":500");
    }

    @Test
    void refusesAConnectionOverTheLimitAndServesTheNextOne() throws Exception {
        assumeThat(transport).as("the refusal is plain; see PeerTlsTest").isEqualTo(TestPeers.PLAIN);
        MessageServer<CatalogRequest<?>> server = serve(1, LONG, MessageServerTest::tuxOnly);
        ScriptedPeer first = connect(server);
        first.send(GET_TUX);
        assertThat(first.readLine()).isEqualTo(REPLY_TUX);

        ScriptedPeer second = connect(server);
        second.send(GET_TUX);

        assertThat(second.readLine()).isEqualTo("{\"code\":503,\"message\":\"test serves 1 connections already\"}");
        assertThat(second.readLine()).isNull();
        first.close();
        await().untilAsserted(() -> {
            ScriptedPeer third = connect(server);
            third.send(GET_TUX);
            assertThat(third.readLine()).isEqualTo(REPLY_TUX);
        });
    }

    @Test
    void closesAConnectionThatIsSilentForTooLong() throws Exception {
        ScriptedPeer peer = connect(serve(10, Duration.ofMillis(50), MessageServerTest::tuxOnly));

        assertThat(peer.readLine()).isNull();
    }

    @Test
    void closesIdleConnectionsAtOnceAndAnswersARequestInProgress() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        MessageServer<CatalogRequest<?>> server = serve(request -> {
            Reply reply = tuxOnly(request); // which refuses the request of the idle peer
            running.countDown();
            pass(proceed);
            return reply;
        });
        ScriptedPeer idle = connect(server);
        idle.send(GET_TUX.replace("Tux", "Nux"));
        idle.readLine(); // so that its session has started; otherwise it would be refused
        ScriptedPeer busy = connect(server);
        busy.send(GET_TUX);
        pass(running);

        Thread closing = new Thread(server::close);
        closing.start();
        assertThat(idle.readLine()).isNull();
        proceed.countDown();

        assertThat(busy.readLine()).isEqualTo(REPLY_TUX);
        assertThat(busy.readLine()).isNull();
        closing.join();
    }

    @Test
    void closesConnectionsByForceAfterTheGracePeriod() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        SocketServer.Options hasty = new SocketServer.Options("test", ANY_PORT, 1, Duration.ofMillis(50));
        MessageServer<CatalogRequest<?>> server =
                new MessageServer<>(hasty, LONG, CatalogRequest.class, transport.of(Role.CATALOG));
        server.start(request -> {
            running.countDown();
            pass(never);
            throw new IllegalStateException("not reached");
        });
        ScriptedPeer peer = connect(server);
        peer.send(GET_TUX);
        pass(running);

        server.close();

        assertThatThrownBy(() -> {
                    if (peer.readLine() == null) {
                        throw new IOException("closed");
                    }
                })
                .isInstanceOf(IOException.class);
        never.countDown();
    }

    @Test
    void countsConnectionsAndRequests() throws Exception {
        MessageServer<CatalogRequest<?>> server = serve(MessageServerTest::tuxOnly);
        ScriptedPeer peer = connect(server);

        peer.send(GET_TUX + GET_TUX + "{\"type\":\"get\",\"name\":\"Nux\"}\n");
        for (int i = 0; i < 3; i++) {
            peer.readLine();
        }
        assertThat(server.traffic().connections()).isEqualTo(1);
        peer.send("hello\n");
        peer.readLine();

        assertThat(server.traffic().served()).isEqualTo(2);
        assertThat(server.traffic().refused()).isEqualTo(1);
        assertThat(server.traffic().malformed()).isEqualTo(1);
    }

    @Test
    void handlesARequestUnderItsTrace() throws Exception {
        List<String> traces = new CopyOnWriteArrayList<>();
        ScriptedPeer peer = connect(serve(request -> {
            traces.add(String.valueOf(Trace.current()));
            return tuxOnly(request);
        }));

        peer.send(traced("a-1") + GET_TUX + traced("a-2") + traced("a 3") + traced("x".repeat(129)));
        for (int i = 0; i < 5; i++) {
            assertThat(peer.readLine()).isEqualTo(REPLY_TUX);
        }

        assertThat(traces).containsExactly("a-1", "null", "a-2", "null", "null");
    }

    @Test
    void logsOnlyRequestsWithATrace() throws Exception {
        try (LogRecorder log = new LogRecorder("messages")) {
            ScriptedPeer peer = connect(serve(request -> {
                if (request instanceof CatalogRequest.Stats) {
                    throw new IllegalStateException("a fault");
                }
                return tuxOnly(request);
            }));

            peer.send(traced("t-1")
                    + GET_TUX
                    + traced("t-2").replace("Tux", "Nux")
                    + traced("t-4").replace("get", "stats")
                    + traced("t\\n5")
                    + traced("t-6")
                    + traced("t-3").replace("get", "got"));
            for (int i = 0; i < 7; i++) {
                assertThat(peer.readLine()).contains("\"code\":");
            }

            await().until(() -> log.lines().size() == 5);
            assertThat(log.lines().stream().map(line -> line.replaceAll("[0-9]+\\.[0-9]{3} ms$", "N ms")))
                    .containsExactly(
                            "t-1 INFO get 1 in N ms",
                            "t-2 INFO get 404 unknown_product in N ms",
                            "t-4 INFO stats 500 in N ms",
                            "t-6 INFO get 1 in N ms",
                            "t-3 INFO malformed 400 in N ms");
        }
    }

    @Test
    void logsThePhasesThatAHandlerHasEnded() throws Exception {
        try (LogRecorder log = new LogRecorder("messages")) {
            ScriptedPeer peer = connect(serve(request -> {
                Trace.phases().end("check");
                return tuxOnly(request);
            }));

            peer.send(GET_TUX + traced("t-1"));
            peer.readLine();
            peer.readLine();

            await().until(() -> log.lines().size() == 1);
            assertThat(log.lines().get(0).replaceAll("[0-9]+\\.[0-9]{3}", "N"))
                    .isEqualTo("t-1 INFO get 1: check N, reply N in N ms");
        }
    }

    @Test
    void measuresNoPhasesOfRequestsThatAreNotLogged() throws Exception {
        List<Boolean> measured = new CopyOnWriteArrayList<>();
        ScriptedPeer peer = connect(serve(request -> {
            measured.add(Trace.phases().areMeasured());
            return tuxOnly(request);
        }));
        Logger messages = (Logger) LoggerFactory.getLogger("messages");
        Level before = messages.getLevel();
        messages.setLevel(Level.OFF);
        try {
            peer.send(traced("t-1"));
            peer.readLine();
        } finally {
            messages.setLevel(before);
        }
        peer.send(GET_TUX + traced("t-2"));
        peer.readLine();
        peer.readLine();

        assertThat(measured).containsExactly(false, false, true);
    }

    @Test
    void callsItsObserverForEveryMessage() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        var options = new SocketServer.Options("test", ANY_PORT, 1, LONG);
        var server =
                new MessageServer<CatalogRequest<?>>(options, LONG, CatalogRequest.class, transport.of(Role.CATALOG));
        opened.push(server);
        server.start(MessageServerTest::tuxOnly, (type, code, nanos) -> {
            assertThat(nanos).isPositive();
            seen.add(type + " " + code);
        });
        ScriptedPeer peer = connect(server);

        peer.send(GET_TUX + GET_TUX.replace("Tux", "Nux") + "{hello\n" + "x".repeat(70_000));
        while (peer.readLine() != null) {
            assertThat(seen).hasSizeLessThan(5);
        }

        assertThat(seen).containsExactly("get 1", "get 404", "malformed 400");
    }

    @Test
    void failsIfThePortIsTaken() throws Exception {
        Address taken = serve(MessageServerTest::tuxOnly).address();

        assertThatThrownBy(() -> new MessageServer<CatalogRequest<?>>("test", taken, CatalogRequest.class))
                .hasMessage("cannot listen on " + taken + ": the port is taken by another process");
    }

    private static String traced(String id) {
        return GET_TUX.replace("}", ",\"trace\":\"" + id + "\"}");
    }

    private static Reply tuxOnly(CatalogRequest<?> request) throws RefusedException {
        if (request.equals(new CatalogRequest.Get("Tux"))) {
            return TUX;
        }
        throw new RefusedException(Refusal.unknownProduct());
    }

    private MessageServer<CatalogRequest<?>> serve(MessageServer.Handler<CatalogRequest<?>> handler)
            throws IOException {
        return serve(10, LONG, handler);
    }

    private MessageServer<CatalogRequest<?>> serve(
            int threads, Duration idle, MessageServer.Handler<CatalogRequest<?>> handler) throws IOException {
        var options = new SocketServer.Options("test", ANY_PORT, threads, LONG);
        MessageServer<CatalogRequest<?>> server =
                new MessageServer<>(options, idle, CatalogRequest.class, transport.of(Role.CATALOG));
        opened.push(server);
        server.start(handler);
        return server;
    }

    private ScriptedPeer connect(MessageServer<?> server) throws IOException {
        ScriptedPeer peer = new ScriptedPeer(server.address(), transport.of(Role.FRONTEND));
        opened.push(peer);
        return peer;
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

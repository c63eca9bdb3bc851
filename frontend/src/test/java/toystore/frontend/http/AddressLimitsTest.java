package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static toystore.frontend.http.TestServer.GET;
import static toystore.frontend.http.TestServer.HELLO;
import static toystore.frontend.http.TestServer.LONG;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import toystore.common.Network;
import toystore.frontend.http.session.AddressLimits;

/** What one address may take. Clients have addresses of this machine, which are exempt otherwise. */
class AddressLimitsTest {
    private static final int SHARE = 2;

    private final CountDownLatch proceed = new CountDownLatch(1);
    private final AtomicLong nanoClock = new AtomicLong();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        proceed.countDown();
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    @Test
    void oneAddressDoesNotTakeTheQueueFromOthers() throws Exception {
        TestServer server = serve(TestTransport.PLAIN, "127.0.0.9");
        Socket busy = connect(server, "127.0.0.2");
        TestServer.send(busy, GET);
        await().until(server.server()::busy, sessions -> sessions == 1);
        List<Socket> waiting = new ArrayList<>();
        for (int i = 0; i < SHARE; i++) {
            waiting.add(connect(server, "127.0.0.2"));
        }
        await().until(server.server()::waiting, connections -> connections == SHARE);

        for (int i = 0; i < 3; i++) {
            assertThat(TestServer.readResponse(connect(server, "127.0.0.2")))
                    .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                    .contains("\r\nRetry-After: 1\r\n", "2 connections of your address already wait for a thread");
        }
        waiting.add(connect(server, "127.0.0.3"));
        for (int i = 0; i < 4; i++) {
            waiting.add(connect(server, "127.0.0.9"));
        }
        await().until(server.server()::waiting, connections -> connections == SHARE + 5);
        assertThat(server.server().refusedShares()).isEqualTo(3);
        assertThat(server.server().refused()).isEqualTo(3);

        proceed.countDown();
        for (Socket each : waiting) {
            each.close();
        }
        await().until(server.server()::waiting, connections -> connections == 0);
        Socket later = connect(server, "127.0.0.2");
        TestServer.send(later, GET);
        assertThat(TestServer.read(later, HELLO.length())).startsWith("HTTP/1.1 200 OK");
    }

    @Test
    void anAddressHasItsShareOnlyOfTheQueue() throws Exception {
        TestServer server = serve(TestTransport.PLAIN, "127.0.0.9");
        proceed.countDown();
        for (int i = 0; i < 20; i++) {
            Socket socket = connect(server, "127.0.0.2");
            TestServer.send(socket, GET);
            assertThat(TestServer.read(socket, 15)).isEqualTo("HTTP/1.1 200 OK");
            socket.close();
        }

        assertThat(server.server().refused()).isZero();
    }

    @Test
    void closesConnectionsThatWouldBeginTooManyHandshakes() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger logger = (Logger) LoggerFactory.getLogger("toystore.frontend.http.session.TlsServer");
        logger.addAppender(lines);
        opened.add(() -> logger.detachAppender(lines));
        TestServer server = serve(TestTransport.TLS_1_3, "127.0.0.9");
        proceed.countDown();
        for (int i = 0; i < 5; i++) {
            assertThat(isAnswered(server, "127.0.0.2")).isTrue();
        }

        assertThat(isAnswered(server, "127.0.0.2")).isFalse();
        assertThat(isAnswered(server, "127.0.0.3")).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(isAnswered(server, "127.0.0.9")).isTrue();
        }
        assertThat(server.server().handshakes().orElseThrow().refused()).isEqualTo(1);
        assertThat(server.server().handshakes().orElseThrow().failed()).isZero();

        nanoClock.addAndGet(1_000_000_000);
        assertThat(isAnswered(server, "127.0.0.2")).isTrue();
        assertThat(isAnswered(server, "127.0.0.2")).isFalse();
        assertThat(List.copyOf(lines.list))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.getFormattedMessage())
                        .isEqualTo(
                                "closed a connection of 127.0.0.2 before its TLS handshake: its address began more than"
                                        + " --handshakes-per-address allows, 1 per second"));
    }

    private boolean isAnswered(TestServer server, String address) throws IOException {
        try (Socket socket = connect(server, TestTransport.TLS_1_3, address)) {
            TestServer.send(socket, GET);
            return TestServer.read(socket, 15).equals("HTTP/1.1 200 OK");
        } catch (IOException closed) {
            return false;
        }
    }

    /** A server with one thread, a share of 2, and a handshake per second. */
    private TestServer serve(TestTransport transport, String exempt) throws IOException {
        Router router = new Router(List.of(new Router.Route("GET", "/{word}", request -> {
            pass(proceed);
            return TestServer.echo(request);
        })));
        AddressLimits limits = new AddressLimits(
                TrustedProxies.NONE, SHARE, 1, address -> Network.text(address).equals(exempt), nanoClock::get);
        TestServer server = new TestServer(1, 10, TestServer.within(LONG), router, transport, limits);
        opened.add(server);
        return server;
    }

    private Socket connect(TestServer server, String address) throws IOException {
        return connect(server, TestTransport.PLAIN, address);
    }

    private Socket connect(TestServer server, TestTransport transport, String address) throws IOException {
        Socket socket = transport.connectFrom(address, server.server().address());
        opened.add(socket);
        socket.setSoTimeout((int) TestServer.HANG.toMillis());
        return socket;
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

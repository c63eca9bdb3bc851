package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import toystore.wire.net.Address;
import toystore.wire.net.Threads;

@Timeout(30)
class HttpServerTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-03T04:05:06Z"), ZoneOffset.UTC);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String GET = "GET /hello HTTP/1.1\r\nHost: store\r\nX-Request-Id: 7f3a\r\n\r\n";
    private static final String HELLO = """
            HTTP/1.1 200 OK\r
            Date: Tue, 03 Nov 2026 04:05:06 GMT\r
            Content-Type: application/json\r
            Content-Length: 17\r
            X-Request-Id: 7f3a\r
            \r
            {"data":"hello"}
            """;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Queue<Exchange> exchanges = new ConcurrentLinkedQueue<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    @Test
    void answersARequestAndKeepsTheConnection() throws Exception {
        Socket peer = connect(serve(2, 0, LONG, HttpServerTest::echoPath));

        for (int i = 0; i < 3; i++) {
            send(peer, GET);
            assertThat(read(peer, HELLO.length())).isEqualTo(HELLO);
        }
    }

    @Test
    void keepsTheConnectionOfAClientThatPauses() throws Exception {
        Socket peer = connect(serve(2, 0, LONG, HttpServerTest::echoPath));

        for (int i = 0; i < 3; i++) {
            send(peer, GET);
            assertThat(read(peer, HELLO.length())).isEqualTo(HELLO);
            long answered = System.nanoTime();
            await().until(() -> System.nanoTime() - answered > 150_000_000);
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws Exception {
        Socket peer = connect(serve(2, 0, LONG, HttpServerTest::echoPath));

        send(
                peer,
                GET + "GET /a HTTP/1.1\r\nHost: store\r\n\r\n"
                        + "GET /b HTTP/1.1\r\nHost: store\r\nConnection: close\r\n\r\n");

        assertThat(readAll(peer))
                .startsWith(HELLO)
                .containsSubsequence("{\"data\":\"a\"}", "Connection: close", "{\"data\":\"b\"}");
    }

    @Test
    void sendsNoContentInAnswerToHead() throws Exception {
        Socket peer = connect(serve(2, 0, LONG, HttpServerTest::echoPath));

        send(peer, GET.replace("GET", "HEAD") + GET);

        String head = HELLO.substring(0, HELLO.indexOf('{'));
        assertThat(read(peer, head.length() + HELLO.length())).isEqualTo(head + HELLO);
    }

    @Test
    void closesWhenThePeerWantsThatOrSpeaksHttp10() throws Exception {
        HttpServer server = serve(2, 0, LONG, HttpServerTest::echoPath);

        assertThat(exchange(
                        server,
                        "GET /hello HTTP/1.1\r\nHost: store\r\nX-Request-Id: 7f3a\r\nConnection: close\r\n\r\n"))
                .contains("\r\nConnection: close\r\n");
        assertThat(exchange(server, "GET /hello HTTP/1.0\r\n\r\n")).contains("\r\nConnection: close\r\n");
        Socket old = connect(server);
        send(old, "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(read(old, HELLO.length() + 24)).contains("\r\nConnection: keep-alive\r\n");
    }

    @Test
    void tellsWhatIsWrongWithARequestBeforeItClosesEvenWhileThePeerIsSending() throws Exception {
        HttpServer server = serve(2, 0, LONG, HttpServerTest::echoPath);
        Socket peer = connect(server);

        send(peer, "POST /hello HTTP/1.1\r\nHost: store\r\nContent-Length: 500000\r\n\r\n" + "x".repeat(500_000));

        assertThat(readAll(peer))
                .startsWith("HTTP/1.1 413 Content Too Large\r\n")
                .contains("\r\nConnection: close\r\n")
                .endsWith(
                        "{\"error\":{\"code\":413,\"message\":\"the content has 500000 bytes; at most 65536 are taken\"}}\n");
    }

    @Test
    void answersAFaultWithoutItsDetailsAndGoesOn() throws Exception {
        Socket peer = connect(serve(2, 0, LONG, request -> {
            if (request.path().get(0).equals("bad")) {
                throw new IllegalStateException("secret");
            }
            return echoPath(request);
        }));

        send(
                peer,
                "GET /bad HTTP/1.1\r\nHost: store\r\n\r\nGET /hello HTTP/1.1\r\nHost: store\r\nConnection: close\r\n\r\n");

        assertThat(readAll(peer))
                .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
                .contains("\"internal error\"", "{\"data\":\"hello\"}")
                .doesNotContain("secret");
    }

    @Test
    void servesAsManySessionsAtOnceAsItHasThreads() throws Exception {
        CyclicBarrier ten = new CyclicBarrier(10);
        HttpServer server = serve(10, 0, LONG, request -> {
            meet(ten);
            return echoPath(request);
        });
        List<Socket> peers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            peers.add(connect(server));
        }

        for (Socket peer : peers) {
            send(peer, GET);
        }

        for (Socket peer : peers) {
            assertThat(read(peer, HELLO.length())).isEqualTo(HELLO);
        }
    }

    @Test
    void closesAnIdleSessionToMakeRoomForAnotherClient() throws Exception {
        HttpServer server = serve(1, 10, LONG, HttpServerTest::echoPath);
        Socket idle = connect(server);
        send(idle, GET);
        read(idle, HELLO.length());

        for (int i = 0; i < 3; i++) {
            Socket next = connect(server);
            send(next, GET);
            assertThat(read(next, HELLO.length())).isEqualTo(HELLO);
            assertThat(readAll(idle)).isEmpty();
            idle = next;
        }
    }

    @Test
    void closesASilentConnectionToMakeRoomForAClientThatAsks() throws Exception {
        HttpServer server = serve(1, 10, LONG, HttpServerTest::echoPath);
        Socket silent = connect(server);

        Socket asking = connect(server);
        send(asking, GET);

        assertThat(read(asking, HELLO.length())).isEqualTo(HELLO);
        assertThat(readAll(silent)).isEmpty();
    }

    @Test
    void endsASessionWithItsNextAnswerWhenOthersWait() throws Exception {
        CyclicBarrier running = new CyclicBarrier(2);
        HttpServer server = serve(1, 10, LONG, request -> {
            if (request.path().get(0).equals("slow")) {
                meet(running);
                meet(running);
            }
            return echoPath(request);
        });
        Socket busy = connect(server);
        send(busy, "GET /slow HTTP/1.1\r\nHost: store\r\n\r\n");
        meet(running);
        Socket waiting = connect(server);
        send(waiting, GET);
        await().until(server::waiting, connections -> connections == 1);
        meet(running);

        assertThat(readAll(busy)).contains("\r\nConnection: close\r\n").endsWith("{\"data\":\"slow\"}\n");
        assertThat(read(waiting, HELLO.length())).isEqualTo(HELLO);
    }

    @Test
    void servesFarMoreClientsThanItHasThreads() throws Exception {
        HttpServer server = serve(2, 100, LONG, HttpServerTest::echoPath);
        List<Socket> peers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Socket peer = connect(server);
            send(peer, GET);
            peers.add(peer);
        }

        for (Socket peer : peers) {
            assertThat(read(peer, 15)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void refusesAConnectionWhenTooManyWaitAlready() throws Exception {
        CyclicBarrier running = new CyclicBarrier(2);
        HttpServer server = serve(1, 1, LONG, request -> {
            meet(running);
            meet(running);
            return echoPath(request);
        });
        Socket busy = connect(server);
        send(busy, GET);
        meet(running);
        Socket waiting = connect(server);
        await().until(server::waiting, connections -> connections == 1);

        assertThat(exchange(server, GET))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("\r\nRetry-After: 1\r\n", "1 connections wait for a thread already");

        meet(running);
        assertThat(readAll(busy)).endsWith("{\"data\":\"hello\"}\n");
        send(waiting, GET);
        meet(running);
        meet(running);
        assertThat(read(waiting, HELLO.length())).isEqualTo(HELLO);
    }

    @Test
    void closesASilentSessionAndTellsOneThatIsSilentWithinARequest() throws Exception {
        HttpServer server = serve(2, 0, Duration.ofMillis(50), HttpServerTest::echoPath);

        assertThat(readAll(connect(server))).isEmpty();
        assertThat(exchange(server, "GET /hello HTTP/1.1\r\nHo")).startsWith("HTTP/1.1 408 Request Timeout\r\n");
    }

    @Test
    void finishesARunningRequestWhenItIsClosed() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        HttpServer server = serve(2, 0, LONG, request -> {
            running.countDown();
            pass(proceed);
            return echoPath(request);
        });
        Socket idle = connect(server);
        Socket busy = connect(server);
        send(busy, GET);
        pass(running);

        Thread closing = new Thread(server::close);
        closing.start();
        assertThat(readAll(idle)).isEmpty();
        proceed.countDown();

        assertThat(readAll(busy)).contains("\r\nConnection: close\r\n").endsWith("{\"data\":\"hello\"}\n");
        closing.join();
    }

    private static Response echoPath(Request request) {
        return Response.data(Status.OK, request.path().get(0));
    }

    private HttpServer serve(int threads, int queue, Duration idle, Router.Handler handler) throws IOException {
        return serve(threads, queue, new Deadlines(idle, idle, idle, idle, idle), handler);
    }

    private HttpServer serve(int threads, int queue, Deadlines deadlines, Router.Handler handler) throws IOException {
        var options = new HttpServer.Options(
                new Address("127.0.0.1", 0),
                threads,
                Threads.numbered("session"),
                queue,
                deadlines,
                Duration.ofSeconds(5));
        Router router = new Router(
                List.of(new Router.Route("GET", "/{word}", handler), new Router.Route("POST", "/{word}", handler)));
        HttpServer server = new HttpServer(options, router, exchanges::add, CLOCK);
        opened.add(server);
        server.start();
        return server;
    }

    private Socket connect(HttpServer server) throws IOException {
        Socket socket = new Socket(server.address().host(), server.address().port());
        opened.add(socket);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private String exchange(HttpServer server, String request) throws IOException {
        Socket peer = connect(server);
        send(peer, request);
        return readAll(peer);
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String read(Socket socket, int length) throws IOException {
        return new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    }

    private static String readAll(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

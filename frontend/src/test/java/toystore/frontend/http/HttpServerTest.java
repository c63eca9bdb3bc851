package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static toystore.frontend.http.TestServer.GET;
import static toystore.frontend.http.TestServer.read;
import static toystore.frontend.http.TestServer.readAll;
import static toystore.frontend.http.TestServer.readResponse;
import static toystore.frontend.http.TestServer.send;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.frontend.http.session.CompletedExchange;

@OverEveryTransport
class HttpServerTest {
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final TestTransport transport;
    private final String hello; // the response to GET

    HttpServerTest(TestTransport transport) {
        this.transport = transport;
        this.hello = TestServer.hello(transport);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    @Test
    void answersARequestAndKeepsTheConnection() throws Exception {
        Socket peer = serve(2, 0, TestServer::echo).connect();

        for (int i = 0; i < 3; i++) {
            send(peer, GET);
            assertThat(read(peer, hello.length())).isEqualTo(hello);
        }
    }

    @Test
    void keepsTheConnectionOfAClientThatPauses() throws Exception {
        Socket peer = serve(2, 0, TestServer::echo).connect();

        for (int i = 0; i < 3; i++) {
            send(peer, GET);
            assertThat(read(peer, hello.length())).isEqualTo(hello);
            long answered = System.nanoTime();
            await().until(() -> System.nanoTime() - answered > 150_000_000);
        }
    }

    @Test
    void answersPipelinedRequestsInTheirOrder() throws Exception {
        Socket peer = serve(2, 0, TestServer::echo).connect();

        send(
                peer,
                GET + "GET /a HTTP/1.1\r\nHost: store\r\n\r\n"
                        + "GET /b HTTP/1.1\r\nHost: store\r\nConnection: close\r\n\r\n");

        assertThat(readAll(peer))
                .startsWith(hello)
                .containsSubsequence("{\"data\":\"a\"}", "Connection: close", "{\"data\":\"b\"}");
    }

    @Test
    void sendsResponsesToPipelinedRequestsTogether() throws Exception {
        CyclicBarrier second = new CyclicBarrier(2);
        Socket peer = serve(2, 0, request -> echoAfter(second, "b", request)).connect();

        send(peer, GET + GET.replace("hello", "b") + GET);
        meet(second); // it handles the second one
        assertThat(peer.getInputStream().available()).isZero();
        meet(second);

        assertThat(read(peer, hello.length())).isEqualTo(hello);
        assertThat(read(peer, 2 * hello.length() - 4))
                .contains("{\"data\":\"b\"}")
                .endsWith(hello);
    }

    @Test
    void sendsResponsesToChangesAtOnce() throws Exception {
        CyclicBarrier second = new CyclicBarrier(2);
        Socket peer = serve(2, 0, request -> echoAfter(second, "b", request)).connect();

        send(
                peer,
                GET.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n")
                        + "GET /b HTTP/1.1\r\nHost: store\r\n\r\n");
        meet(second);

        assertThat(read(peer, hello.length())).isEqualTo(hello);
        meet(second);
    }

    @Test
    void sendsNoContentInResponseToHead() throws Exception {
        Socket peer = serve(2, 0, TestServer::echo).connect();

        send(peer, GET.replace("GET", "HEAD") + GET);

        String head = hello.substring(0, hello.indexOf('{'));
        assertThat(read(peer, head.length() + hello.length())).isEqualTo(head + hello);
    }

    @Test
    void closesWhenTheClientAsksForItOrUsesHttp10() throws Exception {
        TestServer server = serve(2, 4, TestServer::echo);

        assertThat(server.exchange(
                        "GET /hello HTTP/1.1\r\nHost: store\r\nX-Request-Id: 7f3a\r\nConnection: close\r\n\r\n"))
                .contains("\r\nConnection: close\r\n");
        assertThat(server.exchange("GET /hello HTTP/1.0\r\n\r\n")).contains("\r\nConnection: close\r\n");
        Socket old = server.connect();
        send(old, "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(read(old, hello.length() + 24)).contains("\r\nConnection: keep-alive\r\n");
    }

    @Test
    void sendsTheErrorBeforeItClosesWhileTheClientIsSending() throws Exception {
        TestServer server = serve(2, 0, TestServer::echo);
        Socket peer = server.connect();

        send(peer, "POST /hello HTTP/1.1\r\nHost: store\r\nContent-Length: 500000\r\n\r\n" + "x".repeat(500_000));

        assertThat(readAll(peer))
                .startsWith("HTTP/1.1 413 Content Too Large\r\n")
                .contains("\r\nConnection: close\r\n")
                .endsWith("{\"error\":{\"code\":413,\"message\":\"the content has 500000 bytes; at most 65536 are "
                        + "allowed\"}}\n");
    }

    @Test
    void hidesTheDetailsOfAnInternalErrorAndContinues() throws Exception {
        Socket peer = serve(2, 0, request -> {
                    if (request.path().get(0).equals("bad")) {
                        throw new IllegalStateException("secret");
                    }
                    return TestServer.echo(request);
                })
                .connect();

        send(
                peer,
                "GET /bad HTTP/1.1\r\nHost: store\r\n\r\nGET /hello HTTP/1.1\r\nHost: store\r\nConnection: "
                        + "close\r\n\r\n");

        assertThat(readAll(peer))
                .startsWith("HTTP/1.1 500 Internal Server Error\r\n")
                .contains("\"internal error\"", "{\"data\":\"hello\"}")
                .doesNotContain("secret");
    }

    @Test
    void servesOneSessionPerThreadAtOnce() throws Exception {
        CyclicBarrier ten = new CyclicBarrier(10);
        TestServer server = serve(10, 0, request -> {
            meet(ten);
            return TestServer.echo(request);
        });
        List<Socket> peers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            peers.add(server.connect());
        }

        for (Socket peer : peers) {
            send(peer, GET);
        }

        for (Socket peer : peers) {
            assertThat(read(peer, hello.length())).isEqualTo(hello);
        }
    }

    @Test
    void evictsAnIdleSessionForAnotherClient() throws Exception {
        TestServer server = serve(1, 10, TestServer::echo);
        Socket idle = server.connect();
        send(idle, GET);
        read(idle, hello.length());

        for (int i = 0; i < 3; i++) {
            Socket next = server.connect();
            send(next, GET);
            assertThat(read(next, hello.length())).isEqualTo(hello);
            assertThat(readAll(idle)).isEmpty();
            idle = next;
        }
    }

    @Test
    void evictsASilentConnectionForAClientWithARequest() throws Exception {
        TestServer server = serve(1, 10, TestServer::echo);
        Socket silent = server.connect();
        TestTransport.finishHandshake(silent);

        Socket asking = server.connect();
        send(asking, GET);

        assertThat(read(asking, hello.length())).isEqualTo(hello);
        assertThat(readAll(silent)).isEmpty();
    }

    @Test
    void notifiesTheObserverOfEveryExchange() throws Exception {
        TestServer server = serve(2, 4, TestServer::echo);

        server.exchange("GET /hello?a=%20b HTTP/1.0\r\nX-Request-Id: my-id\r\n\r\n");
        server.exchange("HEAD /hello HTTP/1.0\r\n\r\n");
        server.exchange("GET /a/b HTTP/1.0\r\n\r\n");
        server.exchange("nonsense\r\n");

        assertThat(server.exchanges())
                .extracting(
                        CompletedExchange::method,
                        CompletedExchange::target,
                        CompletedExchange::route,
                        CompletedExchange::status,
                        CompletedExchange::bytes)
                .containsExactly(
                        tuple("GET", "/hello?a=%20b", "/{word}", Status.OK, 17),
                        tuple("HEAD", "/hello", "/{word}", Status.OK, 0),
                        tuple("GET", "/a/b", "none", Status.NOT_FOUND, 69),
                        tuple("-", "-", "none", Status.BAD_REQUEST, 115));
        assertThat(server.exchanges())
                .allMatch(CompletedExchange::delivered)
                .allMatch(exchange -> exchange.nanos() > 0);
        assertThat(server.exchanges().get(0).id()).isEqualTo("my-id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 99999999", "Content-Length: x", "Expect: a-miracle", "Host: b"})
    void returnsTheIdOfARequestThatItRefuses(String field) throws Exception {
        TestServer server = serve(2, 0, TestServer::echo);

        String response =
                server.exchange("POST /hello HTTP/1.1\r\nHost: store\r\nX-Request-Id: mine\r\n" + field + "\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 4").contains("\r\nX-Request-Id: mine\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\"b", "\u00e9", "a\tb", "x,y", "{}", "-", "-x"})
    void makesAnIdInPlaceOfAnInvalidOne(String id) throws Exception {
        TestServer server = serve(2, 0, TestServer::echo);

        String response = server.exchange("GET /hello HTTP/1.0\r\nX-Request-Id: " + id + "\r\n\r\n");

        assertThat(response).containsPattern("\r\nX-Request-Id: [0-9a-f]{16}\r\n");
        assertThat(response)
                .contains("\r\nX-Request-Id: " + server.exchanges().get(0).id() + "\r\n");
    }

    @Test
    void finishesARequestInProgressWhenItIsClosed() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        TestServer server = serve(2, 0, request -> {
            if (request.path().get(0).equals("slow")) {
                running.countDown();
                pass(proceed);
            }
            return TestServer.echo(request);
        });
        Socket idle = server.connect();
        send(idle, GET);
        readResponse(idle); // so that its session has begun: a connection without one gets 503
        Socket busy = server.connect();
        send(busy, GET.replace("/hello", "/slow"));
        pass(running);

        Thread closing = new Thread(server.server()::close);
        closing.start();
        assertThat(readAll(idle)).isEmpty();
        proceed.countDown();

        assertThat(readAll(busy)).contains("\r\nConnection: close\r\n").endsWith("{\"data\":\"slow\"}\n");
        closing.join();
    }

    private TestServer serve(int threads, int queue, Router.Handler handler) throws IOException {
        TestServer server = new TestServer(threads, queue, TestServer.within(TestServer.LONG), handler, transport);
        opened.add(server);
        return server;
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void pass(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A request for this word waits at the barrier twice. */
    private static Response echoAfter(CyclicBarrier barrier, String word, Request request) {
        if (request.path().get(0).equals(word)) {
            meet(barrier);
            meet(barrier);
        }
        return TestServer.echo(request);
    }
}

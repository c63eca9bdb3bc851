package toystore.frontend.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static toystore.frontend.http.TestServer.GET;
import static toystore.frontend.http.TestServer.HELLO;
import static toystore.frontend.http.TestServer.read;
import static toystore.frontend.http.TestServer.readAll;
import static toystore.frontend.http.TestServer.send;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that wait for a thread. They are plain: those over TLS cannot send their request before. */
class WaitingConnectionsTest {
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    @Test
    void endsASessionWithItsNextResponseWhenOthersWait() throws Exception {
        CyclicBarrier running = new CyclicBarrier(2);
        TestServer server = serve(1, 10, request -> {
            if (request.path().get(0).equals("slow")) {
                meet(running);
                meet(running);
            }
            return TestServer.echo(request);
        });
        Socket busy = server.connect();
        send(busy, "GET /slow HTTP/1.1\r\nHost: store\r\n\r\n");
        meet(running);
        Socket waiting = server.connect();
        send(waiting, GET);
        await().until(server.server()::waiting, connections -> connections == 1);
        long waits = System.nanoTime();
        await().until(() -> System.nanoTime() - waits > 50_000_000); // longer than a turn
        meet(running);

        assertThat(readAll(busy)).contains("\r\nConnection: close\r\n").endsWith("{\"data\":\"slow\"}\n");
        assertThat(read(waiting, HELLO.length())).isEqualTo(HELLO);
    }

    @Test
    void servesFarMoreClientsThanItHasThreads() throws Exception {
        TestServer server = serve(2, 100, TestServer::echo);
        List<Socket> peers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            peers.add(server.connectAndSend());
        }

        for (Socket peer : peers) {
            String start = read(peer, 15);
            if (start.isEmpty()) { // it was evicted before its request arrived
                server.connectAndGet("HTTP/1.1 200 OK");
            } else {
                assertThat(start).isEqualTo("HTTP/1.1 200 OK");
            }
        }
    }

    @Test
    void refusesAConnectionWhenTheQueueIsFull() throws Exception {
        CyclicBarrier running = new CyclicBarrier(2);
        TestServer server = serve(1, 1, request -> {
            meet(running);
            meet(running);
            return TestServer.echo(request);
        });
        Socket busy = server.connect();
        send(busy, GET);
        meet(running);
        Socket waiting = server.connect();
        await().until(server.server()::waiting, connections -> connections == 1);

        assertThat(server.exchange(GET))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("\r\nRetry-After: 1\r\n", "1 connections already wait for a thread");

        meet(running);
        assertThat(readAll(busy)).endsWith("{\"data\":\"hello\"}\n");
        send(waiting, GET);
        meet(running);
        meet(running);
        assertThat(read(waiting, HELLO.length())).isEqualTo(HELLO);
    }

    @Test
    void sends503ToWaitingConnectionsWhenItIsClosed() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch proceed = new CountDownLatch(1);
        TestServer server = serve(1, 10, request -> {
            running.countDown();
            pass(proceed);
            return TestServer.echo(request);
        });
        Socket busy = server.connect();
        send(busy, GET);
        pass(running);
        Socket waiting = server.connect();
        send(waiting, GET);
        await().until(server.server()::waiting, connections -> connections == 1);

        Thread closing = new Thread(server.server()::close);
        closing.start();

        assertThat(TestServer.readResponse(waiting))
                .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                .contains("\r\nConnection: close\r\n", "\r\nRetry-After: 1\r\n", "\"the store is closing\"");
        proceed.countDown();
        assertThat(readAll(busy)).endsWith("{\"data\":\"hello\"}\n");
        closing.join();
    }

    private TestServer serve(int threads, int queue, Router.Handler handler) throws IOException {
        TestServer server = new TestServer(threads, queue, TestServer.within(TestServer.LONG), handler);
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
}

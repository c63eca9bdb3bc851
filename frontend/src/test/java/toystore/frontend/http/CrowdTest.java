package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static toystore.frontend.http.TestServer.GET;
import static toystore.frontend.http.TestServer.HELLO;
import static toystore.frontend.http.TestServer.read;
import static toystore.frontend.http.TestServer.send;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import toystore.frontend.http.session.CompletedExchange;

/**
 * Far more clients than threads, most of them slow, silent or hostile; all timeouts are an hour. A normal client is
 * still served, and the cost of the others is bounded.
 */
class CrowdTest {
    private static final int THREADS = 10;
    private static final int CROWD = 200;

    private final List<SocketChannel> crowd = new ArrayList<>();
    private TestServer server;

    @BeforeEach
    void serve() throws IOException {
        server = TestServer.echoing(THREADS, 1000);
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel each : crowd) {
            each.close();
        }
        server.close();
    }

    @Test
    void clientsThatAreSilentDoNotKeepOthersWaiting() throws Exception {
        gather(CROWD);

        aNormalClientIsServed(5);
    }

    @Test
    void clientsThatStayIdleDoNotKeepOthersWaiting() throws Exception {
        for (int i = 0; i < CROWD; i++) {
            server.connectAndGet(HELLO);
        }

        aNormalClientIsServed(5);
    }

    @Test
    void clientsThatSendAByteNowAndThenDoNotKeepOthersWaiting() throws Exception {
        gather(CROWD);
        int sent = 0;
        for (int round = 0; round < 4; round++) {
            for (SocketChannel each : List.copyOf(crowd)) {
                sent += write(each, GET.substring(round, round + 1));
            }
            aNormalClientIsServed(1);
            replaceThoseThatWereClosed();
        }

        assertThat(sent).isGreaterThan(CROWD);
        assertThat(server.server().evicted()).isPositive();
        assertThat(server.exchanges())
                .extracting(CompletedExchange::status)
                .contains(Status.REQUEST_TIMEOUT)
                .doesNotContain(Status.SERVICE_UNAVAILABLE);
    }

    @Test
    void clientsThatSendTheirContentSlowlyDoNotKeepOthersWaiting() throws Exception {
        gather(CROWD);
        for (SocketChannel each : crowd) {
            write(each, "POST /hello HTTP/1.1\r\nHost: store\r\nContent-Length: 100\r\n\r\nx");
        }

        aNormalClientIsServed(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /hello HTTP/1.1\r\nHost: store\r\n\r\nG",
                "GET /hello HTTP/1.1\r\nHost: store\r\n\r\nPOST /hello HTTP/1.1\r\nHost: "
                        + "store\r\nContent-Length: 5\r\n\r\n",
                "POST /hello HTTP/1.1\r\nHost: store\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
            })
    void clientsThatStopAfterAResponseDoNotKeepOthersWaiting(String start) throws Exception {
        gather(CROWD);
        for (SocketChannel each : crowd) {
            write(each, start);
        }

        aNormalClientIsServed(1);
    }

    @Test
    void clientsThatNeverReadDoNotKeepOthersWaiting() throws Exception {
        gather(CROWD / 2);
        for (SocketChannel each : crowd) {
            while (write(each, GET.repeat(1000)) > 0) {} // until both buffers are full
        }

        aNormalClientIsServed(3);
    }

    @Test
    void clientsThatNeverPauseDoNotKeepOthersWaiting() throws Exception {
        CountDownLatch enough = new CountDownLatch(1);
        List<Thread> busy = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread sender = new Thread(() -> sendRepeatedly(enough));
            sender.start();
            busy.add(sender);
        }
        await().until(() -> server.exchanges().size() > 100);

        aNormalClientIsServed(5);

        enough.countDown();
        for (Thread each : busy) {
            each.join();
        }
    }

    @Test
    void clientsThatCloseTheirConnectionsLeaveNothingBehind() throws Exception {
        gather(CROWD);
        for (SocketChannel each : crowd) {
            write(each, "GET /");
        }
        await().until(() -> server.server().busy() == THREADS);

        for (SocketChannel each : crowd) {
            each.close();
        }

        await().until(() -> server.server().busy()
                        + server.server().idle()
                        + server.server().waiting()
                == 0);
        assertThat(threads()).isBetween(1L, (long) THREADS);
    }

    @Test
    void clientsThatResetTheirConnectionsLeaveNothingBehind() throws Exception {
        String[] starts = {
            "GET /he",
            "GET /hello HTTP/1.1\r\nHost: st",
            GET,
            "POST /hello HTTP/1.1\r\nHost: store\r\nContent-Length: 100\r\n\r\nabc",
            "POST /hello HTTP/1.1\r\nHost: store\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        };
        for (int i = 0; i < 1000; i++) {
            try (Socket peer = new Socket(
                    server.server().address().host(), server.server().address().port())) {
                send(peer, starts[i % starts.length]);
                if (i % 2 == 0) {
                    peer.shutdownOutput();
                } else {
                    peer.setOption(StandardSocketOptions.SO_LINGER, 0); // closes with a reset
                }
            } catch (IOException closed) {
                // evicted
            }
        }

        aNormalClientIsServed(1);
        await().until(() -> server.server().busy() + server.server().waiting() == 0);
        assertThat(threads()).isBetween(1L, (long) THREADS);
    }

    @Test
    void headsAndContentThatNeverEndAreRefusedAndNotStored() throws Exception {
        byte[] megabyte = "x".repeat(1024 * 1024).getBytes(US_ASCII);
        for (String start : List.of(
                "GET /",
                "GET /hello HTTP/1.1\r\nX: ",
                "POST /hello HTTP/1.1\r\nHost: store\r\nContent-Length: 67108864\r\n\r\n",
                "POST /hello HTTP/1.1\r\nHost: store\r\nTransfer-Encoding: chunked\r\n\r\n4000000\r\n")) {
            Socket peer = server.connect();
            send(peer, start);
            int sent = 0;
            try {
                while (sent < 64) {
                    peer.getOutputStream().write(megabyte);
                    sent++;
                }
            } catch (IOException closed) {
                assertThat(sent).isLessThan(64);
            }
        }

        await().untilAsserted(() -> assertThat(server.exchanges())
                .extracting(exchange -> exchange.status().code())
                .containsExactly(414, 431, 413, 413));
        aNormalClientIsServed(1);
    }

    @Test
    void aClosedServerDoesNotWaitForSlowClients() throws Exception {
        gather(THREADS);
        for (SocketChannel each : crowd) {
            write(each, "GET /hel");
        }
        await().until(() -> server.server().busy() == THREADS);

        server.server().close();

        assertThat(server.exchanges())
                .hasSize(THREADS)
                .extracting(CompletedExchange::status)
                .containsOnly(Status.REQUEST_TIMEOUT);
    }

    private void gather(int clients) throws IOException {
        for (int i = 0; i < clients; i++) {
            crowd.add(open());
        }
    }

    private SocketChannel open() throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(
                server.server().address().host(), server.server().address().port()));
        channel.configureBlocking(false);
        return channel;
    }

    /** Writes as many bytes as it can without waiting. Returns their number. */
    private static int write(SocketChannel channel, String text) {
        try {
            return channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
        } catch (IOException closed) {
            return 0;
        }
    }

    private void replaceThoseThatWereClosed() throws IOException {
        for (int i = 0; i < crowd.size(); i++) {
            if (isClosed(crowd.get(i))) {
                crowd.get(i).close();
                crowd.set(i, open());
            }
        }
    }

    private static boolean isClosed(SocketChannel channel) {
        try {
            return channel.read(ByteBuffer.allocate(1000)) != 0;
        } catch (IOException reset) {
            return true;
        }
    }

    private void aNormalClientIsServed(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            server.connectAndGet("HTTP/1.1 200 OK").close();
        }
    }

    private void sendRepeatedly(CountDownLatch enough) {
        while (enough.getCount() > 0) {
            try (Socket peer = new Socket(
                    server.server().address().host(), server.server().address().port())) {
                boolean open = true;
                while (open && enough.getCount() > 0) {
                    send(peer, GET);
                    String head = read(peer, HELLO.length());
                    open = head.length() == HELLO.length() && !head.contains("Connection: close");
                }
            } catch (IOException closed) {
                // its turn was over: it connects again
            }
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("test-session"))
                .count();
    }
}

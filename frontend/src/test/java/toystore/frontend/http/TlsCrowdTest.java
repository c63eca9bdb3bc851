package toystore.frontend.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static toystore.frontend.http.TestServer.GET;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import toystore.common.Threads;

/**
 * Clients that take threads, beside a normal one; all timeouts are an hour. Most do not finish their TLS handshake. The
 * normal client is served.
 */
class TlsCrowdTest {
    private static final int THREADS = 10;
    private static final int CROWD = 200;

    private final List<Socket> crowd = new ArrayList<>();
    private TestServer server;

    @BeforeEach
    void serve() throws IOException {
        server = new TestServer(
                THREADS, 1000, TestServer.within(TestServer.LONG), TestServer::echo, TestTransport.TLS_1_3);
    }

    @AfterEach
    void close() throws IOException {
        for (Socket each : crowd) {
            each.close();
        }
        server.close();
    }

    @Test
    void clientsThatAreSilentDoNotKeepOthersWaiting() throws Exception {
        gather("");

        aNormalClientIsServed(5);
    }

    @Test
    void clientsThatStopWithinTheirHelloDoNotKeepOthersWaiting() throws Exception {
        gather(hello().substring(0, 40));

        aNormalClientIsServed(3);
    }

    @Test
    void clientsThatStopAfterTheirHelloDoNotKeepOthersWaiting() throws Exception {
        gather(hello());

        aNormalClientIsServed(3);
        assertThat(server.server().evicted()).isPositive();
    }

    @Test
    void clientsThatSendAByteNowAndThenDoNotKeepOthersWaiting() throws Exception {
        String hello = hello();
        gather("");
        for (int round = 0; round < 5; round++) {
            for (Socket each : crowd) {
                sendUnlessClosed(each, hello.substring(round, round + 1));
            }
            aNormalClientIsServed(1);
        }
    }

    @Test
    void clientsThatAbortTheirHandshakeLeaveNothingBehind() throws Exception {
        String hello = hello();
        for (int i = 0; i < 3 * CROWD; i++) {
            try (Socket peer = TestTransport.PLAIN.connect(server.server().address())) {
                sendUnlessClosed(peer, hello.substring(0, i % 3 == 0 ? hello.length() : 1 + i % 60));
                if (i % 2 == 0) {
                    peer.setOption(StandardSocketOptions.SO_LINGER, 0); // closes with a reset
                }
            }
        }

        aNormalClientIsServed(3);
        await().until(
                        () -> server.server().busy()
                                + server.server().idle()
                                + server.server().waiting(),
                        sessions -> sessions <= 3); // those of the normal client
    }

    /** Their bytes never end, and their threads wait for them to take the server's new keys. */
    @Test
    void clientsThatRequestNewKeysAllTheTimeDoNotKeepOthersWaiting() throws Exception {
        CountDownLatch flooding = new CountDownLatch(THREADS);
        for (int i = 0; i < THREADS; i++) {
            Socket each = TestTransport.PLAIN.connect(server.server().address());
            crowd.add(each);
            SSLSocket tls = (SSLSocket)
                    TestTransport.TLS_1_3.layer(each, server.server().address());
            Threads.named("flood", () -> requestNewKeys(tls, flooding)).start();
        }
        flooding.await();

        aNormalClientIsServed(1);
    }

    private static void requestNewKeys(SSLSocket tls, CountDownLatch flooding) {
        try {
            tls.startHandshake();
            flooding.countDown();
            while (true) {
                tls.startHandshake(); // in TLS 1.3: an update of the keys
            }
        } catch (IOException evicted) {
            // it has had its turn
        }
    }

    private void gather(String start) throws IOException {
        for (int i = 0; i < CROWD; i++) {
            Socket each = TestTransport.PLAIN.connect(server.server().address());
            crowd.add(each);
            sendUnlessClosed(each, start);
        }
    }

    /** The first bytes of a client. */
    private static String hello() throws IOException {
        SSLEngine engine = TestTransport.client().createSSLEngine();
        engine.setUseClientMode(true);
        ByteBuffer bytes = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes.array(), 0, bytes.position());
        return out.toString(ISO_8859_1);
    }

    private static void sendUnlessClosed(Socket peer, String bytes) {
        try {
            peer.getOutputStream().write(bytes.getBytes(ISO_8859_1));
        } catch (IOException evicted) {
            // it has had its turn
        }
    }

    /** A client that connects again when it was evicted before its request arrived. */
    private void aNormalClientIsServed(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            String response = "";
            for (int attempt = 0; attempt < 5 && response.isEmpty(); attempt++) {
                try (Socket peer = server.connect()) {
                    TestServer.send(peer, GET);
                    response = TestServer.readResponse(peer);
                } catch (IOException evicted) {
                    response = "";
                }
            }
            assertThat(response).startsWith("HTTP/1.1 200 OK");
        }
    }
}

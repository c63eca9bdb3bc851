package toystore.frontend.http.session;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import toystore.common.Address;
import toystore.frontend.http.Router;
import toystore.frontend.http.TestTransport;
import toystore.frontend.http.TrustedProxies;
import toystore.frontend.http.session.SessionReaper.Phase;
import toystore.frontend.http.session.SessionReaper.SessionState;

/** What happens between a TLS connection, the connection below it, and the reaper. */
class TlsServerTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final AtomicBoolean crowded = new AtomicBoolean();
    private final SessionReaper reaper = new SessionReaper(
            "test-reaper", 1, new Deadlines(LONG, LONG, LONG, LONG, LONG, LONG), new SessionReaper.Demand() {
                @Override
                public int waiting() {
                    return crowded.get() ? 1 : 0;
                }

                @Override
                public boolean closing() {
                    return false;
                }
            });
    private final TlsServer server =
            new TlsServer(TestTransport.TLS_1_3.server().orElseThrow(), AddressLimits.none());
    private ObservedListener listener;

    @BeforeEach
    void start() throws IOException {
        listener = new ObservedListener();
        reaper.start();
    }

    @AfterEach
    void close() throws IOException {
        reaper.close();
        listener.close();
    }

    /** The JDK finalizes a TLS socket by reading from it. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "PLAIN")
    @SuppressWarnings("removal")
    void nobodyReadsFromAConnectionAfterItsSession(TestTransport transport) throws Exception {
        try (Socket client = connect(transport);
                ObservedSocket socket = listener.accept()) {
            CompletableFuture<?> session = CompletableFuture.runAsync(() -> serve(socket));
            client.getOutputStream().write("GET\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(client.getInputStream().readAllBytes())
                    .asString(ISO_8859_1)
                    .startsWith("HTTP/1.1 400 ");
            session.join();
            socket.served = true;

            for (int i = 0; i < 5; i++) {
                System.gc();
                System.runFinalization();
            }

            assertThat(socket.readAfterwards).isFalse();
        }
    }

    /** The end is noticed at the beginning of the next phase, and not by a read. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "PLAIN")
    void aRequestThatIsEndedBetweenTwoPhasesIsAnswered(TestTransport transport) throws Exception {
        try (Socket client = connect(transport);
                ObservedSocket socket = listener.accept()) {
            CompletableFuture<?> session = CompletableFuture.runAsync(() -> serve(socket));
            TestTransport.finishHandshake(client);
            await().until(() -> server.handshakes().completed() == 1);

            socket.holds = true;
            client.getOutputStream().write("GET / HT".getBytes(ISO_8859_1));

            assertThat(client.getInputStream().readAllBytes())
                    .asString(ISO_8859_1)
                    .startsWith("HTTP/1.1 408 ");
            session.join();
        }
    }

    /** Bytes of TLS need not be progress: records can be empty. */
    @Test
    void evictsATlsSessionThatAlwaysHasBytesToRead() throws Exception {
        try (Socket client = TestTransport.PLAIN.connect(listener.address());
                ObservedSocket socket = listener.accept();
                SessionState state = reaper.watch(socket, System.nanoTime())) {
            client.getOutputStream().write(0);
            await().until(() -> socket.getInputStream().available() > 0);
            state.enter(Phase.HANDSHAKE);
            state.enter(Phase.HEAD);

            crowded.set(true);

            await().until(state::isEnding);
        }
    }

    private Socket connect(TestTransport transport) throws IOException {
        SSLSocket client = (SSLSocket) transport.connect(listener.address());
        client.setSoTimeout(120_000);
        return client;
    }

    private void serve(ObservedSocket socket) {
        HttpSession.Context context = new HttpSession.Context(
                new Router(List.of()),
                exchange -> {},
                new ResponseWriter.DateLine(Clock.systemUTC()),
                reaper,
                TrustedProxies.NONE);
        try (SessionState state = reaper.watch(socket, System.nanoTime())) {
            socket.state = state;
            server.serve(socket, state, context);
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private final class ObservedListener extends ServerSocket {
        ObservedListener() throws IOException {
            super(0, 1, InetAddress.getLoopbackAddress());
        }

        Address address() {
            return new Address("127.0.0.1", getLocalPort());
        }

        @Override
        public ObservedSocket accept() throws IOException {
            ObservedSocket socket = new ObservedSocket();
            implAccept(socket);
            return socket;
        }
    }

    private final class ObservedSocket extends Socket {
        private volatile SessionState state; // set by the session's thread; null before
        /** Whether the session gets bytes when others wait and the reaper has ended it. Set by the test, like the next one. */
        private volatile boolean holds;

        private volatile boolean served;
        private volatile boolean readAfterwards; // set by any thread

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    if (served) {
                        readAfterwards = true;
                        return -1;
                    }
                    int count = super.read(bytes, offset, length);
                    if (count > 0 && holds) {
                        crowded.set(true);
                        await().until(state::isEnding);
                    }
                    return count;
                }
            };
        }
    }
}

package toystore.wire.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import toystore.common.Address;

class SocketServerTest {
    private static final Address ANY_PORT = new Address("127.0.0.1", 0);

    private final AtomicInteger threads = new AtomicInteger();

    @Test
    void startsTheKeptThreadsBeforeItServes() throws Exception {
        try (SocketServer server = SocketServer.bind(keeping(5, limitedTo(5)), new SilentProtocol())) {
            assertThat(threads).hasValue(0);

            server.start();

            assertThat(threads).hasValue(5);
        }
    }

    @Test
    void reportsHowManyOfItsThreadsCouldBeStarted() throws Exception {
        try (SocketServer server = SocketServer.bind(keeping(5, limitedTo(3)), new SilentProtocol())) {
            assertThatThrownBy(server::start)
                    .hasMessage("test needs 5 session threads, and could start 3: unable to create native thread");
        }
    }

    /** A thread returns to the pool some time after its connection has ended. */
    @Test
    void refusesNoConnectionWhileAThreadIsFree() throws Exception {
        var options = new SocketServer.Options(
                "test", ANY_PORT, 1, 1, limitedTo(1), 0, QueueShares.unlimited(), Duration.ofSeconds(1));
        try (SocketServer server = SocketServer.bind(options, new SilentProtocol())) {
            server.start();
            for (int i = 0; i < 2000; i++) {
                try (Socket peer =
                        new Socket(server.address().host(), server.address().port())) {
                    assertThat(peer.getInputStream().readAllBytes()).isEmpty();
                }
            }
            assertThat(server.refused()).isZero();
        }
    }

    private static SocketServer.Options keeping(int kept, ThreadFactory factory) {
        return new SocketServer.Options(
                "test", ANY_PORT, kept, kept, factory, 10, QueueShares.unlimited(), Duration.ofSeconds(1));
    }

    /** Makes threads like an operating system that runs out of them. */
    private ThreadFactory limitedTo(int most) {
        return task -> {
            if (threads.incrementAndGet() > most) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        };
    }

    private static final class SilentProtocol implements SocketServer.Protocol {
        @Override
        public SocketServer.Ending serve(Socket socket, long accepted) {
            return SocketServer.Ending.CLOSE;
        }

        @Override
        public byte[] refusal() {
            return new byte[0];
        }
    }
}

package toystore.lab.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;
import toystore.process.ServiceProcess;

/** Faults need the right to make a network namespace; elsewhere their test is left out, and so are they. */
class FaultyNetworkTest {
    @Test
    void losesEveryPacketBetweenACellAndANode() throws Exception {
        assumeThat(FaultyNetwork.obstacle()).isEmpty();

        assertThat(runInNamespace(Partition.class)).isEqualTo("""
                1: reply
                2: reply
                cut
                1: no reply
                2: reply
                1: no connection
                healed
                1: reply
                """);
    }

    @Test
    void leavesTheNetworkOfTheMachineAlone() {
        assertThatThrownBy(() -> FaultyNetwork.open(1, 1))
                .isInstanceOf(IOException.class)
                .hasMessage("this program does not run in a network namespace of its own");
    }

    private static String runInNamespace(Class<?> program) throws Exception {
        List<String> command = ServiceProcess.java(
                        List.of("-cp", System.getProperty("java.class.path"), program.getName()))
                .command();
        Process process = new ProcessBuilder(FaultyNetwork.inNamespace(command))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Two cells with a connection to one node; that of the first one is cut and healed. */
    static final class Partition {
        private static final int SECOND = 1000;
        private static final int RETRANSMISSION = 30 * SECOND; // its pauses double

        private Partition() {}

        public static void main(String[] args) throws IOException {
            FaultyNetwork network = FaultyNetwork.open(2, 3);
            try (ServerSocket server = new ServerSocket(0)) {
                Socket first = connect(0, server.getLocalPort(), SECOND);
                Socket firstAccepted = server.accept();
                Socket second = connect(1, server.getLocalPort(), SECOND);
                Socket secondAccepted = server.accept();
                try (first;
                        second;
                        firstAccepted;
                        secondAccepted) {
                    System.out.println("1: " + exchange(first, firstAccepted, SECOND));
                    System.out.println("2: " + exchange(second, secondAccepted, SECOND));
                    network.cut(0, "n2");
                    System.out.println("cut");
                    System.out.println("1: " + exchange(first, firstAccepted, SECOND));
                    System.out.println("2: " + exchange(second, secondAccepted, SECOND));
                    try (Socket third = connect(0, server.getLocalPort(), SECOND)) {
                        System.out.println("1: connected " + third);
                    } catch (SocketTimeoutException expected) {
                        System.out.println("1: no connection");
                    }
                    network.heal(0, "n2");
                    System.out.println("healed");
                    System.out.println("1: " + exchange(first, firstAccepted, RETRANSMISSION));
                }
            }
        }

        private static Socket connect(int cell, int port, int timeout) throws IOException {
            Socket socket = new Socket();
            socket.connect(new InetSocketAddress(FaultyNetwork.host(cell, "n2"), port), timeout);
            return socket;
        }

        private static String exchange(Socket client, Socket server, int timeout) throws IOException {
            client.getOutputStream().write(1);
            server.setSoTimeout(timeout);
            try {
                return server.getInputStream().read() == 1 ? "reply" : "end";
            } catch (SocketTimeoutException e) {
                return "no reply";
            }
        }
    }
}

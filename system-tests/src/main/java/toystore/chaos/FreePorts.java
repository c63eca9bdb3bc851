package toystore.chaos;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * Ports for services that are started again and again. They lie below the range that the system takes the ports of
 * outgoing connections from, so none is lost to one of those while its service is down.
 */
final class FreePorts {
    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;

    private final Random random = new Random(); // not the seed's: two runs side by side may have the same

    /** A port that nobody listens on now. */
    int next() throws IOException {
        while (true) {
            int port = random.nextInt(FIRST, LAST);
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (BindException taken) {
                // another one, then
            }
        }
    }
}

package toystore.wire.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;

/**
 * Closes a connection so that the peer still reads the last thing it was told. A plain close while the peer's bytes
 * lie unread sends a reset, which may throw away what is on its way to the peer (RFC 9112 §9.6).
 */
public final class LingeringClose {
    private static final int MOST_BYTES = 1024 * 1024;

    private LingeringClose() {}

    /** Ends the sending side, reads on until the peer closes, 1 MiB has come or the time is over, and closes. */
    public static void close(Socket socket, Duration most) {
        long deadline = System.nanoTime() + most.toNanos();
        try (socket) {
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            byte[] scratch = new byte[8192];
            int total = 0;
            while (total < MOST_BYTES) {
                int left = (int) ((deadline - System.nanoTime()) / 1_000_000);
                if (left <= 0) {
                    return;
                }
                socket.setSoTimeout(left);
                int count = in.read(scratch);
                if (count < 0) {
                    return;
                }
                total += count;
            }
        } catch (IOException gone) {
            // the peer did not wait for the end, which is its right
        }
    }
}

package toystore.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Free ports for services that are started, stopped and started again. Thread-safe.
 *
 * <p>The ports lie below the range from which the system takes the ports of outgoing connections, so no such connection
 * takes a port while its service is down. Nor does another program that uses this class: ports come in blocks, and a
 * program listens on the first port of each of its blocks until it ends.
 */
public final class FreePorts {
    private static final int FIRST = 15_000;
    private static final int BLOCKS = 170;
    private static final int BLOCK = 100; // ports
    private static final FreePorts OF_THIS_PROGRAM = new FreePorts(new Random().nextInt(BLOCKS), BLOCKS);

    private final int firstBlock;
    private final int blocks;

    @GuardedBy("this")
    private final List<ServerSocket> claims = new ArrayList<>(); // on the first ports of its blocks

    @GuardedBy("this")
    private int tried; // blocks

    @GuardedBy("this")
    private int next;

    @GuardedBy("this")
    private int end; // of the block

    /**
     * @param firstBlock to try, from 0 to 169
     * @param blocks to try, from 1 to 170
     */
    FreePorts(int firstBlock, int blocks) {
        this.firstBlock = firstBlock;
        this.blocks = blocks;
    }

    /**
     * Returns a port on which no process listens, and which no other caller gets.
     *
     * @throws IOException if there is none
     */
    public static int next() throws IOException {
        return OF_THIS_PROGRAM.take();
    }

    synchronized int take() throws IOException {
        while (true) {
            if (next == end) {
                claimBlock();
            }
            int port = next++;
            Optional<ServerSocket> probe = listen(port);
            if (probe.isPresent()) {
                probe.get().close();
                return port;
            }
        }
    }

    @GuardedBy("this")
    private void claimBlock() throws IOException {
        Optional<ServerSocket> claim = Optional.empty();
        int first = 0;
        while (claim.isEmpty()) {
            if (tried == blocks) {
                throw new IOException("no free port from " + FIRST + " to " + (FIRST + BLOCKS * BLOCK - 1));
            }
            first = FIRST + (firstBlock + tried++) % BLOCKS * BLOCK;
            claim = listen(first);
        }
        claims.add(claim.get());
        next = first + 1;
        end = first + BLOCK;
    }

    private static Optional<ServerSocket> listen(int port) throws IOException {
        try {
            return Optional.of(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (BindException taken) {
            return Optional.empty();
        }
    }
}

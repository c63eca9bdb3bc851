package toystore.wire.net;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import toystore.common.Threads;

/**
 * Closes connections so that the peer still reads the last thing it was told. A plain close while the peer's bytes lie
 * unread sends a reset, which may throw away what is on its way to the peer (RFC 9112 §9.6). So the sending side is
 * ended, and what the peer goes on to send is thrown away for a while.
 *
 * <p>One thread does that for all connections, without ever waiting for one of them, so that peers who do not go cost
 * nobody a thread. Thread-safe.
 */
final class LingeringCloser implements Closeable {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final Duration AT_THE_END = Duration.ofMillis(500);
    private static final Duration TICK = Duration.ofMillis(20);
    private static final int MOST_BYTES = 4 * 1024 * 1024; // thrown away of one connection
    private static final int MOST_CONNECTIONS = 1000;

    private final BlockingQueue<Lingering> arriving = new LinkedBlockingQueue<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    LingeringCloser(String server) {
        this.thread = Threads.named(server + "-closer", this::run);
    }

    /** Takes the connection over, and returns at once. If too many linger, those that have for longest are closed. */
    void close(Socket socket) {
        try {
            socket.shutdownOutput();
            linger(new Lingering(socket, true));
        } catch (IOException gone) {
            SocketServer.closeQuietly(socket);
        }
    }

    /** The same without a word to the peer, and without reading what it sends. */
    void closeLater(Socket socket) {
        linger(new Lingering(socket, false));
    }

    private void linger(Lingering next) {
        if (closed.getCount() == 0) {
            SocketServer.closeQuietly(next.socket);
            return;
        }
        arriving.add(next);
        if (started.compareAndSet(false, true)) {
            thread.start();
        }
    }

    /** Gives those that linger half a second more, if they need that, and closes them. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(2 * AT_THE_END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Deque<Lingering> lingering = new ArrayDeque<>(); // the oldest first
        byte[] scratch = new byte[64 * 1024];
        try {
            do {
                if (lingering.isEmpty()) {
                    lingering.add(arriving.take());
                }
                arriving.drainTo(lingering);
                while (lingering.size() > MOST_CONNECTIONS) {
                    SocketServer.closeQuietly(lingering.remove().socket);
                }
                lingering.removeIf(each -> each.isOver(scratch));
            } while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException wantedAtTheEnd) {
            // as below
        }
        arriving.drainTo(lingering);
        long end = System.nanoTime() + AT_THE_END.toNanos();
        while (!lingering.isEmpty() && System.nanoTime() < end) {
            lingering.removeIf(each -> each.hasGone(scratch));
        }
        lingering.forEach(each -> SocketServer.closeQuietly(each.socket));
    }

    private static final class Lingering {
        private final Socket socket;
        private final boolean reads;
        private final long until = System.nanoTime() + LINGER.toNanos();
        private int read;

        Lingering(Socket socket, boolean reads) {
            this.socket = socket;
            this.reads = reads;
        }

        /** Throws away what has come, and closes when it is time; says whether it has. Does not wait for the peer. */
        boolean isOver(byte[] scratch) {
            boolean over = !goesOn(scratch);
            if (over) {
                SocketServer.closeQuietly(socket);
            }
            return over;
        }

        /** Waits a millisecond for the peer to close its side; if it has, closes and says so. */
        boolean hasGone(byte[] scratch) {
            boolean gone;
            try {
                socket.setSoTimeout(1);
                gone = !reads || socket.getInputStream().read(scratch) < 0;
            } catch (SocketTimeoutException silent) {
                gone = false;
            } catch (IOException reset) {
                gone = true;
            }
            if (gone) {
                SocketServer.closeQuietly(socket);
            }
            return gone;
        }

        private boolean goesOn(byte[] scratch) {
            try {
                if (reads) {
                    throwAway(scratch);
                }
                return read < MOST_BYTES && System.nanoTime() < until;
            } catch (IOException gone) {
                return false;
            }
        }

        private void throwAway(byte[] scratch) throws IOException {
            InputStream in = socket.getInputStream();
            while (in.available() > 0 && read < MOST_BYTES) {
                read += Math.max(0, in.read(scratch));
            }
        }
    }
}

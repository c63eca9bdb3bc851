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
 * Closes connections so that the peer can still read the last response. Thread-safe.
 *
 * <p>A plain close while bytes of the peer are unread sends a reset, which may discard data on its way to the peer (RFC
 * 9112 §9.6). So the closer ends the sending side, and reads and discards the peer's bytes for a while before it
 * closes. One thread does that for all connections and never waits for one of them, so that slow peers hold no
 * threads.
 */
final class LingeringCloser implements Closeable {
    private static final Duration LINGER = Duration.ofSeconds(2);
    private static final Duration LINGER_AT_END = Duration.ofMillis(500);
    private static final Duration TICK = Duration.ofMillis(20);
    private static final int MAX_DISCARDED = 4 * 1024 * 1024; // bytes of one connection
    private static final int MAX_CONNECTIONS = 1000;

    private final BlockingQueue<Lingering> arriving = new LinkedBlockingQueue<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    LingeringCloser(String server) {
        this.thread = Threads.named(server + "-closer", this::run);
    }

    /** Takes the connection over, and returns at once. If too many linger, the oldest ones are closed. */
    void close(Socket socket) {
        try {
            socket.shutdownOutput();
            linger(new Lingering(socket, true));
        } catch (IOException gone) {
            SocketServer.closeQuietly(socket);
        }
    }

    /** Takes the connection over, but neither ends the sending side nor reads. */
    void closeWithoutReading(Socket socket) {
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

    /** Closes all connections, those whose peer does not close its side after half a second. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(2 * LINGER_AT_END.toMillis());
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
                while (lingering.size() > MAX_CONNECTIONS) {
                    SocketServer.closeQuietly(lingering.remove().socket);
                }
                lingering.removeIf(each -> each.closeIfOver(scratch));
            } while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException closing) {
            // the rest is closed below
        }
        arriving.drainTo(lingering);
        long end = System.nanoTime() + LINGER_AT_END.toNanos();
        while (!lingering.isEmpty() && System.nanoTime() < end) {
            lingering.removeIf(each -> each.closeIfPeerHasClosed(scratch));
        }
        lingering.forEach(each -> SocketServer.closeQuietly(each.socket));
    }

    private static final class Lingering {
        private final Socket socket;
        private final boolean reads;
        private final long end = System.nanoTime() + LINGER.toNanos();
        private int discarded;

        Lingering(Socket socket, boolean reads) {
            this.socket = socket;
            this.reads = reads;
        }

        /** Discards the bytes that have arrived, and closes after the time or the bytes allowed. Does not wait. */
        boolean closeIfOver(byte[] scratch) {
            boolean over;
            try {
                if (reads) {
                    discard(scratch);
                }
                over = discarded >= MAX_DISCARDED || System.nanoTime() >= end;
            } catch (IOException gone) {
                over = true;
            }
            if (over) {
                SocketServer.closeQuietly(socket);
            }
            return over;
        }

        private void discard(byte[] scratch) throws IOException {
            InputStream in = socket.getInputStream();
            while (in.available() > 0 && discarded < MAX_DISCARDED) {
                discarded += Math.max(0, in.read(scratch));
            }
        }

        /** Waits a millisecond for the peer to close its side, and closes if it does. */
        boolean closeIfPeerHasClosed(byte[] scratch) {
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
    }
}

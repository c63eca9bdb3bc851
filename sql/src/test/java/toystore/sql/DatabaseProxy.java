package toystore.sql;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import toystore.common.Threads;

/**
 * A proxy between a cell and the database, which counts round trips, and injects a fault when a text that the cell
 * sends, such as the key of an order, passes for the n-th time.
 */
final class DatabaseProxy implements Closeable {
    enum Fault {
        /** Ends the connection; the server does not get what the cell has sent. */
        CUT_BEFORE,
        /** Ends the connection when the server has replied; the cell does not get the reply. */
        CUT_AFTER,
        /** Holds what the cell has sent, and all that follows, until {@link DatabaseProxy#release}. */
        HOLD
    }

    private final ServerSocket server;
    private final int target;

    @GuardedBy("this")
    private final List<Socket> sockets = new ArrayList<>();

    @GuardedBy("this")
    private String text = ""; // none

    @GuardedBy("this")
    private int occurrence;

    @GuardedBy("this")
    private Fault fault;

    @GuardedBy("this")
    private CountDownLatch held = new CountDownLatch(0);

    @GuardedBy("this")
    private CountDownLatch injected = new CountDownLatch(0);

    @GuardedBy("this")
    private boolean refusing;

    @GuardedBy("this")
    private int roundTrips; // with the text

    DatabaseProxy(int target) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        Threads.named("proxy", this::accept).start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** Injects a fault when the text passes for the n-th time from now on. Returns a latch that opens then. */
    synchronized CountDownLatch inject(String aText, int anOccurrence, Fault aFault) {
        text = aText;
        occurrence = anOccurrence;
        fault = aFault;
        injected = new CountDownLatch(1);
        held = new CountDownLatch(1);
        return injected;
    }

    /** Counts the round trips that begin with the text from now on. */
    synchronized void count(String aText) {
        text = aText;
        occurrence = Integer.MAX_VALUE;
        roundTrips = 0;
    }

    synchronized int roundTrips() {
        return roundTrips;
    }

    /** Ends new connections at once, or does not. */
    synchronized void refuse(boolean whether) {
        refusing = whether;
    }

    synchronized void release() {
        held.countDown();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                if (isRefusing()) {
                    client.close();
                    continue;
                }
                Socket upstream = connect();
                if (upstream == null) {
                    client.close();
                    continue;
                }
                client.setTcpNoDelay(true);
                upstream.setTcpNoDelay(true);
                synchronized (this) {
                    sockets.add(client);
                    sockets.add(upstream);
                }
                Link link = new Link(client, upstream);
                Threads.named("proxy-requests", link::requests).start();
                Threads.named("proxy-replies", link::replies).start();
            }
        } catch (IOException e) {
            // closed
        }
    }

    /** A connection with the server; {@code null} if that is down. */
    private Socket connect() {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            return null;
        }
    }

    private synchronized boolean isRefusing() {
        return refusing;
    }

    /** Takes the fault for what passes; {@code null} if there is none. */
    private synchronized Fault pass(String bytes, boolean beginsRoundTrip) {
        if (text.isEmpty() || !bytes.contains(text)) {
            return null;
        }
        roundTrips += beginsRoundTrip ? 1 : 0;
        if (--occurrence != 0) {
            return null;
        }
        return fault;
    }

    private synchronized CountDownLatch held() {
        return held;
    }

    private synchronized void injected() {
        injected.countDown();
    }

    private final class Link {
        private final Socket client;
        private final Socket upstream;
        private volatile boolean replied = true; // the last bytes were from the server
        private volatile boolean swallow; // the next reply

        Link(Socket client, Socket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        private void requests() {
            try {
                InputStream in = client.getInputStream();
                OutputStream out = upstream.getOutputStream();
                byte[] bytes = new byte[256 * 1024];
                for (int count = in.read(bytes); count > 0; count = in.read(bytes)) {
                    Fault now = pass(new String(Arrays.copyOf(bytes, count), StandardCharsets.ISO_8859_1), replied);
                    replied = false;
                    if (now == Fault.CUT_BEFORE) {
                        break;
                    }
                    swallow |= now == Fault.CUT_AFTER;
                    if (now == Fault.HOLD) {
                        injected();
                        held().await();
                    }
                    out.write(bytes, 0, count);
                }
            } catch (IOException | InterruptedException e) {
                // the connection has ended
            }
            end();
            injected();
        }

        private void replies() {
            try {
                InputStream in = upstream.getInputStream();
                OutputStream out = client.getOutputStream();
                byte[] bytes = new byte[64 * 1024];
                for (int count = in.read(bytes); count > 0; count = in.read(bytes)) {
                    replied = true;
                    if (swallow) {
                        break;
                    }
                    out.write(bytes, 0, count);
                }
            } catch (IOException e) {
                // the connection has ended
            }
            end();
        }

        private void end() {
            try (client;
                    upstream) {
                client.setSoLinger(true, 0);
            } catch (IOException e) {
                // it has ended
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        release();
        List<Socket> open;
        synchronized (this) {
            open = List.copyOf(sockets);
        }
        for (Socket socket : open) {
            socket.close();
        }
    }
}

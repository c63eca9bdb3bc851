package toystore.sql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import toystore.common.Threads;

/** A relay between a client and a server of the database. The test stalls it, or loses a reply. Thread-safe. */
final class DatabaseRelay implements Closeable {
    private final int port;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    /** The connection ends after the next request with this text has been passed on, and its reply is lost. */
    private final AtomicReference<String> lost = new AtomicReference<>();

    /** It stalls after the next request with this text. */
    private final AtomicReference<String> last = new AtomicReference<>();

    @GuardedBy("this")
    private boolean stalled;

    DatabaseRelay(int port) throws IOException {
        this.port = port;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Threads.named("relay", this::accept).start();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Passes nothing on until it is resumed. New connections are accepted. */
    synchronized void stall() {
        stalled = true;
    }

    synchronized void resume() {
        stalled = false;
        notifyAll();
    }

    private synchronized void awaitFlow() throws InterruptedException {
        while (stalled) {
            wait();
        }
    }

    /** Passes the next request with this text on, and ends its connection without passing on the reply. */
    void loseReplyTo(String text) {
        lost.set(text);
    }

    /** Passes the next request with this text on, and nothing after it. */
    void stallAfter(String text) {
        last.set(text);
    }

    boolean hasLostReply() {
        return lost.get() == null;
    }

    @Override
    public void close() throws IOException {
        resume();
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                connect(listener.accept());
            }
        } catch (IOException closed) {
            sockets.removeIf(Socket::isClosed);
        }
    }

    private void connect(Socket client) throws IOException {
        sockets.add(client);
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException down) {
            server.close();
            client.close();
            return;
        }
        sockets.add(server);
        AtomicReference<Boolean> silent = new AtomicReference<>(false);
        Threads.named("relay-request", () -> relay(client, server, silent, true))
                .start();
        Threads.named("relay-reply", () -> relay(server, client, silent, false)).start();
    }

    private static boolean takeIfIn(String request, AtomicReference<String> wanted) {
        String text = wanted.get();
        return text != null && request.contains(text) && wanted.compareAndSet(text, null);
    }

    private void relay(Socket from, Socket to, AtomicReference<Boolean> silent, boolean requests) {
        byte[] bytes = new byte[64 * 1024];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                awaitFlow();
                if (!requests && silent.get()) {
                    return; // the reply is there, and both connections end
                }
                String request = requests ? new String(bytes, 0, read, ISO_8859_1) : "";
                if (takeIfIn(request, lost)) {
                    silent.set(true);
                } else if (takeIfIn(request, last)) {
                    stall();
                }
                out.write(bytes, 0, read);
            }
        } catch (IOException closed) {
            sockets.remove(from);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

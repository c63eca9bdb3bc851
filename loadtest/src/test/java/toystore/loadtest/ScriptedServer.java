package toystore.loadtest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.HdrHistogram.ConcurrentHistogram;
import toystore.common.Address;

/** An HTTP server over real sockets that responds as a test says, and measures its own delays. */
public final class ScriptedServer implements Closeable {
    private final ServerSocket listener;
    private final Script script;
    private final SSLContext tls;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private final ConcurrentHistogram delays = new ConcurrentHistogram(3);

    /** Chooses the responses of the server. */
    @FunctionalInterface
    public interface Script {
        /**
         * Responds to a request.
         *
         * @param line the request line
         * @param body of the request
         * @param number of the request, from 0, counted over all connections
         * @return the response; null closes the connection, an empty text sends nothing
         */
        String respond(String line, String body, int number) throws IOException;
    }

    public ScriptedServer(Script script) throws IOException {
        this(script, null);
    }

    /** @param tls encrypts connections; null for plain ones */
    ScriptedServer(Script script, SSLContext tls) throws IOException {
        this.tls = tls;
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        this.script = script;
        daemon(this::accept);
    }

    public Address address() {
        return new Address("127.0.0.1", listener.getLocalPort());
    }

    /** The number of requests so far. */
    public int requests() {
        return count.get();
    }

    /** The times from the end of a request to just before its response, in nanoseconds. */
    public ConcurrentHistogram delays() {
        return delays;
    }

    public static String ok(String json) {
        return status("200 OK", json);
    }

    public static String status(String status, String json) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + json.getBytes(UTF_8).length + "\r\n\r\n" + json;
    }

    /** Waits for the time, and not much longer. */
    public static void delay(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                daemon(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket raw) {
        try (Socket socket = tls == null ? raw : encrypted(raw)) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String line = line(in);
            while (!line.isEmpty()) {
                int length = 0;
                for (String field = line(in); !field.isEmpty(); field = line(in)) {
                    if (field.startsWith("Content-Length: ")) {
                        length = Integer.parseInt(field.substring(16));
                    }
                }
                String body = new String(in.readNBytes(length), UTF_8);
                long start = System.nanoTime();
                String response = script.respond(line, body, count.getAndIncrement());
                if (response == null) {
                    return;
                }
                delays.recordValue(System.nanoTime() - start);
                socket.getOutputStream().write(response.getBytes(UTF_8));
                line = line(in);
            }
        } catch (IOException | UncheckedIOException gone) {
            // the client has closed the connection, or the test is over
        }
    }

    private SSLSocket encrypted(Socket raw) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(raw, null, raw.getPort(), true);
        socket.setUseClientMode(false);
        return socket;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.append(new String(new byte[] {(byte) b}, ISO_8859_1));
        }
        return line.toString().strip();
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }
}

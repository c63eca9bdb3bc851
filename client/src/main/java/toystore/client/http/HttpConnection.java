package toystore.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import toystore.client.http.ClientTls.Carrier;
import toystore.common.Address;

/**
 * A client's connection to an HTTP/1.1 server, plain or over TLS: a socket, one request at a time, kept open. Not
 * thread-safe, except for {@link #abort}.
 *
 * <p>The first request opens it. The next request after the server has closed it opens it again.
 *
 * <p>Data that arrives while no request is in progress is not the response to the next request (RFC 9112 §9.2): the
 * connection is closed, and the next request opens a new one. Data that was read together with the last response is
 * always detected. The socket is checked after an idle time of {@value #CHECK_AFTER_NANOS} ns, because the check costs
 * half a microsecond. Data that arrives after that check, or within a shorter idle time, cannot be told from a
 * response.
 */
public final class HttpConnection implements Closeable {
    /** Servers keep idle connections open for longer. */
    private static final Duration TRUSTED_IDLE_TIME = Duration.ofMillis(5);

    /** A busy client sends its next request sooner after a response. */
    private static final long CHECK_AFTER_NANOS = 100_000;

    /** A connection that the server has closed while it was idle, a new one that had no luck, and one more. */
    private static final int MAX_ATTEMPTS = 3;

    private final Origin origin;
    private final Address server;
    private final Timeouts timeouts;
    private final Duration trustedIdleTime;
    private final Runnable onUnsolicited;
    private volatile Socket socket; // the raw one, whose end is the end of the connection; volatile for abort()
    private volatile boolean aborted; // set by any thread
    private Socket encrypted; // layered over the raw one; null without TLS
    private OutputStream out;
    private ResponseReader reader; // null while there is no connection
    private boolean used;
    private long idleSince;

    /**
     * A response to a request.
     *
     * @param status the status code
     * @param body its first {@value ResponseReader#MAX_KEPT} bytes
     * @param length of the whole body, in bytes
     */
    public record Response(int status, byte[] body, long length) {
        /** Returns whether {@link #body} is the whole body. */
        public boolean isWhole() {
            return body.length == length;
        }
    }

    /**
     * Time limits. A read without a limit takes a third fewer system calls: with one, the JVM polls the socket before
     * each read.
     *
     * @param connect for connecting, and for each read of the TLS handshake; zero for no limit
     * @param read for each read of a response; zero for no limit
     */
    public record Timeouts(Duration connect, Duration read) {
        public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    public HttpConnection(Origin origin) {
        this(origin, Timeouts.DEFAULT);
    }

    public HttpConnection(Origin origin, Timeouts timeouts) {
        this(origin, timeouts, () -> {});
    }

    /**
     * A connection that is not open yet.
     *
     * @param onUnsolicited called for each connection that has received data while no request was in progress
     */
    public HttpConnection(Origin origin, Timeouts timeouts, Runnable onUnsolicited) {
        this(origin, timeouts, TRUSTED_IDLE_TIME, onUnsolicited);
    }

    /**
     * A connection that is not open yet.
     *
     * @param trustedIdleTime for which an idle connection is assumed to be open. After a longer time it is checked
     *     before the next request. The check takes a millisecond, and each later response one or two system calls more:
     *     the JVM polls before each read of a socket that was once read with a timeout.
     * @param onUnsolicited called for each connection that has received data while no request was in progress
     */
    public HttpConnection(Origin origin, Timeouts timeouts, Duration trustedIdleTime, Runnable onUnsolicited) {
        this.origin = origin;
        this.server = origin.address();
        this.timeouts = timeouts;
        this.trustedIdleTime = trustedIdleTime;
        this.onUnsolicited = onUnsolicited;
    }

    /** Connects, unless there is a connection that the server has not closed. This includes the TLS handshake. */
    public void open() throws IOException {
        if (reader != null && isUsable()) {
            return;
        }
        close();
        Carrier carrier = origin.isHttps() ? new Carrier() : null;
        Socket opening = carrier == null ? new Socket() : carrier;
        socket = opening;
        try {
            if (aborted) {
                throw new SocketException("aborted");
            }
            opening.setTcpNoDelay(true);
            opening.setSoTimeout((int) timeouts.connect().toMillis()); // of the handshake
            opening.connect(server.resolve(), (int) timeouts.connect().toMillis());
            encrypted = carrier == null ? null : origin.tls().over(carrier, server);
            Socket stream = encrypted == null ? opening : encrypted;
            BooleanSupplier cutOff = carrier == null ? () -> false : carrier::isCutOff;
            opening.setSoTimeout((int) timeouts.read().toMillis());
            out = stream.getOutputStream();
            reader = new ResponseReader(server.toString(), stream.getInputStream(), cutOff);
            used = false;
            idleSince = System.nanoTime();
        } catch (UnknownHostException e) {
            throw new IOException(server + " cannot be reached: the host is unknown", e);
        } catch (ConnectException e) {
            throw new IOException(server + " cannot be reached: the connection is refused", e);
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    server + " cannot be reached: no connection within "
                            + timeouts.connect().toMillis() + " ms",
                    e);
        } finally {
            if (reader == null) {
                opening.close();
            }
        }
    }

    /** {@code GET}; see {@link #exchange}. */
    public Response get(String target) throws IOException {
        return exchange(HttpRequest.get(server, target));
    }

    /** {@code POST} of JSON; see {@link #exchange}. */
    public Response post(String target, String json) throws IOException {
        return send("POST", target, Map.of(), json);
    }

    /**
     * A request with a JSON body; see {@link #exchange}.
     *
     * @param fields additional fields, values by name
     */
    public Response send(String method, String target, Map<String, String> fields, String json) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("Content-Type", "application/json");
        return exchange(HttpRequest.of(server, method, target, all, json.getBytes(UTF_8)));
    }

    /**
     * Sends a request and waits for its response. If the connection ends before the response begins, an idempotent
     * request is sent again on a new connection, {@value #MAX_ATTEMPTS} times in all: servers end idle connections, and
     * a crowded one also those that have just been opened (RFC 9112 §9.3.1). Any other request is sent at most once.
     */
    public Response exchange(HttpRequest request) throws IOException {
        for (int attempt = 1; ; attempt++) {
            open();
            ResponseReader responses = reader;
            try {
                return exchangeOnce(request);
            } catch (SocketTimeoutException e) {
                throw new SocketTimeoutException(
                        server + " did not respond within " + timeouts.read().toMillis() + " ms");
            } catch (IOException e) {
                if (attempt == MAX_ATTEMPTS || responses.hasBegun() || aborted || !request.isIdempotent()) {
                    throw e;
                }
            }
        }
    }

    /** Sends a request once, and waits for its response. */
    public Response exchangeOnce(HttpRequest request) throws IOException {
        open();
        boolean complete = false;
        try {
            used = true;
            out.write(request.bytes());
            Response response = reader.read(request);
            idleSince = System.nanoTime();
            complete = true;
            if (!reader.keepsOpen()) {
                close();
            }
            return response;
        } finally {
            if (!complete) {
                drop();
            }
        }
    }

    /** Closes the connection for good, and with it the request in progress. Thread-safe. */
    public void abort() {
        aborted = true;
        Socket open = socket;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // the socket is closed anyway
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (reader != null && encrypted != null) {
            try {
                encrypted.shutdownOutput(); // tells the server that this is the end, and not an attack (RFC 8446 §6.1)
            } catch (IOException e) {
                // the server has closed the connection before
            }
        }
        drop();
    }

    /** Closes the connection without a word, as the server may not read any more. */
    private void drop() throws IOException {
        reader = null;
        if (socket != null) {
            socket.close();
        }
    }

    /** Returns whether data has arrived while no request is in progress. Over TLS, it need not be part of a response. */
    boolean hasUnsolicited() throws IOException {
        return reader.hasBuffered() || socket.getInputStream().available() > 0;
    }

    /**
     * Returns whether a request may be sent: there is no unsolicited data, and the server has not closed the
     * connection as far as the client can know. It may still close it while the request is under way.
     */
    private boolean isUsable() {
        long idle = System.nanoTime() - idleSince;
        try {
            if (reader.hasBuffered()) {
                onUnsolicited.run();
                return false;
            }
            boolean checked = idle >= trustedIdleTime.toNanos()
                    || (idle > CHECK_AFTER_NANOS && !expectsTicket() && hasUnsolicited());
            return !checked || isStillOpen();
        } catch (IOException closed) {
            return false;
        }
    }

    /** Returns whether the server sends what resumes a session (RFC 8446 §4.6.1) before the first response. */
    private boolean expectsTicket() {
        return encrypted != null && !used;
    }

    private boolean isStillOpen() throws IOException {
        try {
            socket.setSoTimeout(1); // the shortest that there is
            if (reader.awaitUnread()) {
                onUnsolicited.run();
            }
            return false;
        } catch (SocketTimeoutException silent) {
            socket.setSoTimeout((int) timeouts.read().toMillis());
            idleSince = System.nanoTime();
            return true;
        }
    }
}

package toystore.client.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import toystore.common.Address;

/**
 * A client's connection to an HTTP/1.1 server: plain socket, one request at a time, kept open. It is opened when it is
 * first needed, and again when the server has closed it. For one thread.
 *
 * <p>Bytes that arrive while no request waits are no response to the next one (RFC 9112 §9.2): such a connection is closed,
 * and the next request opens a new one. What was read with the last response is always seen. The socket is looked at after a
 * rest of {@value #LOOK_AFTER_NANOS} ns, as that costs half a microsecond. What arrives later than that look, or in a shorter
 * rest, cannot be told apart from a response.
 */
public final class HttpConnection implements Closeable {
    /** Shorter than servers leave a connection open that is not used. */
    private static final Duration TRUSTED_REST = Duration.ofMillis(5);

    /** Longer than a busy client takes from a response to its next request. */
    private static final long LOOK_AFTER_NANOS = 100_000;

    private final Address server;
    private final Patience patience;
    private final Duration trustedRest;
    private final Runnable onUnsolicited;
    private volatile Socket socket; // so that others can abort what it does
    private volatile boolean aborted; // by another thread
    private ResponseReader reader; // null while there is no connection
    private boolean used;
    private long restingSince;

    /**
     * What a server answered.
     *
     * @param status the status code
     * @param body its first {@value ResponseReader#MAX_KEPT} bytes
     * @param length of the whole body, in bytes
     */
    public record Answer(int status, byte[] body, long length) {
        /** Whether all of the body is here. */
        public boolean isWhole() {
            return body.length == length;
        }
    }

    /**
     * How long to wait before giving up. Waiting without an end costs a third of the system calls: the JVM polls before
     * each read that has one.
     *
     * @param connect for a connection; zero has no end
     * @param read for each piece of an answer; zero has no end
     */
    public record Patience(Duration connect, Duration read) {
        public static final Patience USUAL = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    public HttpConnection(Address server) {
        this(server, Patience.USUAL);
    }

    public HttpConnection(Address server, Patience patience) {
        this(server, patience, TRUSTED_REST, () -> {});
    }

    /**
     * A connection that is not open yet.
     *
     * @param onUnsolicited is run for each connection on which something came that no request had asked for
     */
    public HttpConnection(Address server, Patience patience, Runnable onUnsolicited) {
        this(server, patience, TRUSTED_REST, onUnsolicited);
    }

    /**
     * A connection that is not open yet.
     *
     * @param trustedRest how long a connection may have rested and still be taken to be open. After a longer rest there
     *     is a look at it first, which costs a millisecond, and from then on a system call or two for each answer: the
     *     JVM polls before each read on a socket that was once read with a timeout.
     * @param onUnsolicited is run for each connection on which something came that no request had asked for
     */
    public HttpConnection(Address server, Patience patience, Duration trustedRest, Runnable onUnsolicited) {
        this.server = server;
        this.patience = patience;
        this.trustedRest = trustedRest;
        this.onUnsolicited = onUnsolicited;
    }

    /** Connects, unless it is connected and the server has not closed that connection meanwhile. */
    public void open() throws IOException {
        if (reader != null && isUsable()) {
            return;
        }
        close();
        Socket opening = new Socket();
        socket = opening;
        try {
            if (aborted) {
                throw new SocketException("aborted");
            }
            opening.setTcpNoDelay(true);
            opening.setSoTimeout((int) patience.read().toMillis());
            opening.connect(server.resolve(), (int) patience.connect().toMillis());
            reader = new ResponseReader(server.toString(), opening.getInputStream());
            used = false;
            restingSince = System.nanoTime();
        } catch (UnknownHostException e) {
            throw new IOException(server + " cannot be reached: the host is unknown", e);
        } catch (ConnectException e) {
            throw new IOException(server + " cannot be reached: the connection is refused", e);
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    server + " cannot be reached: no connection in "
                            + patience.connect().toMillis() + " ms",
                    e);
        } finally {
            if (reader == null) {
                opening.close();
            }
        }
    }

    /** {@code GET}; see {@link #exchange}. */
    public Answer get(String target) throws IOException {
        return exchange(HttpRequest.get(server, target));
    }

    /** {@code POST} of JSON; see {@link #exchange}. */
    public Answer post(String target, String json) throws IOException {
        return send("POST", target, Map.of(), json);
    }

    /**
     * A request with JSON and more fields than it needs; see {@link #exchange}.
     *
     * @param fields values by name
     */
    public Answer send(String method, String target, Map<String, String> fields, String json) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(fields);
        all.put("Content-Type", "application/json");
        return exchange(HttpRequest.of(server, method, target, all, json.getBytes(UTF_8)));
    }

    /**
     * Sends a request and waits for its answer. If the server has closed the connection since the last answer, a request
     * that may be repeated is sent again on a new one; any other is sent at most once.
     */
    public Answer exchange(HttpRequest request) throws IOException {
        open();
        ResponseReader answers = reader;
        boolean fresh = !used;
        try {
            return exchangeOnce(request);
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException(
                    server + " gave no answer in " + patience.read().toMillis() + " ms");
        } catch (IOException e) {
            if (fresh || answers.hasBegun() || aborted || !request.isIdempotent()) {
                throw e;
            }
        }
        return exchangeOnce(request);
    }

    /** Sends a request, once, and waits for its answer. */
    public Answer exchangeOnce(HttpRequest request) throws IOException {
        open();
        boolean keepsOpen = false;
        try {
            used = true;
            socket.getOutputStream().write(request.bytes());
            Answer answer = reader.read(request);
            restingSince = System.nanoTime();
            keepsOpen = reader.keepsOpen();
            return answer;
        } finally {
            if (!keepsOpen) {
                close();
            }
        }
    }

    /** Ends, for good, what goes on here. To be called by any thread. */
    public void abort() {
        aborted = true;
        Socket open = socket;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // it is closed all the same
            }
        }
    }

    @Override
    public void close() throws IOException {
        reader = null;
        if (socket != null) {
            socket.close();
        }
    }

    /** Whether bytes have arrived for which no request waits. */
    boolean hasUnsolicited() throws IOException {
        return reader.hasUnread();
    }

    /**
     * Whether a request may be sent: nothing came that no request had asked for, and the server still listens, as far as
     * one can know, for it may close the connection while a request is on its way. To look whether it listens costs a
     * millisecond, so that is done only after a rest.
     */
    private boolean isUsable() {
        long rested = System.nanoTime() - restingSince;
        try {
            if (reader.hasLeftOver() || (rested > LOOK_AFTER_NANOS && hasUnsolicited())) {
                onUnsolicited.run();
                return false;
            }
            return rested < trustedRest.toNanos() || isOpenAfterALook();
        } catch (IOException gone) {
            return false;
        }
    }

    private boolean isOpenAfterALook() throws IOException {
        try {
            socket.setSoTimeout(1);
            if (socket.getInputStream().read() >= 0) {
                onUnsolicited.run();
            }
            return false;
        } catch (SocketTimeoutException silent) {
            socket.setSoTimeout((int) patience.read().toMillis());
            restingSince = System.nanoTime();
            return true;
        }
    }
}

package toystore.frontend.http;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.frontend.http.ResponseWriter.Connection;
import toystore.wire.net.LingeringClose;

/**
 * One client's session: its requests are read and answered one after the other, until either side closes. Run by one
 * thread; another may {@link #evict()} it, so that idle clients do not keep all threads from those who wait for one.
 *
 * <pre>
 *             a request comes               nothing comes for 100 ms, or for 1 s at the start
 *            ┌───────────────┐              ┌───────────────┐
 *            ▼               │              │               ▼
 *   start ▶ BUSY ──────────▶ (answered) ────┘             IDLE ──▶ EVICTED (ends)
 *            ▲                                              │
 *            └──────────────── a request comes ─────────────┘
 * </pre>
 *
 * A session that has just answered is left alone for those 100 ms, because its next request may be on its way, and a
 * client that gets no answer to an order cannot know what became of it. When others wait, it ends at a better moment:
 * with its next answer, which says so. A request that comes in the very moment of the eviction is still answered.
 */
final class HttpSession {
    private static final Logger log = LoggerFactory.getLogger(HttpSession.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LINGER = Duration.ofSeconds(1);

    private enum State {
        BUSY,
        IDLE,
        EVICTED
    }

    private final Socket socket;
    private final HttpServer.Handler handler;
    private final Duration idle;
    private final BooleanSupplier crowded;
    private final Clock clock;
    private final RequestReader reader;
    private final AtomicReference<State> state = new AtomicReference<>(State.BUSY);
    private volatile long idleSince; // written before the state becomes IDLE, read by others after that

    /**
     * A session on a connection that is open.
     *
     * @param idle how long the client may be silent, between requests or within one
     * @param crowded whether others wait for a thread
     */
    HttpSession(Socket socket, HttpServer.Handler handler, Duration idle, BooleanSupplier crowded, Clock clock)
            throws IOException {
        this.socket = socket;
        this.handler = handler;
        this.idle = idle;
        this.crowded = crowded;
        this.clock = clock;
        this.reader = new RequestReader(socket.getInputStream(), socket.getOutputStream(), Limits.DEFAULT);
    }

    /** Serves the client to the end. */
    void run() throws IOException {
        try {
            boolean open = awaitRequest(FIRST_PAUSE);
            while (open) {
                open = answerNext() && awaitRequest(PAUSE);
            }
        } catch (SocketTimeoutException silent) {
            log.debug("closing a session that was silent for {} s", idle.toSeconds());
        }
    }

    /** Ends it if it is idle; says whether it did. Only a request that has come already is still answered. */
    boolean evict() throws IOException {
        if (!state.compareAndSet(State.IDLE, State.EVICTED)) {
            return false;
        }
        socket.shutdownInput(); // its thread, which waits for a request, finds the end of the stream
        return true;
    }

    boolean isIdle() {
        return state.get() == State.IDLE;
    }

    /** Since when it is idle, on the clock of {@link System#nanoTime()}. */
    long idleSince() {
        return idleSince;
    }

    /**
     * Waits for a request; false if there is none, or if others shall be served instead.
     *
     * @param pause how long the client is not taken for idle
     */
    private boolean awaitRequest(Duration pause) throws IOException {
        setTimeout(pause);
        try {
            return reader.awaitRequest();
        } catch (SocketTimeoutException over) {
            idleSince = System.nanoTime();
        }
        setTimeout(idle);
        state.set(State.IDLE);
        // those who came to wait before it was idle did not find it, those who come after that do
        if (crowded.getAsBoolean() && !reader.hasUnread()) {
            return false;
        }
        boolean came = reader.awaitRequest();
        state.compareAndSet(State.IDLE, State.BUSY);
        return came;
    }

    /** Reads a request and answers it; false if the session ends with that. */
    private boolean answerNext() throws IOException {
        setTimeout(idle);
        Request request;
        try {
            request = reader.read();
        } catch (HttpException e) {
            endWith(e);
            return false;
        } catch (SocketTimeoutException silent) {
            endWith(new HttpException(
                    Status.REQUEST_TIMEOUT, "the rest of the request did not come in " + idle.toSeconds() + " s"));
            return false;
        }
        Response response = answer(request);
        Connection connection = connectionAfter(request);
        write(response, connection, request.method().equals("HEAD"));
        if (connection == Connection.CLOSE && reader.hasUnread()) {
            LingeringClose.close(socket, LINGER);
        }
        return connection != Connection.CLOSE;
    }

    private Connection connectionAfter(Request request) {
        if (!request.keepAlive() || crowded.getAsBoolean() || state.get() == State.EVICTED) {
            return Connection.CLOSE;
        }
        return request.line().minorVersion() == 0 ? Connection.KEEP_ALIVE : Connection.PERSISTENT;
    }

    private Response answer(Request request) {
        try {
            return handler.handle(request);
        } catch (HttpException e) {
            return e.response();
        } catch (RuntimeException e) {
            log.error("{} {} could not be answered", request.method(), request.path(), e);
            return new HttpException(Status.INTERNAL_SERVER_ERROR, "internal error").response();
        }
    }

    /** Where the next request would begin is not known: the client is told why, and the session ends. */
    private void endWith(HttpException e) throws IOException {
        write(e.response(), Connection.CLOSE, false);
        LingeringClose.close(socket, LINGER);
    }

    private void write(Response response, Connection connection, boolean head) throws IOException {
        socket.getOutputStream().write(ResponseWriter.bytes(response, connection, head, clock));
    }

    private void setTimeout(Duration timeout) throws IOException {
        socket.setSoTimeout((int) timeout.toMillis());
    }
}

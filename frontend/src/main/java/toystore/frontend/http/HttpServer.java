package toystore.frontend.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.frontend.http.ResponseWriter.Connection;
import toystore.wire.net.Address;
import toystore.wire.net.SocketServer;

/**
 * Serves HTTP/1.1. A connection is a session on a thread of its own: the thread serves the client's requests one after
 * the other until either side closes. When all threads are taken, the session that is idle longest is closed to make
 * room (RFC 9112 §9.5 allows that at any time); when none is idle, a connection waits in a queue; when that is full, it
 * is told 503.
 */
public final class HttpServer implements Closeable {

    /** Answers a request. Called by many threads at once. */
    public interface Handler {
        Response handle(Request request) throws HttpException;
    }

    /**
     * How it serves.
     *
     * @param threads sessions at once
     * @param queue connections that wait for a thread
     * @param idle how long a client may be silent, between requests or within one
     * @param grace how long a request may take to end once the server is closed
     */
    public record Options(Address listen, int threads, int queue, Duration idle, Duration grace) {}

    private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

    private final Options options;
    private final Clock clock;
    private final Handler handler;
    private final Set<HttpSession> sessions = ConcurrentHashMap.newKeySet();
    private final SocketServer server;

    /**
     * Takes the address; {@link #start()} serves.
     *
     * @throws IOException if the address cannot be listened on
     */
    public HttpServer(Options options, Clock clock, Handler handler) throws IOException {
        this.options = options;
        this.clock = clock;
        this.handler = handler;
        this.server = SocketServer.bind(
                new SocketServer.Options(
                        "frontend", options.listen(), options.threads(), options.queue(), options.grace()),
                new Http());
    }

    /** Serves from now on. */
    public void start() {
        server.start();
    }

    public Address address() {
        return server.address();
    }

    /** Connections that wait for a thread now. */
    public int waiting() {
        return server.waiting();
    }

    @Override
    public void close() {
        server.close();
    }

    private final class Http implements SocketServer.Protocol {
        @Override
        public void serve(Socket socket) throws IOException {
            HttpSession session = new HttpSession(socket, handler, options.idle(), () -> server.waiting() > 0, clock);
            sessions.add(session);
            try {
                session.run();
            } finally {
                sessions.remove(session);
            }
        }

        @Override
        public byte[] refusal() {
            HttpException full = new HttpException(
                            Status.SERVICE_UNAVAILABLE, options.queue() + " connections wait for a thread already")
                    .with(new Field("Retry-After", "1"));
            return ResponseWriter.bytes(full.response(), Connection.CLOSE, false, clock);
        }

        @Override
        public void makeRoom() {
            Optional<HttpSession> longest;
            do {
                longest = sessions.stream()
                        .filter(HttpSession::isIdle)
                        .min(Comparator.comparingLong(HttpSession::idleSince));
            } while (longest.isPresent() && !evicted(longest.get()));
        }

        private boolean evicted(HttpSession session) {
            try {
                return session.evict();
            } catch (IOException e) {
                log.debug("a session was gone when it was to be closed: {}", e.toString());
                return true;
            }
        }
    }
}

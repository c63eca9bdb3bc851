package toystore.frontend.http.session;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import toystore.common.Address;
import toystore.frontend.http.Fields.Field;
import toystore.frontend.http.HttpException;
import toystore.frontend.http.Peer;
import toystore.frontend.http.Router;
import toystore.frontend.http.Status;
import toystore.frontend.http.session.ResponseWriter.Connection;
import toystore.frontend.http.session.SessionReaper.SessionState;
import toystore.wire.net.QueueShares;
import toystore.wire.net.SocketServer;
import toystore.wire.net.SocketServer.Ending;

/**
 * Serves HTTP/1.1. Each connection is a session on a thread of its own, which serves the requests of the client one
 * after the other until either side closes. When all threads are busy, a connection waits in a queue, and {@link
 * SessionReaper} evicts a session for it. When the queue is full, a connection gets 503.
 */
public final class HttpServer implements Closeable {

    /**
     * The configuration of a server.
     *
     * @param threads the number of sessions at once
     * @param kept how many of their threads exist before it serves, and for as long as it does
     * @param factory makes their threads
     * @param queue the number of connections that may wait for a thread
     * @param grace the time that a request has to end once the server is closed
     * @param tls the context for the next connection; empty for plain HTTP
     * @param limits for each client address
     */
    public record Options(
            Address listen,
            int threads,
            int kept,
            ThreadFactory factory,
            int queue,
            Deadlines deadlines,
            Duration grace,
            Optional<Supplier<SSLContext>> tls,
            AddressLimits limits) {}

    /**
     * The numbers of TLS handshakes since the start.
     *
     * @param failed handshakes that began and did not succeed
     * @param notTls connections that began with something else
     * @param refused connections that were closed before, because their address had begun too many
     */
    public record Handshakes(long completed, long failed, long notTls, long refused) {}

    private static final String NAME = "frontend";

    private final Options options;
    private final QueueShares shares;
    private final SocketServer server;
    private final SessionReaper reaper;
    private final HttpSession.Context context;
    private final Optional<TlsServer> tls;

    /**
     * Takes the address; {@link #start()} serves.
     *
     * @param observer of all exchanges
     * @param clock for the field {@code Date}
     * @throws IOException if the address cannot be listened on
     */
    public HttpServer(Options options, Router router, CompletedExchange.Observer observer, Clock clock)
            throws IOException {
        this.options = options;
        this.shares = new QueueShares(options.limits().queue(), options.limits().exempt());
        this.server = SocketServer.bind(
                new SocketServer.Options(
                        NAME,
                        options.listen(),
                        options.threads(),
                        options.kept(),
                        options.factory(),
                        options.queue(),
                        shares,
                        options.grace()),
                new Http());
        this.reaper = new SessionReaper(NAME + "-reaper", options.threads(), options.deadlines(), new Demand());
        this.context = new HttpSession.Context(
                router,
                observer,
                new ResponseWriter.DateLine(clock),
                reaper,
                options.limits().proxies());
        this.tls = options.tls().map(contexts -> new TlsServer(contexts, options.limits()));
    }

    /**
     * Serves from now on.
     *
     * @throws IOException if the threads that it keeps cannot be started
     */
    public void start() throws IOException {
        reaper.start();
        server.start();
    }

    public Address address() {
        return server.address();
    }

    /** The number of connections that wait for a thread. */
    public int waiting() {
        return server.waiting();
    }

    /** The number of sessions with a request in progress. */
    public int busy() {
        return reaper.busy();
    }

    /** The number of sessions between two requests. */
    public int idle() {
        return Math.max(0, reaper.sessions() - reaper.busy());
    }

    /** The number of sessions that ended because a deadline passed. */
    public long timedOut() {
        return reaper.timedOut();
    }

    /** The number of sessions that were evicted because other connections waited. */
    public long evicted() {
        return reaper.evicted();
    }

    /** The number of connections that got 503 instead of a session. */
    public long refused() {
        return server.refused();
    }

    /** The number of connections among them whose address had its share of the queue. */
    public long refusedShares() {
        return shares.refused();
    }

    /** The TLS handshakes; empty if the server speaks plain HTTP. */
    public Optional<Handshakes> handshakes() {
        return tls.map(TlsServer::handshakes);
    }

    /** Stops accepting. Requests in progress have the grace to end; idle and slow sessions end at once. */
    @Override
    public void close() {
        try (reaper) {
            server.close();
        }
    }

    private final class Demand implements SessionReaper.Demand {
        @Override
        public int waiting() {
            return server.crowded() ? server.waiting() : 0;
        }

        @Override
        public boolean closing() {
            return server.isClosing();
        }
    }

    private final class Http implements SocketServer.Protocol {
        @Override
        public Ending serve(Socket socket, long accepted) throws IOException {
            try (SessionState state = reaper.watch(socket, accepted)) {
                return tls.isPresent() ? tls.get().serve(socket, state, context) : servePlain(socket, state);
            }
        }

        private Ending servePlain(Socket socket, SessionState state) throws IOException {
            Peer peer = new Peer(socket.getInetAddress(), false, context.proxies());
            Transport transport = new Transport(socket.getInputStream(), socket.getOutputStream(), peer);
            return new HttpSession(transport, state, context).run();
        }

        @Override
        public byte[] refusal() {
            return refusal(
                    server.isClosing()
                            ? "the store is closing"
                            : options.queue() + " connections already wait for a thread");
        }

        @Override
        public byte[] refusalOfAddress() {
            return refusal(options.limits().queue() + " connections of your address already wait for a thread");
        }

        private byte[] refusal(String why) {
            return tls.isPresent() ? TlsServer.REFUSAL : plainRefusal(why);
        }

        private byte[] plainRefusal(String why) {
            HttpException error =
                    new HttpException(Status.SERVICE_UNAVAILABLE, why).with(new Field("Retry-After", "1"));
            ResponseWriter writer = new ResponseWriter(context.date(), false);
            writer.append(error.response(), ResponseWriter.newId(), Connection.CLOSE, false);
            return writer.toBytes();
        }

        @Override
        public void makeRoom() {
            reaper.wake();
        }

        @Override
        public void stopping(Collection<Socket> open) {
            reaper.wake();
        }
    }
}

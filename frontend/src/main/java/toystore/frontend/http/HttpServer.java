package toystore.frontend.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.ThreadFactory;
import toystore.common.Address;
import toystore.frontend.http.ResponseWriter.Connection;
import toystore.wire.net.SocketServer;

/**
 * Serves HTTP/1.1. A connection is a session on a thread of its own: the thread serves the client's requests one after
 * the other until either side closes. When all threads are taken, a connection waits in a queue, and {@link SessionReaper}
 * makes room for it; when that is full, it is told 503.
 */
public final class HttpServer implements Closeable {

    /**
     * How it serves.
     *
     * @param threads sessions at once
     * @param kept of their threads, how many exist before it serves, and for as long as it does
     * @param factory makes their threads
     * @param queue connections that wait for a thread
     * @param grace how long a request may take to end once the server is closed
     */
    public record Options(
            Address listen,
            int threads,
            int kept,
            ThreadFactory factory,
            int queue,
            Deadlines deadlines,
            Duration grace) {}

    /**
     * What sessions work with.
     *
     * @param clock keeps the deadlines, and says when a session's turn is over
     */
    record Terms(
            Router router,
            CompletedExchange.Observer observer,
            ResponseWriter writer,
            Deadlines deadlines,
            SessionReaper clock) {}

    private static final String NAME = "frontend";

    private final Options options;
    private final Terms terms;
    private final SocketServer server;
    private final SessionReaper clock;

    /**
     * Takes the address; {@link #start()} serves.
     *
     * @param observer told of every exchange, by the session's thread
     * @param time for {@code Date}
     * @throws IOException if the address cannot be listened on
     */
    public HttpServer(Options options, Router router, CompletedExchange.Observer observer, Clock time)
            throws IOException {
        this.options = options;
        this.server = SocketServer.bind(
                new SocketServer.Options(
                        NAME,
                        options.listen(),
                        options.threads(),
                        options.kept(),
                        options.factory(),
                        options.queue(),
                        options.grace()),
                new Http());
        this.clock = new SessionReaper(NAME + "-clock", options.threads(), new Demand());
        this.terms = new Terms(router, observer, new ResponseWriter(time), options.deadlines(), clock);
    }

    /**
     * Serves from now on.
     *
     * @throws IOException if the threads that it is to keep cannot be started
     */
    public void start() throws IOException {
        clock.start();
        server.start();
    }

    public Address address() {
        return server.address();
    }

    /** Connections that wait for a thread now. */
    public int waiting() {
        return server.waiting();
    }

    /** Sessions at a request now. */
    public int busy() {
        return clock.busy();
    }

    /** Sessions between two requests now. */
    public int idle() {
        return Math.max(0, clock.sessions() - clock.busy());
    }

    /** Peers that were cut off because they were past a deadline, so far. */
    public long late() {
        return clock.late();
    }

    /** Peers that were cut off because others waited, so far. */
    public long evicted() {
        return clock.evicted();
    }

    /** Connections that were told that there is no place, so far. */
    public long refused() {
        return server.refused();
    }

    /** Stops accepting. Requests that run are answered, within the grace; idle sessions and slow ones end. */
    @Override
    public void close() {
        try (clock) {
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
        public SocketServer.Ending serve(Socket socket, long accepted) throws IOException {
            HttpSession session = new HttpSession(socket, accepted, terms);
            clock.add(session.watch());
            try {
                return session.run();
            } finally {
                clock.remove(session.watch());
            }
        }

        @Override
        public byte[] refusal() {
            HttpException refused = new HttpException(
                            Status.SERVICE_UNAVAILABLE,
                            server.isClosing()
                                    ? "the store is closing"
                                    : options.queue() + " connections wait for a thread already")
                    .with(new Field("Retry-After", "1"));
            OutputBuffer output = new OutputBuffer();
            terms.writer().append(output, refused.response(), RequestId.make(), Connection.CLOSE, false);
            return output.toBytes();
        }

        @Override
        public void makeRoom() {
            clock.look();
        }

        @Override
        public void stopping(Collection<Socket> open) {
            clock.look();
        }
    }
}

package toystore.wire.net;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import toystore.common.Address;
import toystore.common.ConnectionReaper;
import toystore.common.ResourceStack;
import toystore.common.log.Trace;
import toystore.wire.codec.MalformedMessageException;
import toystore.wire.codec.MessageCodec;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;

/**
 * Calls one service over connections that are kept open and used again. A request carries the trace of the calling
 * thread. Thread-safe.
 *
 * <p>Each call has a connection of its own, except those that {@linkplain ServiceRequest#sharesConnection() share one}
 * while more than a few are in progress. Many calls take few reads and writes then, in the service as well as here; a
 * few would pay for thread switches.
 */
public final class MessageClient implements Closeable {

    /**
     * The service to call, and the limits.
     *
     * @param service its name in messages
     * @param connections calls in progress at once, at most, and so connections besides the shared one; further callers
     *     wait while no call takes longer than 2 s
     * @param connectTimeout for a new connection
     * @param replyTimeout from the first byte of the request to the last of the reply; as long for the handshake of a new
     *     connection, if it has one: a service that has just started is slow, and is not down
     * @param transport of the connections; the caller closes it afterwards
     */
    public record Options(
            String service,
            Address address,
            int connections,
            Duration connectTimeout,
            Duration replyTimeout,
            PeerTransport transport) {
        public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
        public static final Duration REPLY_TIMEOUT = Duration.ofSeconds(5);

        /** Plain connections. */
        public Options(
                String service, Address address, int connections, Duration connectTimeout, Duration replyTimeout) {
            this(service, address, connections, connectTimeout, replyTimeout, PeerTransport.PLAIN);
        }

        /** The usual timeouts. */
        public Options(String service, Address address, int connections, PeerTransport transport) {
            this(service, address, connections, CONNECT_TIMEOUT, REPLY_TIMEOUT, transport);
        }

        /** The usual timeouts, and plain connections. */
        public Options(String service, Address address, int connections) {
            this(service, address, connections, PeerTransport.PLAIN);
        }

        /**
         * Opens a channel to the service.
         *
         * @throws IOException of the type that the system throws, by which callers decide whether the service is
         *     down; its message is for a person
         */
        SocketChannel connect() throws IOException {
            try (ResourceStack opened = new ResourceStack()) {
                SocketChannel channel = opened.add(SocketChannel.open());
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.socket().connect(address.resolve(), (int) connectTimeout.toMillis());
                opened.release();
                return channel;
            } catch (UnknownHostException e) {
                throw new UnknownHostException("the host is unknown");
            } catch (ConnectException e) {
                throw new ConnectException("the connection is refused");
            } catch (SocketTimeoutException e) {
                throw new SocketTimeoutException("no connection in " + connectTimeout.toMillis() + " ms");
            }
        }

        /** Starts the reaper that closes connections on which a reply is late. */
        ConnectionReaper startReaper() {
            ConnectionReaper reaper = new ConnectionReaper(service + "-reaper", ConnectionReaper.tickFor(replyTimeout));
            reaper.start();
            return reaper;
        }

        /** A connection, its handshake, and a reply. */
        private Duration longestExchange() {
            return connectTimeout.plus(replyTimeout.multipliedBy(2));
        }

        UnavailableException cannotBeReached(IOException e) {
            return unavailable("cannot be reached: " + e.getMessage(), false, e);
        }

        UnavailableException wasNotCalled(String why, Exception cause) {
            return unavailable("was not called: " + why, false, cause);
        }

        UnavailableException gaveNoReply(SocketTimeoutException e) {
            return unavailable("gave no reply in " + replyTimeout.toMillis() + " ms", true, e);
        }

        UnavailableException brokeOff(IOException e) {
            return unavailable("broke off: " + e.getMessage(), true, e);
        }

        UnavailableException sentNoReply(MalformedMessageException e) {
            return unavailable("sent a reply that is none: " + e.getMessage(), true, e);
        }

        private UnavailableException unavailable(String what, boolean outcomeUnknown, Exception cause) {
            return new UnavailableException(service + " at " + address + " " + what, outcomeUnknown, cause);
        }
    }

    /** While no more calls are in progress, each has a connection of its own. */
    static final int FEW_CALLS = 8;

    /** A service with a call that takes longer is slow: callers do not wait for others to end then. */
    private static final Duration SLOW_CALL = Duration.ofSeconds(2);

    private final Options options;
    private final MessageObserver observer;
    private final Bulkhead bulkhead;
    private final ConnectionPool pool;
    private final PipelinedClient shared;

    /** Opens no connection yet: the service may be started later. */
    public MessageClient(Options options) {
        this(options, MessageObserver.NONE);
    }

    /** The same, with an observer that is called for every call. */
    public MessageClient(Options options, MessageObserver observer) {
        this(options, observer, SLOW_CALL);
    }

    /** @param slowCall callers wait for others to end while no call takes longer */
    MessageClient(Options options, MessageObserver observer, Duration slowCall) {
        this.options = options;
        this.observer = observer;
        ConnectionReaper reaper = options.startReaper();
        this.bulkhead = new Bulkhead(options.connections(), slowCall);
        this.pool = new ConnectionPool(options, reaper);
        this.shared = new PipelinedClient(options, MessageObserver.NONE, reaper);
    }

    /**
     * Sends the request, at most once, and waits for its reply. Not for a thread with a {@link WriteBatch}, which would
     * keep the request.
     *
     * @throws RefusedException if the service refuses it
     * @throws UnavailableException if too many calls are in progress, or the service cannot be reached or does not reply
     *     in time
     */
    public <R extends Reply> R call(ServiceRequest<R> request) throws RefusedException, UnavailableException {
        long start = System.nanoTime();
        int code = MessageObserver.NO_REPLY;
        try {
            R reply = exchange(request);
            code = Reply.OK;
            return reply;
        } catch (RefusedException e) {
            code = e.refusal().code();
            throw e;
        } finally {
            observer.observe(request.type(), code, System.nanoTime() - start);
        }
    }

    private <R extends Reply> R exchange(ServiceRequest<R> request) throws RefusedException, UnavailableException {
        Bulkhead.Call call = enter();
        try (call) {
            return request.sharesConnection() && bulkhead.inProgress() > FEW_CALLS
                    ? exchangeShared(request)
                    : exchangeAlone(request);
        }
    }

    private <R extends Reply> R exchangeAlone(ServiceRequest<R> request) throws RefusedException, UnavailableException {
        byte[] line = MessageCodec.encode(request, Trace.current());
        ConnectionPool.Connection connection = acquire();
        boolean reusable = false;
        try {
            R reply = decode(request.replyType(), () -> connection.exchange(line));
            reusable = true;
            return reply;
        } catch (RefusedException e) {
            // after other refusals the service may close the connection: it is full, or did not understand
            int code = e.refusal().code();
            reusable = code == Refusal.REFUSED || code == Refusal.STALE || code == Refusal.FORBIDDEN;
            throw e;
        } finally {
            pool.release(connection, reusable);
        }
    }

    private <R extends Reply> R exchangeShared(ServiceRequest<R> request)
            throws RefusedException, UnavailableException {
        CompletableFuture<R> reply = shared.call(request);
        try {
            return reply.get(options.longestExchange().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) { // the replies before it were late, too, but none of them by the whole timeout
            throw options.gaveNoReply(new SocketTimeoutException("no reply in time"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw options.brokeOff(new InterruptedIOException("interrupted"));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            if (e.getCause() instanceof UnavailableException unavailable) {
                if (unavailable.outcomeUnknown()) {
                    pool.closeIdle(); // the service has probably died, and its other connections are broken, too
                }
                throw unavailable.copy();
            }
            throw new IllegalStateException("an exchange has failed", e);
        }
    }

    /**
     * Sends a request that is answered by a {@linkplain toystore.wire.message.ReplyStream stream of replies}. The
     * stream holds a connection until it is closed.
     *
     * @throws UnavailableException if too many calls are in progress, or the service cannot be reached
     */
    public <R extends Reply> Replies<R> open(ServiceRequest<R> request) throws UnavailableException {
        byte[] line = MessageCodec.encode(request); // first: only the replies end the call
        Bulkhead.Call call = enter();
        boolean opened = false;
        try {
            Replies<R> replies = new Replies<>(request.replyType(), line, call, acquire());
            opened = true;
            return replies;
        } finally {
            if (!opened) {
                call.close();
            }
        }
    }

    /** The replies of a stream, one after the other. Not thread-safe. */
    public final class Replies<R extends Reply> implements Closeable {
        private final Class<R> type;
        private final Bulkhead.Call call;
        private final ConnectionPool.Connection connection;
        private byte[] unsent;

        private Replies(Class<R> type, byte[] line, Bulkhead.Call call, ConnectionPool.Connection connection) {
            this.type = type;
            this.call = call;
            this.connection = connection;
            this.unsent = line;
        }

        /**
         * Waits for the next reply. The first call sends the request.
         *
         * @throws RefusedException if the service refuses the request, or ends the stream
         * @throws UnavailableException if the next reply is late, or the connection broke
         */
        public R next() throws RefusedException, UnavailableException {
            byte[] line = unsent;
            unsent = null;
            return decode(type, line == null ? connection::next : () -> connection.exchange(line));
        }

        @Override
        public void close() {
            try (call) {
                pool.release(connection, false);
            }
        }
    }

    @Override
    public void close() {
        try (shared) { // closes the reaper
            pool.close();
        }
    }

    private interface LineSource {
        byte[] read() throws IOException, MalformedMessageException;
    }

    private <R extends Reply> R decode(Class<R> type, LineSource source) throws RefusedException, UnavailableException {
        try {
            return MessageCodec.decodeReply(type, source.read());
        } catch (SocketTimeoutException e) {
            throw options.gaveNoReply(e);
        } catch (IOException e) {
            pool.closeIdle(); // the service has probably died, and its other connections are broken, too
            throw options.brokeOff(e);
        } catch (MalformedMessageException e) {
            throw options.sentNoReply(e);
        }
    }

    private Bulkhead.Call enter() throws UnavailableException {
        try {
            return bulkhead.enter();
        } catch (IOException e) {
            throw options.wasNotCalled(e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw options.wasNotCalled("interrupted", e);
        }
    }

    private ConnectionPool.Connection acquire() throws UnavailableException {
        try {
            return pool.acquire();
        } catch (IOException e) {
            throw options.cannotBeReached(e);
        }
    }
}

package toystore.wire.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import toystore.common.Address;
import toystore.common.log.Trace;
import toystore.wire.codec.MalformedMessageException;
import toystore.wire.codec.MessageCodec;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;
import toystore.wire.message.Reply;
import toystore.wire.message.ServiceRequest;

/**
 * Asks one service, over a bounded number of connections that are kept open and used again. A request carries the trace
 * of the thread that asks. Thread-safe.
 */
public final class MessageClient implements Closeable {

    /**
     * Whom to ask, and how patiently.
     *
     * @param service what to call it in messages
     * @param connections open at once, at most; further callers wait while no call takes longer than half a second
     * @param connectTimeout for a new connection
     * @param replyTimeout from the first byte of the request to the last of the reply
     */
    public record Options(
            String service, Address address, int connections, Duration connectTimeout, Duration replyTimeout) {
        public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
        public static final Duration REPLY_TIMEOUT = Duration.ofSeconds(5);

        /** With the usual deadlines. */
        public Options(String service, Address address, int connections) {
            this(service, address, connections, CONNECT_TIMEOUT, REPLY_TIMEOUT);
        }

        UnavailableException cannotBeReached(IOException e) {
            return unavailable("cannot be reached: " + e.getMessage(), false, e);
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

    /** A call that takes longer shows that the service is slow: then nobody waits for a connection. */
    private static final Duration SLOW_CALL = Duration.ofSeconds(2);

    private final Options options;
    private final MessageObserver observer;
    private final Watchdog watchdog;
    private final ConnectionPool pool;

    /** Opens no connection yet: the service may be started later. */
    public MessageClient(Options options) {
        this(options, MessageObserver.NONE);
    }

    /** The same, with somebody who is told of every call. */
    public MessageClient(Options options, MessageObserver observer) {
        this(options, observer, SLOW_CALL);
    }

    /** @param slowCall callers wait for a connection while no call takes longer */
    MessageClient(Options options, MessageObserver observer, Duration slowCall) {
        this.options = options;
        this.observer = observer;
        this.watchdog = new Watchdog(options.service() + "-watchdog", options.replyTimeout());
        this.pool = new ConnectionPool(
                options.address(), options.connections(), options.connectTimeout(), slowCall, watchdog);
        watchdog.start();
    }

    /**
     * Sends the request and waits for its reply. It is sent at most once.
     *
     * @throws RefusedException if the service answers that it will not
     * @throws UnavailableException if it is not there or does not answer in time
     */
    public <R extends Reply> R call(ServiceRequest<R> request) throws RefusedException, UnavailableException {
        long begun = System.nanoTime();
        int code = MessageObserver.NO_REPLY;
        try {
            R reply = exchange(request);
            code = Reply.OK;
            return reply;
        } catch (RefusedException e) {
            code = e.refusal().code();
            throw e;
        } finally {
            observer.observe(request.type(), code, System.nanoTime() - begun);
        }
    }

    /**
     * Sends a request that is answered by a {@linkplain toystore.wire.message.ReplyStream stream of replies}. It holds
     * a connection until it is closed.
     *
     * @throws UnavailableException if the service cannot be reached
     */
    public <R extends Reply> Replies<R> open(ServiceRequest<R> request) throws UnavailableException {
        byte[] line = MessageCodec.encode(request); // first: what is taken is given back by the replies alone
        return new Replies<>(request.replyType(), line, take());
    }

    /** The replies of a stream, one after the other. For one thread. */
    public final class Replies<R extends Reply> implements Closeable {
        private final Class<R> type;
        private final Connection connection;
        private byte[] unsent;

        private Replies(Class<R> type, byte[] line, Connection connection) {
            this.type = type;
            this.connection = connection;
            this.unsent = line;
        }

        /**
         * Waits for the next reply; the first time, it sends the request.
         *
         * @throws RefusedException if there are none, or no more
         * @throws UnavailableException if none came in the time that a reply may take, or the connection broke
         */
        public R next() throws RefusedException, UnavailableException {
            byte[] line = unsent;
            unsent = null;
            return decode(type, line == null ? connection::next : () -> connection.exchange(line));
        }

        @Override
        public void close() {
            pool.giveBack(connection, false);
        }
    }

    @Override
    public void close() {
        try (watchdog) {
            pool.close();
        }
    }

    private <R extends Reply> R exchange(ServiceRequest<R> request) throws RefusedException, UnavailableException {
        byte[] line = MessageCodec.encode(request, Trace.current());
        Connection connection = take();
        boolean reusable = false;
        try {
            R reply = decode(request.replyType(), () -> connection.exchange(line));
            reusable = true;
            return reply;
        } catch (RefusedException e) {
            // a service that is full or could not follow may close behind its refusal
            reusable = e.refusal().code() == Refusal.REFUSED || e.refusal().code() == Refusal.STALE;
            throw e;
        } finally {
            pool.giveBack(connection, reusable);
        }
    }

    private interface Source {
        byte[] next() throws IOException, MalformedMessageException;
    }

    private <R extends Reply> R decode(Class<R> type, Source source) throws RefusedException, UnavailableException {
        try {
            return MessageCodec.decodeReply(type, source.next());
        } catch (SocketTimeoutException e) {
            throw options.gaveNoReply(e);
        } catch (IOException e) {
            pool.discardIdle(); // the service has died, most likely, and took its other connections with it
            throw options.brokeOff(e);
        } catch (MalformedMessageException e) {
            throw options.sentNoReply(e);
        }
    }

    private Connection take() throws UnavailableException {
        try {
            return pool.take();
        } catch (IOException e) {
            throw options.cannotBeReached(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw options.unavailable("was not asked: interrupted", false, e);
        }
    }
}

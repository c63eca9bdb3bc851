package toystore.wire.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Address;
import toystore.common.Network;
import toystore.common.Threads;
import toystore.wire.net.QueueShares.Kind;

/**
 * Accepts connections and serves each on a thread of its own, from a pool. Thread-safe.
 *
 * <p>If all threads are busy, a connection waits in a queue; if the queue is full, the connection is refused: it gets
 * the refusal of the protocol and is closed. {@link #close()} ends all open connections in bounded time. Deadlines
 * for the peer are up to the protocol.
 */
public final class SocketServer implements Closeable {

    /** The protocol of the connections. */
    public interface Protocol {
        /**
         * Serves one connection, from its first byte to its end. The server closes the socket afterwards.
         *
         * @param accepted when the connection was accepted, on the clock of {@link System#nanoTime()}
         */
        Ending serve(Socket socket, long accepted) throws IOException;

        /** The bytes for a connection that is refused, because the queue is full or the server is closing. */
        byte[] refusal();

        /** The bytes for a connection that is refused, because its address has its share of the queue. */
        default byte[] refusalOfAddress() {
            return refusal();
        }

        /** Called by the acceptor when a connection has to wait for a thread. */
        default void makeRoom() {}

        /** Called when the server is closed: idle sessions should end now, busy ones within the grace period. */
        default void stopping(Collection<Socket> open) {
            open.forEach(SocketServer::endInput);
        }
    }

    /** How a connection is closed. */
    public enum Ending {
        /** At once, because the peer expects no more data. */
        CLOSE,
        /** So that the peer can read the last response though it may be sending: see {@link LingeringCloser}. */
        LINGER,
        /**
         * Likewise, if the input is shut down: with both sides shut down, Linux answers the peer's next byte with a
         * reset.
         */
        LINGER_WITHOUT_READING
    }

    /**
     * The address and the limits of a server.
     *
     * @param name of the service, the prefix of its threads' names
     * @param listen port 0 picks a free one
     * @param threads connections served at once
     * @param kept how many of the threads are started before the server serves, and kept until it is closed
     * @param factory makes the threads
     * @param queue connections that may wait for a thread
     * @param shares of the queue for each address
     * @param grace how long requests in progress may take once the server is closed
     */
    public record Options(
            String name,
            Address listen,
            int threads,
            int kept,
            ThreadFactory factory,
            int queue,
            QueueShares shares,
            Duration grace) {
        /** Platform threads, started on demand; no queue. */
        public Options(String name, Address listen, int threads, Duration grace) {
            this(name, listen, threads, 0, Threads.numbered(name + "-session"), 0, QueueShares.unlimited(), grace);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(SocketServer.class);
    private static final int BACKLOG = 1024;
    private static final Duration PAUSE_AFTER_FAILED_ACCEPT = Duration.ofMillis(100);

    private final Options options;
    private final Protocol protocol;
    private final ServerSocket listener;
    private final ThreadPoolExecutor pool;
    private final LingeringCloser closer;
    private final Thread acceptor;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger serving = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final CountDownLatch closing = new CountDownLatch(1);
    private long warnedAt = System.nanoTime() - TimeUnit.SECONDS.toNanos(2); // only for the acceptor's thread
    private long refusedSinceWarning; // likewise, and so are the next two
    private long warnedOfSharesAt = warnedAt;
    private long sharesSinceWarning;

    private SocketServer(Options options, Protocol protocol, ServerSocket listener) {
        this.options = options;
        this.protocol = protocol;
        this.listener = listener;
        this.pool = pool(options);
        this.closer = new LingeringCloser(options.name());
        this.acceptor = Threads.named(options.name() + "-acceptor", this::accept);
    }

    /**
     * Binds the address. Connections wait until {@link #start()}.
     *
     * @throws IOException if the address cannot be bound; the message says which and why
     */
    public static SocketServer bind(Options options, Protocol protocol) throws IOException {
        ServerSocket listener = new ServerSocket();
        try {
            listener.bind(options.listen().resolve(), BACKLOG);
        } catch (IOException e) {
            listener.close();
            throw cannotListen(options.listen(), e);
        }
        return new SocketServer(options, protocol, listener);
    }

    /**
     * Starts to serve.
     *
     * @throws IOException if the threads that are to be kept cannot be started; the message says how many could
     */
    public void start() throws IOException {
        try {
            while (pool.getPoolSize() < options.kept()) {
                pool.prestartCoreThread();
            }
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    options.name() + " needs " + options.kept() + " session threads, and could start "
                            + pool.getPoolSize() + ": " + e.getMessage(),
                    e);
        }
        acceptor.start();
    }

    /** The address that it listens on, with the port that was picked for port 0. */
    public Address address() {
        return Address.of((InetSocketAddress) listener.getLocalSocketAddress());
    }

    /** The number of connections that wait for a thread. */
    public int waiting() {
        return pool.getQueue().size();
    }

    /** Returns whether all threads are busy and a connection waits for one. */
    public boolean crowded() {
        return waiting() > 0 && serving.get() >= options.threads();
    }

    /** The number of connections that were refused so far. */
    public long refused() {
        return refused.sum();
    }

    public boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** The number of open connections, including those that wait for a thread. */
    public int connections() {
        return open.size();
    }

    /**
     * Stops accepting, ends idle connections at once and busy ones after the current reply, and closes those that are
     * still open after the grace period by force.
     */
    @Override
    public void close() {
        closing.countDown();
        closeQuietly(listener);
        try {
            acceptor.join(1000); // the port is free, and no connection arrives, only after accept() has returned
            pool.shutdown();
            List<Runnable> waiting = new ArrayList<>();
            pool.getQueue().drainTo(waiting);
            waiting.forEach(Runnable::run); // each connection is refused
            protocol.stopping(open);
            if (!pool.awaitTermination(options.grace().toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn(
                        "{}: closing {} connections that were still busy after {} s",
                        options.name(),
                        open.size(),
                        options.grace().toSeconds());
            }
            open.forEach(SocketServer::closeQuietly);
            if (!pool.awaitTermination(1, TimeUnit.SECONDS)) {
                log.warn("{}: {} sessions did not stop", options.name(), pool.getActiveCount());
            }
        } catch (InterruptedException e) {
            open.forEach(SocketServer::closeQuietly);
            Thread.currentThread().interrupt();
        } finally {
            closer.close();
        }
    }

    private void accept() {
        while (!isClosing()) {
            Socket socket = null;
            try {
                socket = listener.accept();
                socket.setTcpNoDelay(true);
                dispatch(socket);
            } catch (IOException | RuntimeException e) {
                forget(socket);
                if (!isClosing()) {
                    log.warn("{}: a connection could not be accepted: {}", options.name(), e.toString());
                    pause();
                }
            }
        }
    }

    private void dispatch(Socket socket) {
        int taken = open.size();
        if (taken >= options.threads() + options.queue()) {
            warnAboutRefusals();
            end(socket, refuse(socket, protocol.refusal()));
            return;
        }
        InetAddress address = socket.getInetAddress();
        Kind place =
                taken < options.threads() ? Kind.NOT_COUNTED : options.shares().enter(address);
        if (place == Kind.REFUSED) {
            warnAboutShares(address);
            end(socket, refuse(socket, protocol.refusalOfAddress()));
            return;
        }
        open.add(socket);
        long accepted = System.nanoTime();
        try {
            pool.execute(
                    place == Kind.NOT_COUNTED
                            ? () -> serve(socket, accepted)
                            : () -> {
                                options.shares().leave(address);
                                serve(socket, accepted);
                            });
            if (waiting() > 0) {
                protocol.makeRoom();
            }
        } catch (RejectedExecutionException closing) {
            if (place == Kind.COUNTED) {
                options.shares().leave(address);
            }
            open.remove(socket);
            end(socket, refuse(socket, protocol.refusal()));
        }
    }

    private void forget(Socket socket) {
        closeQuietly(socket);
        if (socket != null) {
            open.remove(socket);
        }
    }

    /** Logs a warning with the last address at most once a second. For the acceptor's thread. */
    private void warnAboutShares(InetAddress address) {
        sharesSinceWarning++;
        long now = System.nanoTime();
        if (now - warnedOfSharesAt > TimeUnit.SECONDS.toNanos(1)) {
            log.warn(
                    "{}: refused {} connections whose address had its share of the queue, the last one from {}",
                    options.name(),
                    sharesSinceWarning,
                    Network.text(address));
            warnedOfSharesAt = now;
            sharesSinceWarning = 0;
        }
    }

    /** Logs a warning at most once a second. For the acceptor's thread. */
    private void warnAboutRefusals() {
        refusedSinceWarning++;
        long now = System.nanoTime();
        if (now - warnedAt > TimeUnit.SECONDS.toNanos(1)) {
            log.warn(
                    "{}: all {} threads are taken and {} connections wait: refused {} more",
                    options.name(),
                    options.threads(),
                    options.queue(),
                    refusedSinceWarning);
            warnedAt = now;
            refusedSinceWarning = 0;
        }
    }

    private void serve(Socket socket, long accepted) {
        serving.incrementAndGet();
        Ending ending = Ending.CLOSE;
        try {
            ending = isClosing() ? refuse(socket, protocol.refusal()) : protocol.serve(socket, accepted);
        } catch (IOException gone) {
            log.debug("{}: a connection ended: {}", options.name(), gone.toString());
        } catch (RuntimeException e) {
            log.error("{}: a session failed", options.name(), e);
        } finally {
            open.remove(socket);
            serving.decrementAndGet();
            end(socket, ending);
        }
    }

    /** Sends the refusal. It fits into the socket's buffer, so this does not wait for the peer. */
    private Ending refuse(Socket socket, byte[] refusal) {
        refused.increment();
        try {
            socket.getOutputStream().write(refusal);
            return Ending.LINGER;
        } catch (IOException gone) {
            log.debug("{}: a refused connection was gone: {}", options.name(), gone.toString());
            return Ending.CLOSE;
        }
    }

    private void end(Socket socket, Ending ending) {
        switch (ending) {
            case CLOSE -> closeQuietly(socket);
            case LINGER -> closer.close(socket);
            case LINGER_WITHOUT_READING -> closer.closeWithoutReading(socket);
        }
    }

    private void pause() {
        try {
            closing.await(PAUSE_AFTER_FAILED_ACCEPT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The pool of session threads. Its queue has no bound: {@link #dispatch} admits no more than have a place. A
     * bound here would refuse a connection while a thread returns to the pool.
     */
    private static ThreadPoolExecutor pool(Options options) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                options.threads(),
                options.threads(),
                60,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                options.factory());
        pool.allowCoreThreadTimeOut(options.kept() == 0);
        return pool;
    }

    /** The same failure, with a message for the person who chose the address. */
    public static IOException cannotListen(Address listen, IOException e) {
        String why = e.getMessage();
        if (e instanceof UnknownHostException) {
            why = "the host " + listen.host() + " is unknown";
        } else if (e instanceof BindException && String.valueOf(why).contains("in use")) {
            why = "the port is taken by another process";
        }
        return new IOException("cannot listen on " + listen + ": " + why, e);
    }

    /**
     * Ends the input: a thread that waits for the next request reads the end of the stream; a busy one does not
     * notice.
     */
    static void endInput(Socket socket) {
        try {
            socket.shutdownInput();
        } catch (SocketException closed) {
            log.trace("already closed: {}", closed.toString());
        } catch (IOException e) {
            closeQuietly(socket);
        }
    }

    static void closeQuietly(Closeable socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            log.debug("close: {}", e.toString());
        }
    }
}

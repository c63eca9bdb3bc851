package toystore.wire.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
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

/**
 * A {@link ServerSocket} and an executor: one acceptor thread hands every connection to a thread of the pool, which
 * serves it to its end. When all threads are taken, connections wait in a queue; when that is full too, one is told
 * so and closed. It keeps a registry of what is open, so that {@link #close()} ends in bounded time.
 *
 * <p>Nothing here sets a deadline for what a peer does: that is up to the protocol.
 */
public final class SocketServer implements Closeable {

    /** What is spoken on the connections. */
    public interface Protocol {
        /**
         * Serves one connection, from its first byte to its end. The socket is closed after it returns or throws.
         *
         * @param accepted when it was, on the clock of {@link System#nanoTime()}: it may have waited since
         */
        Ending serve(Socket socket, long accepted) throws IOException;

        /** What a connection is told that is not served: there is no place, not even in the queue, or no time left. */
        byte[] refusal();

        /** Told by the acceptor when a connection has to wait for a thread. */
        default void makeRoom() {}

        /** Told when the server is closed: what rests should end now, what runs has the grace to end. */
        default void stopping(Collection<Socket> open) {
            open.forEach(SocketServer::endInput);
        }
    }

    /** How a connection is closed. */
    public enum Ending {
        /** At once: the peer expects no more. */
        CLOSE,
        /** So that the peer still reads what it was told, though it may be sending: see {@link LingeringCloser}. */
        LINGER,
        /** Likewise, of a peer whose input was shut down: Linux would answer its next byte with a reset if ours were, too. */
        LINGER_DEAF
    }

    /**
     * Where to listen, and how much to take on.
     *
     * @param name of the service, the prefix of its threads' names
     * @param listen port 0 picks a free one
     * @param threads connections served at once
     * @param kept of these threads, how many exist before it serves, and for as long as it does
     * @param factory makes the threads
     * @param queue connections that may wait for a thread
     * @param grace how long requests that run may take to end once the server is closed
     */
    public record Options(
            String name, Address listen, int threads, int kept, ThreadFactory factory, int queue, Duration grace) {
        /** On threads of the platform, which are made when they are needed; without a queue. */
        public Options(String name, Address listen, int threads, Duration grace) {
            this(name, listen, threads, 0, Threads.numbered(name + "-session"), 0, grace);
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
    private long warned = System.nanoTime() - TimeUnit.SECONDS.toNanos(2); // of the acceptor's thread
    private long refusedUntold; // likewise

    private SocketServer(Options options, Protocol protocol, ServerSocket listener) {
        this.options = options;
        this.protocol = protocol;
        this.listener = listener;
        this.pool = pool(options);
        this.closer = new LingeringCloser(options.name());
        this.acceptor = Threads.named(options.name() + "-acceptor", this::accept);
    }

    /**
     * Takes the address. Connections are accepted from {@link #start()} on; those that come before it wait.
     *
     * @throws IOException if the address cannot be listened on; the message says which and why
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
     * Serves from now on.
     *
     * @throws IOException if the threads that it is to keep cannot be started; the message says how many could
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

    /** Where it listens: the port is the real one, also when 0 was asked for. */
    public Address address() {
        return Address.of((InetSocketAddress) listener.getLocalSocketAddress());
    }

    /** Connections that wait for a thread now. */
    public int waiting() {
        return pool.getQueue().size();
    }

    /** Whether all threads are taken, and a connection waits for one. */
    public boolean crowded() {
        return waiting() > 0 && serving.get() >= options.threads();
    }

    /** Connections that were told that there is no place, so far. */
    public long refused() {
        return refused.sum();
    }

    public boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** Connections open now, waiting ones included. */
    public int connections() {
        return open.size();
    }

    /**
     * Stops accepting, ends idle connections at once and busy ones after the reply they are at, and closes by force
     * what is left when the grace is over.
     */
    @Override
    public void close() {
        closing.countDown();
        closeQuietly(listener);
        try {
            acceptor.join(1000); // only when accept() has returned is the port free, and does nothing new come in
            pool.shutdown();
            List<Runnable> waiting = new ArrayList<>();
            pool.getQueue().drainTo(waiting);
            waiting.forEach(Runnable::run); // each is told that it will not be served
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
                hand(socket);
            } catch (IOException | RuntimeException e) {
                forget(socket);
                if (!isClosing()) {
                    log.warn("{}: a connection could not be accepted: {}", options.name(), e.toString());
                    pause();
                }
            }
        }
    }

    private void hand(Socket socket) {
        if (open.size() >= options.threads() + options.queue()) {
            warnOfRefusals();
            end(socket, refuse(socket));
            return;
        }
        open.add(socket);
        long accepted = System.nanoTime();
        try {
            pool.execute(() -> serve(socket, accepted));
            if (waiting() > 0) {
                protocol.makeRoom();
            }
        } catch (RejectedExecutionException closing) {
            open.remove(socket);
            end(socket, refuse(socket));
        }
    }

    private void forget(Socket socket) {
        closeQuietly(socket);
        if (socket != null) {
            open.remove(socket);
        }
    }

    /** At most once a second, because it may happen very often. For the acceptor's thread. */
    private void warnOfRefusals() {
        refusedUntold++;
        long now = System.nanoTime();
        if (now - warned > TimeUnit.SECONDS.toNanos(1)) {
            log.warn(
                    "{}: all {} threads are taken and {} connections wait: refused {} more",
                    options.name(),
                    options.threads(),
                    options.queue(),
                    refusedUntold);
            warned = now;
            refusedUntold = 0;
        }
    }

    private void serve(Socket socket, long accepted) {
        serving.incrementAndGet();
        Ending ending = Ending.CLOSE;
        try {
            ending = isClosing() ? refuse(socket) : protocol.serve(socket, accepted);
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

    /** Says why. That fits into the socket's buffer, so that nobody waits for the peer here. */
    private Ending refuse(Socket socket) {
        refused.increment();
        try {
            socket.getOutputStream().write(protocol.refusal());
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
            case LINGER_DEAF -> closer.closeLater(socket);
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
     * Its queue has no bound: {@link #hand} admits no more than have a place. A bound here would refuse a connection while a
     * thread is on its way back to the pool.
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

    /** The same failure, in words for whoever chose the address. */
    public static IOException cannotListen(Address listen, IOException e) {
        String why = e.getMessage();
        if (e instanceof UnknownHostException) {
            why = "the host " + listen.host() + " is unknown";
        } else if (e instanceof BindException && String.valueOf(why).contains("in use")) {
            why = "the port is taken by another process";
        }
        return new IOException("cannot listen on " + listen + ": " + why, e);
    }

    /** A thread that waits for the peer's next request finds the end of the stream; one that is at a request does not notice. */
    private static void endInput(Socket socket) {
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

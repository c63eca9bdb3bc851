package toystore.wire.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.ConnectionReaper;

/**
 * Connections to one service: at most so many, the one used last first, dead ones replaced. Thread-safe.
 *
 * <p>It is a bulkhead, too: a caller that finds all connections taken waits only as long as the service is not slow, so that
 * a service that hangs holds as many threads as there are connections, and no more.
 */
final class ConnectionPool implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(ConnectionPool.class);
    /** Shorter than any service takes to start. */
    private static final Duration TRUSTED_REST = Duration.ofMillis(200);
    /** Half of what a service allows: it must not close a connection at the moment when that is used again. */
    private static final Duration LONGEST_REST = MessageServer.IDLE.dividedBy(2);

    private final MessageClient.Options options;
    private final Duration slowCall;
    private final ConnectionReaper reaper;
    private final Semaphore places;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<Idle> idle = new AtomicReference<>(); // a stack; null if there is none
    private volatile boolean closed; // read without a lock, so that a connection given back late is closed too

    /** A connection that rests, and those that rest below it. A new one for each rest, so that each is there once. */
    private record Idle(Connection connection, Idle below) {}

    /**
     * Without any connection yet.
     *
     * @param slowCall a call that takes longer shows that the service is slow
     */
    ConnectionPool(MessageClient.Options options, Duration slowCall) {
        this.options = options;
        this.slowCall = slowCall;
        this.reaper = options.reaper();
        this.places = new Semaphore(options.connections());
    }

    /** A connection for the caller alone, to be given back. */
    Connection take() throws IOException, InterruptedException {
        if (!places.tryAcquire()
                && !places.tryAcquire(slowCall.minus(slowestCall()).toNanos(), TimeUnit.NANOSECONDS)) {
            throw new IOException("all " + options.connections() + " connections are busy, the first one for "
                    + slowestCall().toMillis() + " ms");
        }
        boolean taken = false;
        try {
            Connection connection = usable();
            connection.use();
            taken = true;
            return connection;
        } finally {
            if (!taken) {
                places.release();
            }
        }
    }

    void giveBack(Connection connection, boolean reusable) {
        try {
            if (reusable && connection.rest()) {
                push(connection);
            } else {
                close(connection);
            }
        } finally {
            places.release();
        }
        if (closed) {
            discardIdle();
        }
    }

    void discardIdle() {
        for (Connection resting = pop(); resting != null; resting = pop()) {
            close(resting);
        }
    }

    private void push(Connection connection) {
        Idle top = idle.get();
        while (!idle.compareAndSet(top, new Idle(connection, top))) {
            top = idle.get();
        }
    }

    private Connection pop() {
        Idle top = idle.get();
        while (top != null && !idle.compareAndSet(top, top.below())) {
            top = idle.get();
        }
        return top == null ? null : top.connection();
    }

    @Override
    public void close() {
        closed = true;
        try (reaper) {
            discardIdle();
        }
    }

    private Connection usable() throws IOException {
        for (Connection resting = pop(); resting != null; resting = pop()) {
            if (resting.isUsable(TRUSTED_REST, LONGEST_REST)) {
                return resting;
            }
            close(resting);
        }
        if (closed) {
            throw new SocketException("the client is closed");
        }
        Connection made = new Connection(options, reaper);
        open.add(made);
        return made;
    }

    /** How long the call takes that was the first of those to begin that are under way. */
    private Duration slowestCall() {
        long now = System.nanoTime();
        long most = open.stream()
                .mapToLong(connection -> connection.inUseFor(now))
                .max()
                .orElse(0);
        return Duration.ofNanos(most);
    }

    private void close(Connection connection) {
        open.remove(connection);
        try {
            connection.close();
        } catch (IOException e) {
            log.debug("close: {}", e.toString());
        }
    }
}

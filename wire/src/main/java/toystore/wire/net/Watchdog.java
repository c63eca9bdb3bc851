package toystore.wire.net;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Threads;

/**
 * Closes connections whose peer lets a thread wait for too long. A thread of its own looks now and then, so that reads
 * need no timeout, which would cost each of them a system call or two, and waits need no look at the time. A wait is cut
 * after the time that it may take and at most a twenty-fifth of that more. Thread-safe.
 */
final class Watchdog implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);
    private static final int LOOKS = 50; // in the time that a wait may take
    private static final Duration MOST = Duration.ofSeconds(1);
    private static final Duration LEAST = Duration.ofMillis(1);

    private final long patience;
    private final long tick;
    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private volatile boolean closed; // read by the thread on every round

    /**
     * The waits of one connection, one after the other, for one thread at a time. Odd turns are waits: so the watchdog
     * tells one from the next, and cuts the one that it found late, or none.
     */
    final class Wait implements AutoCloseable {
        private static final long CUT = -1;

        private final Closeable connection;
        private final AtomicLong turn = new AtomicLong();
        private long seen; // for the watchdog's thread, as what follows
        private long seenSince;

        private Wait(Closeable connection) {
            this.connection = connection;
        }

        /** The connection is not watched any more. */
        @Override
        public void close() {
            waits.remove(this);
        }

        /** The thread will wait for the peer now. */
        void begin() {
            next();
        }

        /** The thread has waited. */
        void end() {
            next();
        }

        /** Whether the peer was late, and the connection was closed for that. */
        boolean isCut() {
            return turn.get() == CUT;
        }

        private void next() {
            long mine = turn.get();
            if (mine != CUT) {
                turn.compareAndSet(mine, mine + 1);
            }
        }

        private void cutIfLate(long now, long patience) {
            long current = turn.get();
            if (current != seen) {
                seen = current;
                seenSince = now;
            } else if ((current & 1) == 1 && now - seenSince > patience && turn.compareAndSet(current, CUT)) {
                closeConnection();
            }
        }

        private void closeConnection() {
            try {
                connection.close();
            } catch (IOException e) {
                log.debug("close: {}", e.toString());
            }
        }
    }

    /** @param patience how long a wait may take */
    Watchdog(String name, Duration patience) {
        this.patience = patience.toNanos();
        this.tick = Math.max(LEAST.toNanos(), Math.min(MOST.toNanos(), this.patience / LOOKS));
        this.thread = Threads.named(name, this::run);
    }

    void start() {
        thread.start();
    }

    /** Looks at the waits of a connection from now on. */
    Wait watch(Closeable connection) {
        Wait wait = new Wait(connection);
        waits.add(wait);
        LockSupport.unpark(thread);
        return wait;
    }

    /** Ends once nothing is watched any more: until then, calls that are on their way stay bounded. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        long clock = 0; // stands still while this process does: a reply may have come meanwhile, and nobody has read it
        long before = System.nanoTime();
        while (!closed || !waits.isEmpty()) {
            long now = System.nanoTime();
            clock += Math.min(now - before, 2 * tick);
            before = now;
            lookAtAll(clock);
            if (waits.isEmpty() && !closed) {
                LockSupport.park(this); // until there is one
            } else {
                LockSupport.parkNanos(this, tick);
            }
        }
    }

    private void lookAtAll(long clock) {
        try {
            waits.forEach(wait -> wait.cutIfLate(clock, patience));
        } catch (RuntimeException e) {
            log.error("a look at the connections failed; the next one may not", e);
        }
    }
}

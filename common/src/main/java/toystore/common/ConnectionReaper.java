package toystore.common;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends connections whose peer takes too long. Thread-safe.
 *
 * <p>A thread that waits for its peer starts a {@link Deadline} before the wait and stops it afterwards, without
 * looking at the time. The reaper's thread observes all deadlines once in a tick and ends the connections of those
 * that have passed. So a read or a write needs no timeout, which would cost a system call or two. A deadline passes
 * up to two ticks late, and never early. The reaper's clock stops while the process does, because a reply that has
 * arrived meanwhile was not read.
 */
public final class ConnectionReaper implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(ConnectionReaper.class);

    private final Duration tick;
    private final Supplier<Duration> afterEachLook;
    private final Set<Deadline> deadlines = ConcurrentHashMap.newKeySet();
    private final LongAdder expired = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final Thread thread;
    private long clock; // nanoseconds for which the process has run; only for the reaper's thread
    private volatile boolean closed; // read by the thread on every round
    private volatile boolean resting = true; // whether wake() has to wake the thread; set before it looks at anything

    /** Closes a connection, or a side of it, so that the thread that reads from it or writes to it returns. */
    @FunctionalInterface
    public interface Closer {
        /** Closes it, without waiting for the peer. The phase is that of the wait. */
        void close(int phase) throws IOException;
    }

    /** A reaper that is not started yet. */
    public ConnectionReaper(String thread, Duration tick) {
        this(thread, tick, () -> tick);
    }

    /**
     * A reaper that is not started yet, and that may evict connections for a reason of its owner.
     *
     * @param afterEachLook runs on the reaper's thread when all deadlines were observed; returns the time to the next
     *     look
     */
    public ConnectionReaper(String thread, Duration tick, Supplier<Duration> afterEachLook) {
        this.tick = tick;
        this.afterEachLook = afterEachLook;
        this.thread = Threads.named(thread, this::run);
    }

    /** A tick for which deadlines pass at most a twenty-fifth late, but at least a millisecond and at most a second. */
    public static Duration tickFor(Duration shortestTimeout) {
        long nanos = shortestTimeout.toNanos() / 50;
        return Duration.ofNanos(Math.max(1_000_000, Math.min(1_000_000_000, nanos)));
    }

    public void start() {
        thread.start();
    }

    /** Observes a connection that has one timeout, until the deadline is closed. */
    public Deadline watch(Closeable connection, Duration timeout) {
        return watch(phase -> connection.close(), timeout);
    }

    /**
     * Observes a connection until its deadline is closed.
     *
     * @param timeouts by the number of the phase, at most 126
     */
    public Deadline watch(Closer closer, Duration... timeouts) {
        Deadline deadline = new Deadline(closer, timeouts);
        deadlines.add(deadline);
        wake();
        return deadline;
    }

    /** Wakes the reaper for a look at once. Costs next to nothing if it looks more often than once in a tick. */
    public void wake() {
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * The number of connections that were ended because their deadline passed. A connection counts once, for the first
     * reason, and before it is closed.
     */
    public long expired() {
        return expired.sum();
    }

    /** The number of connections that were ended by {@link Deadline#evict}; they count in the same way. */
    public long evicted() {
        return evicted.sum();
    }

    /** Ends the reaper once it observes no connection any more: calls in progress stay bounded until then. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        long before = System.nanoTime();
        while (!closed || !deadlines.isEmpty()) {
            resting = true;
            long now = System.nanoTime();
            clock += Math.min(now - before, 2 * tick.toNanos());
            before = now;
            Duration pause = look();
            if (deadlines.isEmpty() && !closed) {
                LockSupport.park(this); // until there is one
            } else {
                resting = pause.compareTo(tick) >= 0;
                LockSupport.parkNanos(this, pause.toNanos());
            }
        }
    }

    private Duration look() {
        try {
            deadlines.forEach(Deadline::observe);
            return afterEachLook.get();
        } catch (RuntimeException e) {
            log.error("connections could not be observed; the next look follows", e);
            return tick;
        }
    }

    /**
     * The time that the peer of one connection has, one wait after the other. One thread at a time starts and stops it.
     *
     * <pre>
     *   stopped ──start──▶ running (phase) ──▶ expired or evicted ──reset──▶ stopped
     *      ◀──────stop────────┘
     * </pre>
     *
     * The reaper ends exactly the wait that it has observed, or none: if the thread has started the next wait
     * meanwhile, the connection stays open.
     */
    public final class Deadline implements Closeable {
        /** The phase of a deadline that does not run. */
        public static final int NO_PHASE = -1;

        private static final long EXPIRED = -1;
        private static final long EVICTED = -2;
        private static final int PHASE_BITS = 8;
        private static final long PHASE_MASK = (1 << PHASE_BITS) - 1;

        private final Closer closer;
        private final long[] timeouts; // nanoseconds, by phase
        /**
         * The number of the wait, with its phase plus 1 in the lowest bits, or 0 there if it is stopped; or
         * {@link #EXPIRED} or {@link #EVICTED}.
         */
        private final AtomicLong state = new AtomicLong();

        private long observed; // the state; this and the next two fields are only for the reaper's thread
        private long observedAt; // on the reaper's clock, for the first time
        private boolean counted; // whether the reaper has ended the connection before

        private Deadline(Closer closer, Duration... timeouts) {
            this.closer = closer;
            this.timeouts = new long[timeouts.length];
            for (int i = 0; i < timeouts.length; i++) {
                this.timeouts[i] = timeouts[i].toNanos();
            }
        }

        /** Starts a wait of a connection with one timeout. */
        public boolean start() {
            return start(0);
        }

        /**
         * Starts a wait, and stops the one before. Returns false, and does nothing, if the reaper has ended the
         * connection.
         */
        public boolean start(int phase) {
            return moveTo(phase + 1);
        }

        /** Stops the wait. Returns false, and does nothing, if the reaper has ended the connection. */
        public boolean stop() {
            return moveTo(0);
        }

        private boolean moveTo(int phaseBits) {
            long current = state.get();
            long wait = (current >> PHASE_BITS) + 1;
            return current >= 0 && state.compareAndSet(current, (wait << PHASE_BITS) | phaseBits);
        }

        /** The phase of the wait, or {@link #NO_PHASE}. For any thread. */
        public int phase() {
            return phaseOf(state.get());
        }

        /** Returns whether the reaper has ended the connection because its deadline passed. For any thread. */
        public boolean isExpired() {
            return state.get() == EXPIRED;
        }

        /** Returns whether the reaper has ended the connection by {@link #evict}. For any thread. */
        public boolean isEvicted() {
            return state.get() == EVICTED;
        }

        /** Stops the wait even if the reaper has ended the connection, so that the next one can start. */
        public void reset() {
            if (!stop()) {
                state.set(0);
            }
        }

        /** Ends the observation of the connection. */
        @Override
        public void close() {
            deadlines.remove(this);
        }

        /** The phase at the last look, or {@link #NO_PHASE}. For the reaper's thread. */
        public int observedPhase() {
            return phaseOf(observed);
        }

        /**
         * How long ago the reaper has first seen the wait of its last look, in nanoseconds. For the reaper's thread.
         */
        public long observedFor() {
            return clock - observedAt;
        }

        /**
         * Ends the connection though its deadline has not passed. Returns false if it did not run at the last look or
         * has moved since. For the reaper's thread.
         */
        public boolean evict() {
            return end(EVICTED, evicted);
        }

        private void observe() {
            long current = state.get();
            if (current != observed) {
                observed = current;
                observedAt = clock;
            } else if (observedPhase() != NO_PHASE && observedFor() > timeouts[observedPhase()]) {
                end(EXPIRED, expired);
            }
        }

        private boolean end(long how, LongAdder count) {
            int phase = observedPhase();
            if (phase == NO_PHASE || !state.compareAndSet(observed, how)) {
                return false;
            }
            observed = how;
            if (!counted) {
                counted = true;
                count.increment();
            }
            try {
                closer.close(phase);
            } catch (IOException e) {
                log.debug("a connection could not be ended: {}", e.toString());
            }
            return true;
        }

        private static int phaseOf(long state) {
            return state < 0 ? NO_PHASE : (int) (state & PHASE_MASK) - 1;
        }
    }
}

package toystore.frontend.http.session;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.ConnectionReaper;
import toystore.common.ConnectionReaper.Deadline;

/**
 * Ends sessions whose client takes too long, and evicts sessions when connections wait for a thread. Thread-safe.
 *
 * <p>Deadlines are observed every 50 ms. While connections wait, the reaper looks every 2 ms, and evicts as many
 * sessions as connections wait:
 *
 * <ol>
 *   <li>sessions that have been idle for 50 ms, the longest idle first;
 *   <li>sessions whose client is slow to send or to read, and has had its turn. If n times as many connections wait
 *       as there are threads, a turn is 60 ms / n, and at most 200 ms. So the last connection waits for about 60 ms ·
 *       ln n and the longest turn. From the first byte of a TLS handshake to that of a request, it is 100 ms: both
 *       sides wait for the network.
 * </ol>
 *
 * Neither is evicted while bytes have arrived that its thread has not read yet; over TLS, for at most 200 ms of a wait.
 *
 * <p>A session that is never idle ends with its next response after 25 ms ({@link #isTurnOver}). So no client keeps the
 * threads from other clients by sending nothing, reading nothing or never pausing; many such clients share the
 * threads.
 */
final class SessionReaper implements Closeable {

    /** Tells how many connections need a thread. */
    interface Demand {
        /** The number of connections that wait for a thread while all threads are busy. */
        int waiting();

        /** Returns whether the server is closing: every session must end. */
        boolean closing();
    }

    /** The event that a session waits for. */
    enum Phase {
        /** The client has just connected, or has its TLS connection since just now. */
        FIRST_BYTE(0),
        /** The client has its response, and may send another request. */
        IDLE(1),
        /** The client sends the head of a request. */
        HEAD(2),
        /** The client sends the content of a request. */
        BODY(3),
        /** The client takes the response. */
        WRITE(4),
        /** The client and the store agree on the keys of a TLS connection. */
        HANDSHAKE(5),
        /** The store makes the response: the only phase that does not depend on the client, and has no deadline. */
        HANDLE(Deadline.NO_PHASE);

        private final int number; // for the deadline

        Phase(int number) {
            this.number = number;
        }

        private static boolean isIdle(int number) {
            return number == FIRST_BYTE.number || number == HANDSHAKE.number || number == IDLE.number;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(SessionReaper.class);
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration CROWDED_TICK = Duration.ofMillis(2);
    /** The time in which the next request of a client may be on its way, or its first one. */
    private static final long MIN_IDLE = Duration.ofMillis(50).toNanos();
    /** The turn of a client that always has its next request ready. */
    private static final long BUSY_TURN = Duration.ofMillis(25).toNanos();
    /** The longest turn of a slow client. */
    private static final long SLOW_TURN = Duration.ofMillis(200).toNanos();
    /** The time in which all threads change their slow clients if n times as many wait, divided by ln n. */
    private static final long SLOW_TURNS = Duration.ofMillis(60).toNanos();
    /** The same for clients with a TLS handshake, which cannot finish before a round trip. */
    private static final long HANDSHAKE_TURNS = Duration.ofMillis(100).toNanos();
    /** The time after which a TLS session must have noticed that its input is shut down. */
    private static final long MAX_ENDING = Duration.ofSeconds(2).toNanos();
    /** The same while connections wait. */
    private static final long MAX_CROWDED_ENDING = Duration.ofMillis(500).toNanos();

    private static final Comparator<SessionState> EVICTION_ORDER = Comparator.<SessionState, Boolean>comparing(
                    state -> !state.isObservedIdle())
            .thenComparing(state -> -state.deadline.observedFor());

    private final int threads;
    private final Duration[] timeouts; // by the number of the phase
    private final Demand demand;
    private final Set<SessionState> sessions = ConcurrentHashMap.newKeySet();
    private final ConnectionReaper reaper;

    /**
     * A reaper that is not started yet.
     *
     * @param threads the number of threads for sessions
     */
    SessionReaper(String thread, int threads, Deadlines deadlines, Demand demand) {
        this.threads = threads;
        this.timeouts = new Duration[] {
            deadlines.firstByte(),
            deadlines.idle(),
            deadlines.head(),
            deadlines.body(),
            deadlines.write(),
            deadlines.handshake()
        };
        this.demand = demand;
        this.reaper = new ConnectionReaper(thread, TICK, this::evictIfCrowded);
    }

    void start() {
        reaper.start();
    }

    /**
     * Observes a session until its state is closed.
     *
     * @param accepted when the connection was accepted, on the clock of {@link System#nanoTime()}
     */
    SessionState watch(Socket socket, long accepted) {
        SessionState state = new SessionState(socket, accepted);
        sessions.add(state);
        return state;
    }

    /** Looks at the sessions now, and not only at the next tick. Cheap while sessions are evicted anyway. */
    void wake() {
        reaper.wake();
    }

    /** Returns whether a session should end with its next response, for the sake of others. */
    boolean isTurnOver(SessionState state) {
        return demand.closing() || (demand.waiting() > 0 && System.nanoTime() - state.started > BUSY_TURN);
    }

    /**
     * Returns whether more connections wait than there are threads. Then no session waits for its next request: it
     * would be evicted while that is on its way.
     */
    boolean isOverrun() {
        return demand.waiting() > threads;
    }

    /** The number of sessions whose client has sent a part of a request, or waits for a response. */
    int busy() {
        return (int) sessions.stream().filter(state -> !state.isIdle()).count();
    }

    int sessions() {
        return sessions.size();
    }

    /** The number of sessions that ended because a deadline passed. */
    long timedOut() {
        return reaper.expired();
    }

    /** The number of sessions that were evicted. */
    long evicted() {
        return reaper.evicted();
    }

    @Override
    public void close() {
        reaper.close();
    }

    private Duration evictIfCrowded() {
        boolean closing = demand.closing();
        int waiting = closing ? threads : demand.waiting();
        long maxEnding = waiting == 0 ? MAX_ENDING : MAX_CROWDED_ENDING;
        sessions.forEach(state -> state.closeIfStuck(maxEnding));
        if (waiting == 0) {
            return TICK;
        }
        long now = System.nanoTime();
        long ending = sessions.stream().filter(SessionState::isEnding).count();
        sessions.stream()
                .filter(state -> (closing && state.isObservedIdle()) || mayEvict(state, now, waiting))
                .sorted(EVICTION_ORDER)
                .limit(Math.max(0, waiting - ending))
                .forEach(SessionState::evictUnlessReadable);
        return CROWDED_TICK;
    }

    private boolean mayEvict(SessionState state, long now, int waiting) {
        int phase = state.deadline.observedPhase();
        long observedFor = state.deadline.observedFor();
        if (phase == Phase.IDLE.number) {
            return observedFor > MIN_IDLE;
        }
        long turn = turn(state.isAgreeing(phase), waiting, threads);
        return phase != Deadline.NO_PHASE
                && observedFor > turn
                && now - state.started > turn
                && now - state.accepted > MIN_IDLE;
    }

    /**
     * The turn of a slow client, in nanoseconds.
     *
     * @param agreeing whether it has begun a TLS handshake, and no request
     */
    static long turn(boolean agreeing, int waiting, int threads) {
        return Math.min(SLOW_TURN, (agreeing ? HANDSHAKE_TURNS : SLOW_TURNS) * threads / Math.max(1, waiting));
    }

    /**
     * State of one session. The session's thread moves it from phase to phase, without looking at the time. The
     * reaper ends the session in the phase that it has observed, or not at all.
     */
    final class SessionState implements AutoCloseable {
        private final Socket socket;
        private final long accepted; // on the clock of System.nanoTime(), like the next one
        private final long started = System.nanoTime();
        private final Deadline deadline;
        private volatile boolean tls; // set before the first handshake, read by the reaper
        private long endedAt; // on the clock of System.nanoTime(), only for the reaper's thread, like the next one
        private long readableSince; // when a look has first found unread bytes in this wait
        private Phase phase = Phase.FIRST_BYTE; // only for the session's thread, like the next one
        private String ended; // null unless the reaper has ended the session and the thread has noticed

        private SessionState(Socket socket, long accepted) {
            this.socket = socket;
            this.accepted = accepted;
            this.deadline = reaper.watch(this::end, timeouts);
            deadline.start(phase.number);
        }

        /** Moves to a phase. */
        void enter(Phase next) {
            if (next == Phase.HANDSHAKE) {
                tls = true;
            }
            if (!move(next)) {
                ended = reason();
                deadline.reset();
                move(next);
            }
            phase = next;
        }

        Phase phase() {
            return phase;
        }

        /** Why the reaper has ended the session, as the end of a sentence; {@code null} if it has not. */
        String ended() {
            return ended;
        }

        /** The session is not observed any more. */
        @Override
        public void close() {
            sessions.remove(this);
            deadline.close();
        }

        private boolean move(Phase next) {
            return next == Phase.HANDLE ? deadline.stop() : deadline.start(next.number);
        }

        private String reason() {
            if (deadline.isExpired()) {
                return "in " + timeouts[phase.number].toMillis() + " ms";
            }
            return demand.closing() ? "in time, and the store is closing" : "in time, and others wait; send it again";
        }

        private boolean isIdle() {
            return Phase.isIdle(deadline.phase());
        }

        private boolean isObservedIdle() {
            return Phase.isIdle(deadline.observedPhase());
        }

        /** Returns whether the reaper has ended the session, and its thread has not noticed yet. For any thread. */
        boolean isEnding() {
            return deadline.isExpired() || deadline.isEvicted();
        }

        /** Returns whether its TLS handshake has begun, and no request. */
        private boolean isAgreeing(int observedPhase) {
            return tls && (observedPhase == Phase.HANDSHAKE.number || observedPhase == Phase.FIRST_BYTE.number);
        }

        /**
         * Closes a TLS connection whose thread waits for the client to take bytes while it reads: TLS answers requests
         * for new keys on its own (RFC 8446 §4.6.3).
         */
        private void closeIfStuck(long maxEnding) {
            if (tls && isEnding() && System.nanoTime() - endedAt > maxEnding) {
                try {
                    discard();
                } catch (IOException e) {
                    log.debug("a connection could not be closed: {}", e.toString());
                }
            }
        }

        /** Evicts the session, unless bytes have arrived that its thread has not read yet. */
        private void evictUnlessReadable() {
            try {
                boolean readable = deadline.observedPhase() != Phase.WRITE.number
                        && !socket.isInputShutdown()
                        && socket.getInputStream().available() > 0;
                if (!readable || !mayProgress()) {
                    deadline.evict();
                }
            } catch (IOException e) {
                log.debug("a client has closed its connection before it could be evicted: {}", e.toString());
            }
        }

        /** Returns whether unread bytes may be those that the session waits for. Not for long: TLS records can be empty. */
        private boolean mayProgress() {
            long now = System.nanoTime();
            if (now - readableSince > deadline.observedFor()) {
                readableSince = now;
            }
            return !tls || now - readableSince <= SLOW_TURN;
        }

        /** Makes the session's thread return from its read or write. */
        private void end(int endedPhase) throws IOException {
            endedAt = System.nanoTime();
            if (endedPhase == Phase.WRITE.number) {
                discard();
            } else {
                socket.shutdownInput();
            }
        }

        /** Closes the connection, without the bytes that the client does not take. */
        private void discard() throws IOException {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        }
    }
}

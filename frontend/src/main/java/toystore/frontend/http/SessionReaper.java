package toystore.frontend.http;

import java.io.Closeable;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Threads;
import toystore.frontend.http.SessionState.Sight;

/**
 * The one clock of all sessions. Its thread looks at them every 50 ms and cuts off peers that are past a deadline.
 *
 * <p>While connections wait for a thread, it looks every 2 ms, and cuts off as many peers as connections wait: first
 * those that are idle for 50 ms, longest first, then those that are slow to send or to read and have had their turn. With n
 * times as many waiting as there are threads, a turn is 60 ms / n, and never more than 200 ms; so the last of them waits for
 * about 60 ms * ln n, and for the longest turn. A busy session ends with its next answer after 25 ms. So no client keeps
 * the threads from the others by what it does not send, does not read or never stops to ask; those that are many share
 * them. Thread-safe.
 */
final class SessionReaper implements Closeable {

    /** For whom the threads are wanted. */
    interface Demand {
        /** Connections that wait for a thread, all being taken. */
        int waiting();

        /** Whether every session shall end. */
        boolean closing();
    }

    private static final Logger log = LoggerFactory.getLogger(SessionReaper.class);
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration CROWDED_TICK = Duration.ofMillis(2);
    /** A client's next request, or its first, may be on its way. */
    private static final long PAUSE = Duration.ofMillis(50).toNanos();
    /** For a client that always has the next request ready. */
    private static final long TURN = Duration.ofMillis(25).toNanos();
    /** For a client that is slow to send or to read; and that of all who wait together, but for a factor of ln n. */
    private static final long SLOW_TURN = Duration.ofMillis(200).toNanos();

    private static final long SLOW_TURNS = Duration.ofMillis(60).toNanos();

    /** A session, and the stage at which it was seen: only there may it be ended. */
    private record Candidate(SessionState watch, Sight at) {
        private static final Comparator<Candidate> ORDER = Comparator.<Candidate, Boolean>comparing(
                        each -> !each.at().phase().isIdle())
                .thenComparing(each -> each.at().since());
    }

    private final int threads;
    private final Demand demand;
    private final Set<SessionState> watches = ConcurrentHashMap.newKeySet();
    private final LongAdder late = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final Thread thread;
    private volatile boolean closed; // read by the thread on every round
    /** Whether the thread is about to rest until the next tick or longer; set before it looks whether it may. */
    private volatile boolean resting;

    /** @param threads that there are for sessions */
    SessionReaper(String name, int threads, Demand demand) {
        this.threads = threads;
        this.demand = demand;
        this.thread = Threads.named(name, this::run);
    }

    void start() {
        thread.start();
    }

    /** Looks at a session from now on. */
    void add(SessionState watch) {
        watches.add(watch);
        look();
    }

    void remove(SessionState watch) {
        watches.remove(watch);
    }

    /** Looks at the sessions now, and not only at the next tick. Costs next to nothing while it does so anyway. */
    void look() {
        if (resting) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether a session should end with its next answer, for others. */
    boolean isTurnOver(SessionState watch) {
        return demand.closing() || (demand.waiting() > 0 && System.nanoTime() - watch.taken() > TURN);
    }

    /**
     * Whether more wait than there are threads. Then no session is kept for a request that has not come yet: it would
     * be ended while that is on its way.
     */
    boolean isOverrun() {
        return demand.waiting() > threads;
    }

    /** Sessions whose peer has sent a part of a request, or waits for an answer. */
    int busy() {
        return (int) watches.stream().filter(watch -> !watch.phase().isIdle()).count();
    }

    int sessions() {
        return watches.size();
    }

    /** Peers that were cut off because they were past a deadline, so far. */
    long late() {
        return late.sum();
    }

    /** Peers that were cut off for others, so far. */
    long evicted() {
        return evicted.sum();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            resting = true;
            boolean crowded = demand.closing() || demand.waiting() > 0;
            try {
                lookAtAll(crowded);
            } catch (RuntimeException e) {
                log.error("a look at the sessions failed; the next one may not", e);
            }
            if (crowded) {
                resting = false;
                LockSupport.parkNanos(this, CROWDED_TICK.toNanos());
            } else if (watches.isEmpty() && !closed) {
                LockSupport.park(this); // until there is one
            } else {
                LockSupport.parkNanos(this, TICK.toNanos());
            }
        }
    }

    private void lookAtAll(boolean crowded) {
        long now = System.nanoTime();
        for (SessionState watch : watches) {
            if (watch.cutIfLate(now)) {
                late.increment();
            }
        }
        if (crowded) {
            makeRoom(now);
        }
    }

    private void makeRoom(long now) {
        boolean closing = demand.closing();
        int waiting = closing ? threads : demand.waiting();
        String reason = closing ? "in time, and the store is closing" : "in time, and others wait; send it again";
        List<Candidate> seen = watches.stream()
                .map(watch -> new Candidate(watch, watch.look(now)))
                .toList();
        long leaving =
                seen.stream().filter(each -> each.at().phase() == Phase.CUT).count();
        seen.stream()
                .filter(each -> (closing && each.at().phase().isIdle()) || mayGo(each, now, waiting))
                .sorted(Candidate.ORDER)
                .limit(Math.max(0, waiting - leaving))
                .filter(each -> each.watch().cutUnlessItSends(each.at(), reason))
                .forEach(each -> evicted.increment());
    }

    private boolean mayGo(Candidate each, long now, int waiting) {
        Sight at = each.at();
        if (at.phase() == Phase.IDLE) {
            return now - at.since() > PAUSE;
        }
        long turn = Math.min(SLOW_TURN, SLOW_TURNS * threads / Math.max(1, waiting));
        return at.phase().isPeersTurn()
                && now - at.since() > turn
                && now - each.watch().taken() > turn
                && now - each.watch().accepted() > PAUSE;
    }
}

package toystore.frontend.http;

import java.io.Closeable;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import toystore.frontend.http.PeerWatch.Stage;
import toystore.wire.net.Threads;

/**
 * The one clock of all sessions. Its thread looks at them every 50 ms and cuts off peers that are past a deadline. When
 * connections wait for a thread, it looks every 5 ms, and cuts off as many peers as connections wait, of those that had
 * their time: idle ones first, and those first that have been waited for longest. No client can keep a thread from the
 * others by being slow or silent, whatever it does not send or does not read. Thread-safe.
 */
final class SessionClock implements Closeable {
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration CROWDED_TICK = Duration.ofMillis(5);
    private static final Comparator<Candidate> IDLE_AND_LONGEST_FIRST = Comparator.<Candidate, Boolean>comparing(
                    each -> !each.at().phase().isIdle())
            .thenComparing(each -> each.at().since());

    /** A session, and the stage at which it was seen: only there may it be ended. */
    private record Candidate(PeerWatch watch, Stage at) {}

    private final IntSupplier wanted;
    private final BooleanSupplier closing;
    private final Set<PeerWatch> watches = ConcurrentHashMap.newKeySet();
    private final LongAdder late = new LongAdder();
    private final LongAdder evicted = new LongAdder();
    private final Thread thread;
    private volatile boolean closed; // read by the thread on every round

    /**
     * A clock that does not run yet.
     *
     * @param wanted how many threads are wanted for others; at most all of them
     * @param closing whether idle sessions end at once
     */
    SessionClock(String name, IntSupplier wanted, BooleanSupplier closing) {
        this.wanted = wanted;
        this.closing = closing;
        this.thread = Threads.named(name, this::run);
    }

    void start() {
        thread.start();
    }

    /** Looks at a session from now on. */
    void add(PeerWatch watch) {
        watches.add(watch);
        look();
    }

    void remove(PeerWatch watch) {
        watches.remove(watch);
    }

    /** Cuts a peer off, for others, if the session is still at that stage; says whether it was. */
    boolean evict(PeerWatch watch, Stage at) {
        boolean cut = watch.evict(at);
        if (cut) {
            evicted.increment();
        }
        return cut;
    }

    /** Looks at the sessions now, and not only at the next tick. */
    void look() {
        LockSupport.unpark(thread);
    }

    /** Sessions whose peer has sent a part of a request, or waits for an answer. */
    int busy() {
        return (int) watches.stream()
                .filter(watch -> !watch.stage().phase().isIdle())
                .count();
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
        look();
    }

    private void run() {
        while (!closed) {
            long now = System.nanoTime();
            for (PeerWatch watch : watches) {
                if (watch.cutIfLate(now)) {
                    late.increment();
                }
            }
            int others = wanted.getAsInt();
            if (others > 0) {
                evict(others, now);
            }
            if (watches.isEmpty()) {
                LockSupport.park(this); // until there is one
            } else {
                LockSupport.parkNanos(this, (others > 0 ? CROWDED_TICK : TICK).toNanos());
            }
        }
    }

    private void evict(int others, long now) {
        List<Candidate> seen = watches.stream()
                .map(watch -> new Candidate(watch, watch.stage()))
                .toList();
        long leaving =
                seen.stream().filter(each -> each.at().phase() == Phase.CUT).count();
        seen.stream()
                .filter(each -> mayBeEvicted(each.at(), now))
                .sorted(IDLE_AND_LONGEST_FIRST)
                .limit(Math.max(0, others - leaving))
                .forEach(each -> evict(each.watch(), each.at()));
    }

    /** A peer that had to wait for a thread itself had its time before; it has at least the time of an idle one. */
    private boolean mayBeEvicted(Stage at, long now) {
        if (closing.getAsBoolean() && at.phase().isIdle()) {
            return true;
        }
        return at.phase().isPeersTurn() && now - at.patientUntil() > 0 && now - at.since() > Phase.IDLE.patience();
    }
}

package toystore.orders;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/** The epoch under which orders can be placed now, if there is one. Thread-safe. */
final class Epochs {
    private final Timeouts timeouts;
    private final AtomicLong reservations = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();

    @GuardedBy("lock")
    private String current; // null while none is open

    @GuardedBy("lock")
    private long closed = System.nanoTime(); // when the last one was over

    @GuardedBy("lock")
    private String reason = "the catalog was not asked yet"; // why none is open

    Epochs(Timeouts timeouts) {
        this.timeouts = timeouts;
    }

    void open(String epoch) {
        lock.lock();
        try {
            current = epoch;
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Notes that the epoch is over, or never was opened, and why. */
    void close(String epoch, String why) {
        lock.lock();
        try {
            reason = why;
            if (epoch.equals(current)) {
                current = null;
                closed = System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Why no orders can be placed now; empty if they can. */
    Optional<String> problem() {
        lock.lock();
        try {
            return current == null ? Optional.of(reason) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    boolean isOpen(String epoch) {
        lock.lock();
        try {
            return epoch.equals(current);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the open epoch, or waits for the next one. Refuses at once if no epoch has been open for a long time.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     * @throws RefusedException not ready, if none is opened in time
     */
    String await(long deadline) throws RefusedException {
        lock.lock();
        try {
            while (current == null) {
                long now = System.nanoTime();
                long left = Math.min(deadline - now, closed + timeouts.outage().toNanos() - now);
                if (left <= 0) {
                    throw new RefusedException(Refusal.notReady("no orders can be placed now: " + reason));
                }
                opened.await(left, TimeUnit.NANOSECONDS);
            }
            return current;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Refusal.notReady("interrupted"));
        } finally {
            lock.unlock();
        }
    }

    /** A name for a reservation that no other one ever had. */
    String reservation(String epoch) {
        return epoch + "-" + reservations.incrementAndGet();
    }
}

package toystore.orders;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import toystore.wire.message.Refusal;
import toystore.wire.message.RefusedException;

/** The epoch that is open now, if there is one: orders can be placed under it. Thread-safe. */
final class Epochs {
    private final Duration longestRestart;
    private final AtomicLong reservations = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();

    @GuardedBy("lock")
    private String current; // null while none is open

    @GuardedBy("lock")
    private long count; // of the epochs that were opened

    @GuardedBy("lock")
    private long closed = System.nanoTime(); // when the last one ended

    @GuardedBy("lock")
    private String reason = "the catalog has not replied yet"; // why none is open

    /** @param longestRestart of the catalog: after that time without an epoch, orders do not wait for one */
    Epochs(Duration longestRestart) {
        this.longestRestart = longestRestart;
    }

    void open(String epoch) {
        lock.lock();
        try {
            current = epoch;
            count++;
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Records that the epoch has ended, or could not be opened, and why. */
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

    /** The epoch that is open; empty if none is. */
    Optional<String> current() {
        lock.lock();
        try {
            return Optional.ofNullable(current);
        } finally {
            lock.unlock();
        }
    }

    /** The number of epochs that were opened. */
    long count() {
        lock.lock();
        try {
            return count;
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
     * The epoch that is open, or the next one.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     * @throws RefusedException not ready, if none is opened in time; at once if none has been open for long
     */
    String await(long deadline) throws RefusedException {
        lock.lock();
        try {
            while (current == null) {
                long now = System.nanoTime();
                long left = Math.min(deadline - now, closed + longestRestart.toNanos() - now);
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

    /** A unique name for a reservation. */
    String newReservation(String epoch) {
        return epoch + "-" + reservations.incrementAndGet();
    }
}

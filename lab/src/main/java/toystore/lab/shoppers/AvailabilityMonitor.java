package toystore.lab.shoppers;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Measures for how long the store acknowledges no order. Thread-safe. */
public final class AvailabilityMonitor {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition acknowledged = lock.newCondition();

    @GuardedBy("lock")
    private long lastAcknowledged = System.nanoTime();

    @GuardedBy("lock")
    private long lastSent = System.nanoTime(); // when the newest acknowledged order was sent

    @GuardedBy("lock")
    private long longestGap;

    /** Records that an order was acknowledged, which was sent at this {@link System#nanoTime()}. */
    public void orderAcknowledged(long sent) {
        lock.lock();
        try {
            longestGap = Math.max(longestGap, System.nanoTime() - lastAcknowledged);
            lastAcknowledged = System.nanoTime();
            lastSent = Math.max(lastSent, sent);
            acknowledged.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Starts to look for the longest time without an order. */
    public void startWatch() {
        lock.lock();
        try {
            lastAcknowledged = System.nanoTime();
            longestGap = 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until an order is acknowledged that was sent after this call.
     *
     * @return the longest time without an order since {@link #startWatch}; empty if no order came in time
     */
    public Optional<Duration> awaitOrder(Duration most) throws InterruptedException {
        long start = System.nanoTime();
        lock.lock();
        try {
            while (lastSent < start) {
                long left = most.toNanos() - (System.nanoTime() - start);
                if (left <= 0) {
                    return Optional.empty();
                }
                acknowledged.await(left, TimeUnit.NANOSECONDS);
            }
            return Optional.of(Duration.ofNanos(longestGap));
        } finally {
            lock.unlock();
        }
    }
}

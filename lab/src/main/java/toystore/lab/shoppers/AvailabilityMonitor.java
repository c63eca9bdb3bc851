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

    private volatile Listener listener = (sent, previous, now) -> {}; // set before the shoppers start

    /** Receives every acknowledged order, on the thread of its shopper. */
    @FunctionalInterface
    public interface Listener {
        /**
         * An order was acknowledged. The times are those of {@link System#nanoTime()}.
         *
         * @param sent when it was sent
         * @param previous when the order before it was acknowledged
         * @param now when it was acknowledged
         */
        void acknowledged(long sent, long previous, long now);
    }

    /** Sets the listener, in place of an earlier one. */
    public void listen(Listener newListener) {
        listener = newListener;
    }

    /** Records that an order was acknowledged, which was sent at this {@link System#nanoTime()}. */
    public void orderAcknowledged(long sent) {
        long previous;
        long now;
        lock.lock();
        try {
            previous = lastAcknowledged;
            now = System.nanoTime();
            longestGap = Math.max(longestGap, now - previous);
            lastAcknowledged = now;
            lastSent = Math.max(lastSent, sent);
            acknowledged.signalAll();
        } finally {
            lock.unlock();
        }
        listener.acknowledged(sent, previous, now);
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

    /** Returns the {@link System#nanoTime()} of the last acknowledgement, or of the start of the watch. */
    public long lastAcknowledged() {
        lock.lock();
        try {
            return lastAcknowledged;
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

package toystore.chaos;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Whether orders go through: for how long none did, and when they do again. Thread-safe. */
final class AvailabilityMonitor {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition beat = lock.newCondition();

    @GuardedBy("lock")
    private long lastBeat = System.nanoTime();

    @GuardedBy("lock")
    private long lastSent = System.nanoTime(); // when the newest order was sent that was acknowledged

    @GuardedBy("lock")
    private long longest;

    /** An order was acknowledged that was sent at a time, on the clock of {@link System#nanoTime()}. */
    void beat(long sent) {
        lock.lock();
        try {
            longest = Math.max(longest, System.nanoTime() - lastBeat);
            lastBeat = System.nanoTime();
            lastSent = Math.max(lastSent, sent);
            beat.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Looks for the longest time without an order from now on. */
    void watch() {
        lock.lock();
        try {
            lastBeat = System.nanoTime();
            longest = 0;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until an order is acknowledged that was sent after this call.
     *
     * @return the longest time without any since {@link #watch}; empty if none came in time
     */
    Optional<Duration> awaitNext(Duration most) throws InterruptedException {
        long start = System.nanoTime();
        lock.lock();
        try {
            while (lastSent < start) {
                long left = most.toNanos() - (System.nanoTime() - start);
                if (left <= 0) {
                    return Optional.empty();
                }
                beat.await(left, TimeUnit.NANOSECONDS);
            }
            return Optional.of(Duration.ofNanos(longest));
        } finally {
            lock.unlock();
        }
    }
}

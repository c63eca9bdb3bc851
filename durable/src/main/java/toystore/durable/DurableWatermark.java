package toystore.durable;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Where readers wait for a log to grow. Thread-safe. */
final class DurableWatermark {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile long last; // volatile: written under the lock, but read without it by everyone who reads the log

    @GuardedBy("lock")
    private boolean ended;

    @GuardedBy("lock")
    private long wakes;

    @GuardedBy("lock")
    private boolean wakeLeft; // a wake that found nobody

    long last() {
        return last;
    }

    void grownTo(long number) {
        lock.lock();
        try {
            last = number;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing comes any more: nobody waits from now on. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            wakes++;
            wakeLeft = !lock.hasWaiters(changed);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean awaitBeyond(long number, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            long wakesBefore = wakeLeft ? wakes - 1 : wakes;
            wakeLeft = false;
            while (last <= number && !ended && wakes == wakesBefore && left > 0) {
                left = changed.awaitNanos(left);
            }
            return last > number;
        } finally {
            lock.unlock();
        }
    }
}

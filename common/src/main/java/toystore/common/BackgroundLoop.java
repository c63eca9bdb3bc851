package toystore.common;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs a step on a thread of its own, again and again, until it is closed. Thread-safe.
 *
 * <p>The step runs on one thread only. An exception from it ends the loop and is logged like that of every thread, so a
 * step catches what it can go on after.
 */
public final class BackgroundLoop implements Closeable {

    /** What the loop does. */
    @FunctionalInterface
    public interface Step {
        /** Returns the pause until the next run of this step. */
        Duration run() throws InterruptedException;
    }

    private final Duration firstPause;
    private final Step step;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;

    /**
     * A loop that is not started yet.
     *
     * @param thread the name of its thread
     * @param firstPause before the first run of the step
     */
    public BackgroundLoop(String thread, Duration firstPause, Step step) {
        this.firstPause = firstPause;
        this.step = step;
        this.thread = Threads.named(thread, this::run);
    }

    public void start() {
        thread.start();
    }

    public boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** Waits within a step. Returns early, and true, when the loop is being closed. */
    public boolean pause(Duration time) throws InterruptedException {
        return closing.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Tells the loop to end after the current step, and does not wait for that. */
    public void stop() {
        closing.countDown();
    }

    /** Likewise, and interrupts the current step. */
    public void interrupt() {
        stop();
        thread.interrupt();
    }

    /** Ends the loop after the current step, and waits for that. A loop that was never started is closed at once. */
    @Override
    public void close() {
        stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            Duration next = firstPause;
            while (!pause(next)) {
                next = step.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

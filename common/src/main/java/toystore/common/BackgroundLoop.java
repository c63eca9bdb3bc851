package toystore.common;

import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs a step on a thread of its own, again and again, until it is closed. Thread-safe.
 *
 * <p>An exception of the step ends the loop and is logged like that of every thread. So a step catches the exceptions
 * after which the loop is to continue.
 */
public final class BackgroundLoop implements Closeable {

    /** The step of a loop. */
    @FunctionalInterface
    public interface Step {
        /** Runs once. Returns the pause until the next run. */
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

    /** Waits within a step. Returns true, and early, if the loop is being closed. */
    public boolean pause(Duration time) throws InterruptedException {
        return closing.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends the loop after the current step, without waiting for that. */
    public void stop() {
        closing.countDown();
    }

    /** Ends the loop and interrupts the current step, without waiting for that. */
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

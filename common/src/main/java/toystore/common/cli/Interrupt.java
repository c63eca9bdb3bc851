package toystore.common.cli;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command-line program print its results after SIGINT or SIGTERM. Thread-safe.
 *
 * <p>After the signal, the process stays alive until {@link #close} is called or a time limit is over. Then the JVM
 * exits with 128 + the number of the signal, as it does without this class.
 */
public final class Interrupt implements AutoCloseable {
    private final String program;
    private final Duration limit;
    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    @GuardedBy("this")
    private Runnable action = () -> {};

    /**
     * An interrupt that is not connected to signals yet; only {@link #request} triggers it.
     *
     * @param program its name
     * @param limit from the signal to the end of the process
     */
    public Interrupt(String program, Duration limit) {
        this.program = program;
        this.limit = limit;
        this.hook = new Thread(this::onSignal, program + "-interrupt");
    }

    /** An interrupt that signals trigger from now on. */
    public static Interrupt bySignal(String program, Duration limit) {
        Interrupt interrupt = new Interrupt(program, limit);
        Runtime.getRuntime().addShutdownHook(interrupt.hook);
        return interrupt;
    }

    /** Asks the program to end early. */
    public synchronized void request() {
        requested.countDown();
        action.run();
    }

    public boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Sets the action that a request runs, in place of an earlier one. If there was a request, runs it now. */
    public synchronized void onRequest(Runnable newAction) {
        action = newAction;
        if (isRequested()) {
            newAction.run();
        }
    }

    /** Waits for the given time; returns early, and {@code true}, on a request. */
    public boolean pause(Duration time) {
        try {
            return requested.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Lets the process end: its results are printed. */
    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException shuttingDown) {
            // the hook is running, and ends now
        }
    }

    private void onSignal() {
        request();
        try {
            if (!closed.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                System.err.println(program + ": the results were not written within " + limit.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

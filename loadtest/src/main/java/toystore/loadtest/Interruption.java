package toystore.loadtest;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import toystore.loadtest.plan.LoadTest;

/** Ctrl-C and SIGTERM: the test ends, and its report is written, before the process does. */
final class Interruption {
    private static final int REPORT_SECONDS = 30;

    private final CountDownLatch written = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupted, "loadtest-interrupt");

    @GuardedBy("this")
    private LoadTest test;

    @GuardedBy("this")
    private boolean happened;

    private Interruption() {}

    /** From now on, until it is over. */
    static Interruption begin() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    /** The test to stop when it happens, or at once if it has. */
    synchronized void stops(LoadTest begun) {
        test = begun;
        stop();
    }

    synchronized boolean happened() {
        return happened;
    }

    private synchronized void stop() {
        if (happened && test != null) {
            test.stop("the load test was interrupted");
        }
    }

    /** The report is written. */
    void over() {
        written.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException interrupted) {
            // the process ends as the signal wants it
        }
    }

    private void interrupted() {
        synchronized (this) {
            happened = true;
            stop();
        }
        try {
            if (!written.await(REPORT_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("loadtest: the report was not written in " + REPORT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

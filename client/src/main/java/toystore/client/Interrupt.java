package toystore.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The end of the shopping before its time. When the process is told to end, by ^C say, shoppers finish the request that
 * they are at, and the process lives on until what they found is printed; then it exits with 128 and the signal's number,
 * as the JVM does by itself. For any thread.
 */
final class Interrupt implements AutoCloseable {
    /** For a request that is under way. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    /** For the summary; who reads it may have gone. */
    private static final Duration PRINTING = Duration.ofSeconds(3);

    private final Duration grace;
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch printed = new CountDownLatch(1);
    private final CompletableFuture<Void> overdue = new CompletableFuture<>();
    private final Thread hook = new Thread(this::hold, "client-interrupt");

    /** @param grace for a request that is under way */
    Interrupt(Duration grace) {
        this.grace = grace;
    }

    /** From now on a signal cuts short, until this is closed. */
    static Interrupt bySignal() {
        Interrupt cutShort = new Interrupt(GRACE);
        Runtime.getRuntime().addShutdownHook(cutShort.hook);
        return cutShort;
    }

    /** Ends it now. */
    void tell() {
        told.countDown();
        overdue.completeOnTimeout(null, grace.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean isTold() {
        return told.getCount() == 0;
    }

    /** Pauses for so long, or until it is cut short; returns whether it was. */
    boolean cameWithin(Duration pause) {
        try {
            return told.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Done when nobody should be waited for any longer. */
    CompletableFuture<Void> overdue() {
        return overdue;
    }

    /** All is printed. */
    @Override
    public void close() {
        printed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException itRunsAlready) {
            // and goes on now
        }
    }

    private void hold() {
        tell();
        try {
            printed.await(grace.plus(PRINTING).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

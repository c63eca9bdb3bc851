package toystore.client;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import toystore.common.Threads;

/** A line now and then, for a log. */
final class ProgressLines implements ProgressView {
    /** Of a tally, so that figures are those since the line before. */
    static final int WINDOW = 1;

    static final Duration USUAL = Duration.ofSeconds(5);

    /** For a line that is being written; who reads it may have stopped. */
    private static final int CLOSE_MILLIS = 1000;

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** @param every how long it waits before each line, the first one too */
    ProgressLines(LiveTotals tally, PrintStream log, Duration every) {
        thread = Threads.named("client-live-summary", () -> {
            while (!isClosedWithin(every)) {
                log.println("client: " + tally.look().text());
            }
        });
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isClosedWithin(Duration time) {
        try {
            return closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}

package toystore.catalog;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import toystore.common.Threads;

/**
 * Brings the catalog file up to date now and then, and when it is closed: the more often, the fewer orders have to be
 * counted again after a crash. A thread of its own, in nobody's way. A file that cannot be written is no loss, because
 * all that it says is in the logs; it is tried again.
 */
final class Checkpointer implements Closeable {

    /**
     * When it is time.
     *
     * @param orders that have come since the last time
     * @param every so often, if anything has come
     */
    record Rhythm(int orders, Duration every) {
        Rhythm {
            if (orders < 1) {
                throw new IllegalArgumentException(
                        "--checkpoint-orders is " + orders + "; expected a whole number from 1");
            }
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Checkpointer.class);
    private static final Duration LOOK = Duration.ofMillis(100);
    /** After a write that failed; twice as long after each that fails next. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final FileInventory inventory;
    private final Rhythm rhythm;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Threads.named("checkpointer", this::run);
    private long written; // the shelf's progress that the file has; of this thread, and after it of close()
    private long lastTime = System.nanoTime();
    private Duration pause = Duration.ZERO; // before the next try; of this thread

    Checkpointer(FileInventory inventory, Rhythm rhythm) {
        this.inventory = inventory;
        this.rhythm = rhythm;
        this.written = inventory.progress();
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (inventory.progress() > written) {
            inventory.store();
        }
    }

    private void run() {
        try {
            while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                long progress = inventory.progress();
                if (isTime(progress)) {
                    store(progress);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isTime(long progress) {
        long passed = System.nanoTime() - lastTime;
        if (!pause.isZero()) {
            return passed >= pause.toNanos();
        }
        return progress - written >= rhythm.orders()
                || (progress > written && passed >= rhythm.every().toNanos());
    }

    private void store(long progress) {
        lastTime = System.nanoTime();
        try {
            inventory.store();
            written = progress;
            pause = Duration.ZERO;
        } catch (IOException | RuntimeException e) {
            Duration twice = pause.multipliedBy(2);
            pause = pause.isZero() ? FIRST_PAUSE : twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
            log.error(
                    "the catalog file could not be brought up to date; the next try is in {} s: {}",
                    pause.toSeconds(),
                    e.toString());
        }
    }
}
